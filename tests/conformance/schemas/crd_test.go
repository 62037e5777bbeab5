// Package schemas holds every object that synth emits against the schemas of
// Kargo's release, with the libraries that the API server uses.
package schemas

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	apimachinery "k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/yaml"

	"image-factory/conformance/manifests"
	"image-factory/conformance/release"
)

// rolloutsModule is the release of Argo Rollouts whose CRDs Kargo's release
// documents as supported. It is fetched only for a manifest that needs it.
const rolloutsModule = "github.com/argoproj/argo-rollouts@v1.9.1"

// checker holds one kind's schema in the forms that the API server compiles.
type checker struct {
	structural *structural.Structural
	values     validation.SchemaValidator
	rules      *cel.Validator
	namespaced bool
}

func newChecker(t *testing.T, crd *apiextensions.CustomResourceDefinition) *checker {
	t.Helper()
	schema := crd.Spec.Validation
	if schema == nil {
		schema = crd.Spec.Versions[0].Schema
	}
	compiled, err := structural.NewStructural(schema.OpenAPIV3Schema)
	if err != nil {
		t.Fatal(err)
	}
	if errs := structural.ValidateStructural(nil, compiled); len(errs) > 0 {
		t.Fatal(errs.ToAggregate())
	}
	values, _, err := validation.NewSchemaValidator(schema.OpenAPIV3Schema)
	if err != nil {
		t.Fatal(err)
	}
	return &checker{
		structural: compiled,
		values:     values,
		rules:      cel.NewValidator(compiled, true, math.MaxInt64),
		namespaced: crd.Spec.Scope == apiextensions.NamespaceScoped,
	}
}

// check does what the API server does with a new object, in its order. It wants
// nothing pruned, nothing added by defaults and no error.
func (c *checker) check(t *testing.T, object *unstructured.Unstructured) {
	t.Helper()
	if c.namespaced != (object.GetNamespace() != "") {
		t.Errorf("namespace is %q, though namespaced is %t", object.GetNamespace(), c.namespaced)
	}
	content := object.DeepCopy().Object
	unknown := pruning.PruneWithOptions(content, c.structural, true,
		structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	for _, path := range unknown {
		t.Errorf("unknown field %s would be pruned", path)
	}
	defaulting.PruneNonNullableNullsWithoutDefaults(content, c.structural)
	defaulting.Default(content, c.structural)
	if !reflect.DeepEqual(content, object.Object) {
		t.Errorf("the API server would store something else\nemitted: %s\nstored:  %s",
			text(t, object.Object), text(t, content))
	}
	for _, err := range validation.ValidateCustomResource(nil, content, c.values) {
		t.Error(err)
	}
	if c.rules != nil {
		errs, _ := c.rules.Validate(t.Context(), nil, c.structural, content, nil, math.MaxInt64)
		for _, err := range errs {
			t.Error(err)
		}
	}
}

// TestCRDs is the API server's own reading of every object.
func TestCRDs(t *testing.T) {
	checkers := map[string]*checker{}
	for kind, crd := range release.CRDs(t) {
		checkers[kind] = newChecker(t, crd)
	}
	manifests.Each(t, func(t *testing.T, set manifests.Set) {
		seen := map[string]bool{}
		for _, object := range set.Objects {
			kind, name := object.GetKind(), object.GetName()
			t.Run(kind+"/"+name, func(t *testing.T) {
				if seen[kind+"/"+name] {
					t.Error("there are two of them")
				}
				seen[kind+"/"+name] = true
				checkNames(t, object)
				switch checker, known := checkers[kind]; {
				case known:
					checker.check(t, object)
				case object.GetAPIVersion() == "v1" && kind == "ServiceAccount":
					manifests.Convert[corev1.ServiceAccount](t, object)
				case object.GetAPIVersion() == "v1" && kind == "Namespace":
					manifests.Convert[corev1.Namespace](t, object)
				case object.GetAPIVersion() == "argoproj.io/v1alpha1" && kind == "AnalysisTemplate":
					checkers[kind] = newChecker(t, analysisTemplateCRD(t))
					checkers[kind].check(t, object)
				default:
					t.Errorf("no schema for %s %s", object.GetAPIVersion(), kind)
				}
			})
		}
	})
}

// checkNames holds names, labels and annotations to Kubernetes' own rules.
func checkNames(t *testing.T, object *unstructured.Unstructured) {
	t.Helper()
	for _, problem := range apimachinery.IsDNS1123Subdomain(object.GetName()) {
		t.Errorf("name: %s", problem)
	}
	if len(object.GetName()) > 63 {
		t.Errorf("name has %d characters, more than a label's value may have", len(object.GetName()))
	}
	for key, value := range object.GetLabels() {
		for _, problem := range append(apimachinery.IsQualifiedName(key), apimachinery.IsValidLabelValue(value)...) {
			t.Errorf("label %s: %s", key, problem)
		}
	}
	for key := range object.GetAnnotations() {
		for _, problem := range apimachinery.IsQualifiedName(key) {
			t.Errorf("annotation %s: %s", key, problem)
		}
	}
}

// analysisTemplateCRD reads the CRD of AnalysisTemplates from Argo Rollouts.
func analysisTemplateCRD(t *testing.T) *apiextensions.CustomResourceDefinition {
	t.Helper()
	out, err := exec.Command("go", "mod", "download", "-json", rolloutsModule).Output()
	if err != nil {
		t.Fatalf("cannot fetch %s: %v\n%s", rolloutsModule, err, out)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		t.Fatal(err)
	}
	crd, err := os.ReadFile(filepath.Join(module.Dir, "manifests/crds/analysis-template-crd.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return release.ParseCRD(t, crd)
}

func text(t *testing.T, value any) string {
	t.Helper()
	out, err := yaml.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
