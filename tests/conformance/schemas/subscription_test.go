package schemas

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/akuity/kargo/pkg/subscription"
	"github.com/xeipuuv/gojsonschema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/conformance/manifests"
	"image-factory/conformance/release"
)

// eachSubscription runs a test for every subscription of every Warehouse.
func eachSubscription(
	t *testing.T,
	test func(t *testing.T, kind string, written map[string]any, decoded kargoapi.RepoSubscription),
) {
	manifests.Each(t, func(t *testing.T, set manifests.Set) {
		for _, warehouse := range set.Warehouses(t) {
			t.Run(warehouse.Name, func(t *testing.T) {
				for i, raw := range warehouse.Spec.Subscriptions {
					var kinds map[string]map[string]any
					if err := json.Unmarshal(raw.Raw, &kinds); err != nil {
						t.Fatal(err)
					}
					for kind, written := range kinds {
						test(t, kind, written, warehouse.Spec.InternalSubscriptions[i])
					}
				}
			})
		}
	})
}

// TestSubscriptionSchemas finds misspelt fields: the CRD leaves subscriptions
// free, and Kargo's webhook silently drops what it does not know.
func TestSubscriptionSchemas(t *testing.T) {
	eachSubscription(t, func(t *testing.T, kind string, written map[string]any, _ kargoapi.RepoSubscription) {
		schema := release.File(t, "pkg/subscription/schemas/"+kind+".json")
		validateJSON(t, schema, written)
	})
}

// TestSubscribers asks Kargo's registry of subscribers to default and to
// validate every subscription; defaults may change nothing.
func TestSubscribers(t *testing.T) {
	eachSubscription(t, func(t *testing.T, kind string, written map[string]any, decoded kargoapi.RepoSubscription) {
		registration, err := subscription.DefaultSubscriberRegistry.Get(t.Context(), decoded)
		if err != nil {
			t.Fatal(err)
		}
		subscriber, err := registration.Value(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := subscriber.ApplySubscriptionDefaults(t.Context(), &decoded); err != nil {
			t.Fatal(err)
		}
		for _, err := range subscriber.ValidateSubscription(t.Context(), field.NewPath(kind), decoded) {
			t.Error(err)
		}
		raw, err := json.Marshal(decoded)
		if err != nil {
			t.Fatal(err)
		}
		var defaulted map[string]map[string]any
		if err := json.Unmarshal(raw, &defaulted); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(defaulted[kind], written) {
			t.Errorf("Kargo would store something else\nemitted: %s\nstored:  %s",
				text(t, written), text(t, defaulted[kind]))
		}
	})
}

// validateJSON holds a value against a JSON Schema as Kargo's steps do.
func validateJSON(t *testing.T, schema []byte, value any) {
	t.Helper()
	result, err := gojsonschema.Validate(
		gojsonschema.NewBytesLoader(schema), gojsonschema.NewGoLoader(value))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range result.Errors() {
		t.Error(problem)
	}
}
