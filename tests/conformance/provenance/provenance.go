// Package provenance makes what buildx puts beside an image.
package provenance

import (
	"encoding/json"
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Attest makes a manifest with an in-toto statement, whose predicate is of
// SLSA's version v0.2 or v1 and names bases of a registry (such as library/node:22).
func Attest(image v1.Image, version, registry string, bases map[string]v1.Hash) (mutate.IndexAddendum, error) {
	digest, err := image.Digest()
	if err != nil {
		return mutate.IndexAddendum{}, err
	}
	var materials []map[string]any
	for base, digest := range bases {
		repository, tag, _ := strings.Cut(base, ":")
		uri := fmt.Sprintf("pkg:docker/%s/%s@%s?digest=%s&platform=linux%%2Famd64",
			strings.ReplaceAll(registry, ":", "%3A"), repository, tag, digest)
		materials = append(materials, map[string]any{"uri": uri, "digest": map[string]string{"sha256": digest.Hex}})
	}
	predicate := map[string]any{"materials": materials}
	if version == "v1" {
		predicate = map[string]any{"buildDefinition": map[string]any{"resolvedDependencies": materials}}
	}
	kind := "https://slsa.dev/provenance/" + version
	statement, err := json.Marshal(map[string]any{
		"_type": "https://in-toto.io/Statement/v0.1", "predicateType": kind, "predicate": predicate,
		"subject": []any{map[string]any{"name": "_", "digest": map[string]string{"sha256": digest.Hex}}},
	})
	if err != nil {
		return mutate.IndexAddendum{}, err
	}
	attestation, err := mutate.Append(mutate.MediaType(empty.Image, types.OCIManifestSchema1), mutate.Addendum{
		Layer:       static.NewLayer(statement, "application/vnd.in-toto+json"),
		Annotations: map[string]string{"in-toto.io/predicate-type": kind},
	})
	return mutate.IndexAddendum{Add: attestation, Descriptor: v1.Descriptor{
		Platform: &v1.Platform{OS: "unknown", Architecture: "unknown"},
		Annotations: map[string]string{
			"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": digest.String(),
		},
	}}, err
}
