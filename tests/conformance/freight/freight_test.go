// Package freight lets Kargo's own discovery look at a registry for every
// Warehouse that synth emits.
package freight

import (
	"io"
	"log"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/akuity/kargo/pkg/api"
	"github.com/akuity/kargo/pkg/credentials"
	"github.com/akuity/kargo/pkg/subscription"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/conformance/expect"
	"image-factory/conformance/manifests"
)

// depot is a registry on loopback that stands for the one of a Warehouse.
type depot struct {
	host string
	repo string
}

func newDepot(t *testing.T, repoURL string) depot {
	t.Helper()
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	// The registry's name is all that differs from the Warehouse's own URL.
	path := repoURL
	if first, rest, ok := strings.Cut(repoURL, "/"); ok && strings.ContainsAny(first, ".:") {
		path = rest
	}
	return depot{host: host, repo: host + "/" + path}
}

// push puts a new image for two platforms under a tag and gives its digest.
func (d depot) push(t *testing.T, tag string) string {
	t.Helper()
	index := v1.ImageIndex(empty.Index)
	for _, architecture := range []string{"amd64", "arm64"} {
		image, err := random.Image(64, 1)
		if err != nil {
			t.Fatal(err)
		}
		config, err := image.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		config.OS, config.Architecture = "linux", architecture
		if image, err = mutate.ConfigFile(image, config); err != nil {
			t.Fatal(err)
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add:        image,
			Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: architecture}},
		})
	}
	reference, err := name.ParseReference(d.repo + ":" + tag)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.WriteIndex(reference, index); err != nil {
		t.Fatal(err)
	}
	digest, err := index.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return digest.String()
}

// discover lets Kargo look at the depot as the Warehouse says, and gives the
// Freight that it would make; nil for none.
func (d depot) discover(t *testing.T, warehouse *kargoapi.Warehouse) *kargoapi.Freight {
	t.Helper()
	freight := &kargoapi.Freight{
		Origin: kargoapi.FreightOrigin{Kind: kargoapi.FreightOriginKindWarehouse, Name: warehouse.Name},
	}
	for _, sub := range warehouse.DeepCopy().Spec.InternalSubscriptions {
		written := sub.Image.RepoURL
		sub.Image.RepoURL = d.repo
		registration, err := subscription.DefaultSubscriberRegistry.Get(t.Context(), sub)
		if err != nil {
			t.Fatal(err)
		}
		subscriber, err := registration.Value(t.Context(), &credentials.FakeDB{})
		if err != nil {
			t.Fatal(err)
		}
		found, err := subscriber.DiscoverArtifacts(t.Context(), warehouse.Namespace, sub, nil)
		if err != nil {
			t.Fatal(err)
		}
		result := found.(kargoapi.ImageDiscoveryResult)
		if len(result.References) == 0 {
			return nil
		}
		newest := result.References[0]
		freight.Images = append(freight.Images,
			kargoapi.Image{RepoURL: written, Tag: newest.Tag, Digest: newest.Digest})
	}
	freight.Name = api.GenerateFreightID(freight)
	return freight
}

// eachImageWarehouse runs a test for every Warehouse that watches one image.
func eachImageWarehouse(t *testing.T, test func(t *testing.T, w watcher)) {
	manifests.Each(t, func(t *testing.T, set manifests.Set) {
		file := expect.Of(t, set)
		rebuilds := origins(t, set)
		for _, warehouse := range set.Warehouses(t) {
			subs := warehouse.Spec.InternalSubscriptions
			if len(subs) != 1 || subs[0].Image == nil {
				continue
			}
			w := watcher{warehouse, subs[0].Image, rebuilds[warehouse.Name], file}
			t.Run(warehouse.Name, func(t *testing.T) { test(t, w) })
		}
	})
}

// watcher is a Warehouse that watches one image.
type watcher struct {
	warehouse *kargoapi.Warehouse
	image     *kargoapi.ImageSubscription
	// rebuilds says that a Stage starts rebuilds for the Warehouse's Freight.
	rebuilds bool
	file     *expect.File
}

