package manifests

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Convert decodes an object into a typed one, and refuses unknown fields.
func Convert[T any](t *testing.T, object *unstructured.Unstructured) *T {
	t.Helper()
	typed := new(T)
	err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object.Object, typed, true)
	if err != nil {
		t.Fatalf("%s %s: %v", object.GetKind(), object.GetName(), err)
	}
	return typed
}

// Stages gives the Stages in the order of the file.
func (s Set) Stages(t *testing.T) []*kargoapi.Stage {
	t.Helper()
	return convertAll[kargoapi.Stage](t, s.OfKind("Stage"))
}

// Warehouses gives the Warehouses in the order of the file.
func (s Set) Warehouses(t *testing.T) []*kargoapi.Warehouse {
	t.Helper()
	return convertAll[kargoapi.Warehouse](t, s.OfKind("Warehouse"))
}

// ProjectConfig gives the one ProjectConfig.
func (s Set) ProjectConfig(t *testing.T) *kargoapi.ProjectConfig {
	t.Helper()
	configs := convertAll[kargoapi.ProjectConfig](t, s.OfKind("ProjectConfig"))
	if len(configs) != 1 {
		t.Fatalf("%d ProjectConfigs, want 1", len(configs))
	}
	return configs[0]
}

// KargoObjects gives Stages, Warehouses and the ProjectConfig as a cluster holds them.
func (s Set) KargoObjects(t *testing.T) []client.Object {
	t.Helper()
	objects := []client.Object{s.ProjectConfig(t)}
	for _, stage := range s.Stages(t) {
		objects = append(objects, stage)
	}
	for _, warehouse := range s.Warehouses(t) {
		objects = append(objects, warehouse)
	}
	return objects
}

// Steps gives a Stage's steps, none for a Stage without a template.
func Steps(stage *kargoapi.Stage) []kargoapi.PromotionStep {
	if stage.Spec.PromotionTemplate == nil {
		return nil
	}
	return stage.Spec.PromotionTemplate.Spec.Steps
}

// Of the http steps of a Stage, what each does is told by its name.
const (
	// Try and Trigger start the workflow that builds an image, Discover the one of
	// the factory: Try asks once, the others until there is an answer for good.
	Try, Trigger, Discover = "try-", "trigger-", "discover-"
	// Analyze reads the Dockerfile of an image.
	Analyze = "analyze-"
	// Wait asks whether a host takes requests again.
	Wait = "wait-for-"
	// Await waits for the run that was started for an image.
	Await = "await-"
	// Notify tells somebody how the Promotion has ended.
	Notify = "notify-"
)

// Dispatches gives the steps by which a Stage starts workflows. There may be
// several for one image.
func Dispatches(stage *kargoapi.Stage) []kargoapi.PromotionStep {
	return requests(stage, Try, Trigger, Discover)
}

// Reads gives the steps by which a Stage reads files.
func Reads(stage *kargoapi.Stage) []kargoapi.PromotionStep {
	return requests(stage, Analyze)
}

// Waits gives the steps by which a Stage waits for a host.
func Waits(stage *kargoapi.Stage) []kargoapi.PromotionStep {
	return requests(stage, Wait)
}

// Notifies gives the steps by which a Stage tells how its Promotions end.
func Notifies(stage *kargoapi.Stage) []kargoapi.PromotionStep {
	return requests(stage, Notify)
}

// Awaits gives the steps by which a Stage waits for runs.
func Awaits(stage *kargoapi.Stage) []kargoapi.PromotionStep {
	return requests(stage, Await)
}

func requests(stage *kargoapi.Stage, prefixes ...string) []kargoapi.PromotionStep {
	var found []kargoapi.PromotionStep
	for _, step := range Steps(stage) {
		does := func(prefix string) bool { return strings.HasPrefix(step.As, prefix) }
		if step.Uses == "http" && slices.ContainsFunc(prefixes, does) {
			found = append(found, step)
		}
	}
	return found
}

// Locked gives the lines that a Stage wants a Dockerfile to have, nothing if it
// only wants it to be there.
func Locked(t *testing.T, stage *kargoapi.Stage) []string {
	t.Helper()
	var lines []string
	for _, v := range stage.Spec.PromotionTemplate.Spec.Vars {
		if v.Name != "locked" {
			continue
		}
		// A list of expr-lang's, which is JSON as synth writes it.
		if err := json.Unmarshal([]byte(v.Value), &lines); err != nil {
			t.Fatal(err)
		}
	}
	return lines
}

// ImageOf gives the image that a step is for, from the step's name.
func ImageOf(alias string) string {
	_, image, _ := strings.Cut(alias, "-")
	return image
}

func convertAll[T any](t *testing.T, objects []*unstructured.Unstructured) []*T {
	t.Helper()
	all := make([]*T, 0, len(objects))
	for _, object := range objects {
		all = append(all, Convert[T](t, object))
	}
	return all
}
