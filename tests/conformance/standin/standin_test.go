// Package standin proves that the API types which stand in for Kargo's have
// the fields of the release's CRDs: all of them, and no other.
package standin

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"

	"image-factory/conformance/release"
)

// TestStandInFields walks every CRD and the Go type beside it.
func TestStandInFields(t *testing.T) {
	types := map[string]any{
		"ClusterConfig":        kargoapi.ClusterConfig{},
		"ClusterPromotionTask": kargoapi.ClusterPromotionTask{},
		"Freight":              kargoapi.Freight{},
		"Project":              kargoapi.Project{},
		"ProjectConfig":        kargoapi.ProjectConfig{},
		"Promotion":            kargoapi.Promotion{},
		"PromotionTask":        kargoapi.PromotionTask{},
		"Stage":                kargoapi.Stage{},
		"Warehouse":            kargoapi.Warehouse{},
	}
	crds := release.CRDs(t)
	if got, want := slices.Sorted(maps.Keys(types)), slices.Sorted(maps.Keys(crds)); !slices.Equal(got, want) {
		t.Errorf("types for %q, CRDs for %q", got, want)
	}
	for kind, value := range types {
		t.Run(kind, func(t *testing.T) {
			crd := crds[kind]
			schema := crd.Spec.Validation
			if schema == nil {
				schema = crd.Spec.Versions[0].Schema
			}
			compare(t, kind, schema.OpenAPIV3Schema, reflect.TypeOf(value))
		})
	}
}

// TestStandInSubscriptions compares subscriptions, which the CRD leaves free,
// with their JSON Schemas.
func TestStandInSubscriptions(t *testing.T) {
	for name, value := range map[string]any{
		"chart": kargoapi.ChartSubscription{},
		"git":   kargoapi.GitSubscription{},
		"image": kargoapi.ImageSubscription{},
	} {
		var schema struct {
			Properties map[string]any
			Required   []string
		}
		if err := json.Unmarshal(release.File(t, "pkg/subscription/schemas/"+name+".json"), &schema); err != nil {
			t.Fatal(err)
		}
		got := fields(reflect.TypeOf(value))
		if names, want := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(schema.Properties)); !slices.Equal(names, want) {
			t.Errorf("%s has fields %q, the schema %q", name, names, want)
		}
	}
}

// compare wants a type to have a schema's properties, of the same types, and to
// leave out those that may be left out.
func compare(t *testing.T, path string, schema *apiextensions.JSONSchemaProps, typ reflect.Type) {
	t.Helper()
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	switch {
	case schema.Items != nil && schema.Items.Schema != nil:
		if typ.Kind() != reflect.Slice {
			t.Errorf("%s is a %s, want a list", path, typ)
			return
		}
		compare(t, path+"[]", schema.Items.Schema, typ.Elem())
	case schema.AdditionalProperties != nil && schema.AdditionalProperties.Schema != nil:
		if typ.Kind() != reflect.Map {
			t.Errorf("%s is a %s, want a map", path, typ)
			return
		}
		compare(t, path+"{}", schema.AdditionalProperties.Schema, typ.Elem())
	case len(schema.Properties) > 0:
		compareObject(t, path, schema, typ)
	default:
		if kinds := scalars[schema.Type]; kinds != nil && !slices.Contains(kinds, typ.Kind()) {
			t.Errorf("%s is a %s, want a %s", path, typ, schema.Type)
		}
	}
}

// scalars are the kinds of Go for a schema's types; times and durations are
// structs that are written as strings.
var scalars = map[string][]reflect.Kind{
	"string":  {reflect.String, reflect.Struct},
	"boolean": {reflect.Bool},
	"integer": {reflect.Int32, reflect.Int64, reflect.Uint32},
}

func compareObject(t *testing.T, path string, schema *apiextensions.JSONSchemaProps, typ reflect.Type) {
	t.Helper()
	got := fields(typ)
	for name, property := range schema.Properties {
		field, ok := got[name]
		if !ok {
			t.Errorf("%s has no field %s", path, name)
			continue
		}
		delete(got, name)
		if name == "metadata" && property.Properties == nil {
			continue
		}
		optional := strings.Contains(field.Tag.Get("json"), ",omit")
		if optional && property.Default == nil && slices.Contains(schema.Required, name) {
			t.Errorf("%s.%s is left out when empty, though it is required", path, name)
		}
		compare(t, path+"."+name, &property, field.Type)
	}
	for name := range got {
		t.Errorf("%s has a field %s that the CRD does not have", path, name)
	}
}

// fields gives a struct's fields by the names that JSON knows them by.
func fields(typ reflect.Type) map[string]reflect.StructField {
	all := map[string]reflect.StructField{}
	for i := range typ.NumField() {
		field := typ.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case strings.Contains(options, "inline"):
			inner := field.Type
			for inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			maps.Copy(all, fields(inner))
		default:
			all[name] = field
		}
	}
	return all
}
