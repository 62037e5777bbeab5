package rig

import (
	"fmt"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Registry is where the tests' images are.
const Registry = "127.0.0.1:5000"

// Image is the full name of one of this test's images.
func (f *Factory) Image(repository string) string {
	return fmt.Sprint(Registry, "/", f.Project, "/", repository)
}

// Push puts a new image under each tag, and gives the digest of the last.
func (f *Factory) Push(tags ...string) string {
	f.t.Helper()
	var digest string
	for _, text := range tags {
		tag, err := name.NewTag(f.Image(text))
		if err != nil {
			f.t.Fatal(err)
		}
		image, err := random.Image(64, 1)
		if err != nil {
			f.t.Fatal(err)
		}
		if err := remote.Write(tag, image); err != nil {
			f.t.Fatal(err)
		}
		hash, err := image.Digest()
		if err != nil {
			f.t.Fatal(err)
		}
		digest = hash.String()
	}
	return digest
}

// Build puts a new image under a tag, as a build makes one: a layer on what the base is now, and the base's name and
// digest beside it (OCI image-spec, annotations.md).
func (f *Factory) Build(text, base string) {
	f.t.Helper()
	image, err := f.built(base)
	if err != nil {
		f.t.Fatal(err)
	}
	tag, err := name.NewTag(f.Image(text))
	if err != nil {
		f.t.Fatal(err)
	}
	if err := remote.Write(tag, image); err != nil {
		f.t.Fatal(err)
	}
}

func (f *Factory) built(base string) (v1.Image, error) {
	tag, err := name.NewTag(f.Image(base))
	if err != nil {
		return nil, err
	}
	from, err := remote.Image(tag)
	if err != nil {
		return nil, err
	}
	digest, err := from.Digest()
	if err != nil {
		return nil, err
	}
	layer, err := random.Layer(64, types.OCILayer)
	if err != nil {
		return nil, err
	}
	image, err := mutate.AppendLayers(from, layer)
	if err != nil {
		return nil, err
	}
	return mutate.Annotations(image, map[string]string{
		"org.opencontainers.image.base.name": tag.Name(), "org.opencontainers.image.base.digest": digest.String(),
	}).(v1.Image), nil
}

// Move puts a tag on an image that is there.
func (f *Factory) Move(tag, digest string) {
	f.t.Helper()
	to, err := name.NewTag(f.Image(tag))
	if err != nil {
		f.t.Fatal(err)
	}
	image, err := remote.Get(to.Digest(digest))
	if err != nil {
		f.t.Fatal(err)
	}
	if err := remote.Tag(to, image); err != nil {
		f.t.Fatal(err)
	}
}

// Poll makes Kargo look at the Registry now, as the README says.
func (f *Factory) Poll() {
	f.t.Helper()
	f.refresh("warehouses")
}

// Reconcile makes Kargo look at the Stages now. It does so at least every five minutes, which is when it finds what has
// rested for long enough.
func (f *Factory) Reconcile() {
	f.t.Helper()
	f.refresh("stages")
}

func (f *Factory) refresh(plural string) {
	f.t.Helper()
	f.Kubectl("annotate", plural+".kargo.akuity.io", "--all", "-n", f.Project,
		fmt.Sprint("kargo.akuity.io/refresh=", time.Now().UnixNano()), "--overwrite")
}
