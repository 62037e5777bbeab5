// Package manifests reads the files under test: what image-factory synth wrote
// for each fixture, or the files that were named to run.sh.
package manifests

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	sigsyaml "sigs.k8s.io/yaml"
)

// DirVariable names the environment variable that holds the folder of the
// manifests under test, one file a fixture. run.sh sets it.
const DirVariable = "CONFORMANCE_MANIFESTS"

// Set is one manifest: every object that one run of synth emitted.
type Set struct {
	// Name is the fixture's name, which says its condition.
	Name    string
	Objects []*unstructured.Unstructured
}

// All reads every manifest under test, and skips the test where there is none.
func All(t *testing.T) []Set {
	t.Helper()
	dir := os.Getenv(DirVariable)
	if dir == "" {
		t.Skipf("%s is not set; use run.sh", DirVariable)
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Fatalf("no manifest in %s", dir)
	}
	sets := make([]Set, 0, len(paths))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		objects, err := Read(text)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		sets = append(sets, byProject(Set{Name: name, Objects: objects})...)
	}
	return sets
}

// byProject makes a set of each Project, in the order of the file: to Kargo each
// is all that there is. One of several has its name behind that of the fixture.
func byProject(set Set) []Set {
	var names []string
	projects := map[string][]*unstructured.Unstructured{}
	for _, object := range set.Objects {
		// A Namespace and a Project have the name of what is in them.
		project := cmp.Or(object.GetNamespace(), object.GetName())
		if projects[project] == nil {
			names = append(names, project)
		}
		projects[project] = append(projects[project], object)
	}
	if len(names) == 1 {
		return []Set{set}
	}
	sets := make([]Set, 0, len(names))
	for _, name := range names {
		sets = append(sets, Set{Name: set.Name + "-" + name, Objects: projects[name]})
	}
	return sets
}

// Each runs a test once for every manifest under test.
func Each(t *testing.T, test func(t *testing.T, set Set)) {
	for _, set := range All(t) {
		t.Run(set.Name, func(t *testing.T) { test(t, set) })
	}
}

// Read splits a manifest as kubectl does and decodes every document strictly,
// so that a duplicate key is an error.
func Read(text []byte) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	documents := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, err
		}
		content := map[string]any{}
		if err := sigsyaml.UnmarshalStrict(document, &content); err != nil {
			return nil, err
		}
		// Through JSON, so that numbers are int64 and float64 as in a cluster.
		json, err := sigsyaml.Marshal(content)
		if err != nil {
			return nil, err
		}
		object := &unstructured.Unstructured{}
		if err := yaml.Unmarshal(json, &object.Object); err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
}

// OfKind gives the objects of one kind in the order of the file.
func (s Set) OfKind(kind string) []*unstructured.Unstructured {
	var objects []*unstructured.Unstructured
	for _, object := range s.Objects {
		if object.GetKind() == kind {
			objects = append(objects, object)
		}
	}
	return objects
}
