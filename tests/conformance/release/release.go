// Package release finds the files of the Kargo release that this module
// requires: its CRDs and its JSON Schemas, in the module cache.
package release

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// DirVariable names an environment variable with another release's folder, for
// the parts that need no more than its CRDs and schemas.
const DirVariable = "CONFORMANCE_KARGO_DIR"

var dir = sync.OnceValues(func() (string, error) {
	if given := os.Getenv(DirVariable); given != "" {
		return given, nil
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/akuity/kargo").Output()
	return strings.TrimSpace(string(out)), err
})

// File reads a file of the release by its path in the module.
func File(t *testing.T, path string) []byte {
	t.Helper()
	root, err := dir()
	if err != nil {
		t.Fatalf("cannot find Kargo's module: %v", err)
	}
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// CRDs reads the release's CRDs of the API group kargo.akuity.io, by kind.
func CRDs(t *testing.T) map[string]*apiextensions.CustomResourceDefinition {
	t.Helper()
	root, err := dir()
	if err != nil {
		t.Fatalf("cannot find Kargo's module: %v", err)
	}
	paths, err := filepath.Glob(filepath.Join(root, "charts/kargo/resources/crds/*.yaml"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no CRDs in Kargo's module: %v", err)
	}
	crds := map[string]*apiextensions.CustomResourceDefinition{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		crd := ParseCRD(t, text)
		crds[crd.Spec.Names.Kind] = crd
	}
	return crds
}

// ParseCRD reads a CRD as the API server would take it.
func ParseCRD(t *testing.T, text []byte) *apiextensions.CustomResourceDefinition {
	t.Helper()
	var versioned apiextensionsv1.CustomResourceDefinition
	if err := yaml.UnmarshalStrict(text, &versioned); err != nil {
		t.Fatal(err)
	}
	apiextensionsv1.SetDefaults_CustomResourceDefinition(&versioned)
	crd := &apiextensions.CustomResourceDefinition{}
	err := apiextensionsv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(
		&versioned, crd, nil)
	if err != nil {
		t.Fatal(err)
	}
	return crd
}
