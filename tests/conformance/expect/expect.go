// Package expect reads what a fixture's author says must come of it, written by
// hand beside the fixture: testdata/NAME/expect.yaml.
package expect

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"sigs.k8s.io/yaml"

	"image-factory/conformance/manifests"
)

// FixturesVariable names the environment variable that run.sh sets when the
// manifests under test were made from the fixtures.
const FixturesVariable = "CONFORMANCE_FIXTURES"

// File is everything that one fixture's author expects.
type File struct {
	// Warehouses by name: all of them, and no other.
	Warehouses map[string]Warehouse `json:"warehouses"`
	// Stages by name: all of them, and no other.
	Stages map[string]Stage `json:"stages"`
	// Refused are the kinds of step, and the keys of the http step's config, that
	// the release does not know which the manifest is for.
	Refused []string `json:"refused,omitempty"`
}

// Warehouse is what one Warehouse must do.
type Warehouse struct {
	RepoURL string `json:"repoURL"`
	// Watches is the tag that is watched by its digest; nothing for the other
	// strategies, which Tags and Discovers try.
	Watches string `json:"watches,omitempty"`
	// Tags are put into a registry, the oldest build first.
	Tags []string `json:"tags,omitempty"`
	// Discovers is the tag that must then be found, nothing for none.
	Discovers string `json:"discovers,omitempty"`
}

// Stage is what one Stage must do.
type Stage struct {
	// Automatic says whether Kargo promotes without being asked.
	Automatic bool `json:"automatic"`
	// Warehouse is where the Freight comes from.
	Warehouse string `json:"warehouse"`
	// Soak is how long Freight must rest first, as Go prints it.
	Soak string `json:"soak,omitempty"`
	// AtFirst are the images that are built on the first digest that it is given.
	AtFirst []string `json:"atFirst,omitempty"`
	// Dispatches by image.
	Dispatches map[string]Dispatch `json:"dispatches,omitempty"`
	// Reads is the address of the Dockerfile that is read.
	Reads string `json:"reads,omitempty"`
	// Lines are those that it must have; nothing where it must only be there.
	Lines []string `json:"lines,omitempty"`
	// Request is what a Job is given.
	Request map[string]any `json:"request,omitempty"`
}

// Dispatch is the one request that starts a rebuild.
type Dispatch struct {
	URL    string            `json:"url"`
	Ref    string            `json:"ref"`
	Inputs map[string]string `json:"inputs"`
	// Secret and Key hold the token.
	Secret string `json:"secret,omitempty"`
	Key    string `json:"key,omitempty"`
	// Timeout is that of retry: for how long it is tried.
	Timeout string `json:"timeout,omitempty"`
}

// Of reads a manifest's expectations; nil where nobody wrote any.
func Of(t *testing.T, set manifests.Set) *File {
	t.Helper()
	if os.Getenv(FixturesVariable) == "" {
		return nil
	}
	text, err := os.ReadFile(filepath.Join("..", "testdata", set.Name, "expect.yaml"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	file := &File{}
	if err := yaml.UnmarshalStrict(text, file); err != nil {
		t.Fatalf("%s/expect.yaml: %v", set.Name, err)
	}
	return file
}
