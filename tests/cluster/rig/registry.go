package rig

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"image-factory/conformance/provenance"
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

// Build puts a new image under a tag, as buildx makes one: a layer on what the base is now, with the provenance that says so.
func (f *Factory) Build(text, base string) {
	f.t.Helper()
	if err := f.build(text, base); err != nil {
		f.t.Fatal(err)
	}
}

func (f *Factory) build(text, base string) error {
	from, err := name.NewTag(f.Image(base))
	if err != nil {
		return err
	}
	found, err := remote.Get(from)
	if err != nil {
		return err
	}
	on, err := found.Image()
	if err != nil {
		return err
	}
	layer, err := random.Layer(64, types.OCILayer)
	if err != nil {
		return err
	}
	image, err := mutate.AppendLayers(on, layer)
	if err != nil {
		return err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return err
	}
	platform := v1.Platform{OS: "linux", Architecture: "amd64"}
	config = config.DeepCopy()
	config.OS, config.Architecture = platform.OS, platform.Architecture
	if image, err = mutate.ConfigFile(image, config); err != nil {
		return err
	}
	bases := map[string]v1.Hash{strings.TrimPrefix(f.Image(base), Registry+"/"): found.Digest}
	attestation, err := provenance.Attest(image, "v1", Registry, bases)
	if err != nil {
		return err
	}
	to, err := name.NewTag(f.Image(text))
	if err != nil {
		return err
	}
	return remote.WriteIndex(to, mutate.AppendManifests(mutate.IndexMediaType(empty.Index, types.OCIImageIndex),
		mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &platform}}, attestation))
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
