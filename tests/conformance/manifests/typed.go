package manifests

import (
	"encoding/json"
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

// Dispatches gives the steps by which a Stage starts workflows: those that send
// something.
func Dispatches(stage *kargoapi.Stage) []kargoapi.PromotionStep {
	return requests(stage, "POST")
}

// Reads gives the steps by which a Stage reads files.
func Reads(stage *kargoapi.Stage) []kargoapi.PromotionStep {
	return requests(stage, "GET")
}

func requests(stage *kargoapi.Stage, method string) []kargoapi.PromotionStep {
	var found []kargoapi.PromotionStep
	for _, step := range Steps(stage) {
		var config struct{ Method string }
		if step.Uses == "http" && json.Unmarshal(step.Config.Raw, &config) == nil && config.Method == method {
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

// DispatchedImages gives the images that a Stage starts workflows for.
func DispatchedImages(stage *kargoapi.Stage) []string {
	var images []string
	for _, step := range Dispatches(stage) {
		images = append(images, ImageOf(step.As))
	}
	return images
}

func convertAll[T any](t *testing.T, objects []*unstructured.Unstructured) []*T {
	t.Helper()
	all := make([]*T, 0, len(objects))
	for _, object := range objects {
		all = append(all, Convert[T](t, object))
	}
	return all
}