// origins gives the names of the Warehouses whose Freight starts rebuilds: all
// that Stages ask for but those that only look at Dockerfiles.
func origins(t *testing.T, set manifests.Set) map[string]bool {
	t.Helper()
	asked := map[string]bool{}
	for _, stage := range set.Stages(t) {
		if strings.HasPrefix(stage.Name, "analyze-dockerfile-") {
			continue
		}
		for _, request := range stage.Spec.RequestedFreight {
			asked[request.Origin.Name] = true
		}
	}
	return asked
}

// TestDigest moves a tag on which a rebuild depends, or that is watched by its
// digest: Kargo must make new Freight of it, and none of a tag beside it.
func TestDigest(t *testing.T) {
	eachImageWarehouse(t, func(t *testing.T, w watcher) {
		warehouse, image := w.warehouse, w.image
		if !w.rebuilds && image.ImageSelectionStrategy != kargoapi.ImageSelectionStrategyDigest {
			t.Skipf("watched by %s", image.ImageSelectionStrategy)
		}
		depot := newDepot(t, image.RepoURL)
		beside := image.Constraint + "-beside"
		depot.push(t, beside)
		if freight := depot.discover(t, warehouse); freight != nil {
			t.Errorf("Freight of %v, though the tag is not there", freight.Images)
		}
		digest := depot.push(t, image.Constraint)
		before := depot.discover(t, warehouse)
		if before == nil || before.Images[0].Digest != digest || before.Images[0].Tag != image.Constraint {
			t.Fatalf("found %v, want %s@%s", before, image.Constraint, digest)
		}
		depot.push(t, beside)
		if same := depot.discover(t, warehouse); same.Name != before.Name {
			t.Error("another tag made new Freight")
		}
		digest = depot.push(t, image.Constraint)
		after := depot.discover(t, warehouse)
		if after.Images[0].Digest != digest || after.Name == before.Name {
			t.Errorf("a new digest under the same tag made no new Freight: %v", after.Images)
		}
	})
}

// releases is what a registry of released images often holds.
var releases = []string{"sha-abc", "1.2.2", "v0", "2.0.0-draft-x", "1.2.3", "latest", "main"}

// TestTags puts tags into a registry, those that the fixture's author wrote or
// else the usual ones, and wants the newest release found.
func TestTags(t *testing.T) {
	eachImageWarehouse(t, func(t *testing.T, w watcher) {
		file, warehouse, image := w.file, w.warehouse, w.image
		tags, want := releases, "1.2.3"
		if file != nil && file.Warehouses[warehouse.Name].Tags != nil {
			tags, want = file.Warehouses[warehouse.Name].Tags, file.Warehouses[warehouse.Name].Discovers
		} else if !takesReleases(image) {
			t.Skip("nobody says what this Warehouse should find")
		}
		depot := newDepot(t, image.RepoURL)
		for _, tag := range tags {
			depot.push(t, tag)
		}
		got := ""
		if freight := depot.discover(t, warehouse); freight != nil {
			got = freight.Images[0].Tag
		}
		if got != want {
			t.Errorf("of %q found %q, want %q", tags, got, want)
		}
	})
}

// takesReleases says whether an image is watched as synth lets it be by default.
func takesReleases(image *kargoapi.ImageSubscription) bool {
	return image.ImageSelectionStrategy == kargoapi.ImageSelectionStrategySemVer && image.Constraint == ">=0.0.0" &&
		len(image.AllowTagsRegexes)+len(image.IgnoreTagsRegexes) == 0
}

// TestMain lets Kargo ask as fast as it can: it limits itself to 20 requests a
// second, by a variable that is read before any test runs.
func TestMain(m *testing.M) {
	const limit = "IMAGE_REGISTRY_RATE_LIMIT"
	if os.Getenv(limit) == "" {
		log.Printf("%s is not set, so this takes longer; run.sh sets it", limit)
	}
	os.Exit(m.Run())
}
