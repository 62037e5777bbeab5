package admission

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"image-factory/conformance/cluster"
	"image-factory/conformance/manifests"
)

// TestWebhooks applies every manifest in its order to Kargo's webhooks, as
// kubectl would, and keeps what was taken for those that come after it.
func TestWebhooks(t *testing.T) {
	manifests.Each(t, func(t *testing.T, set manifests.Set) {
		kargo := cluster.Client(t)
		webhooks := New(t, kargo)
		for _, object := range set.Objects {
			t.Run(object.GetKind()+"/"+object.GetName(), func(t *testing.T) {
				if strings.HasPrefix(object.GetAPIVersion(), kargoapi.GroupVersion.Group+"/") {
					defaulted := webhooks.Default(t, object)
					dropUnowned(defaulted)
					if !reflect.DeepEqual(defaulted.Object, object.Object) {
						t.Errorf("Kargo's webhook would store something else\nemitted: %s\nstored:  %s",
							text(t, object), text(t, defaulted))
					}
					if reason := webhooks.Refusal(t, object); reason != "" {
						t.Errorf("Kargo's webhook refuses it: %s", reason)
					}
				}
				store(t, kargo, object)
			})
		}
	})
}

// store puts an object into the cluster for the webhooks of later ones. A kind
// that the cluster's client does not know matters to none of them.
func store(t *testing.T, kargo client.Client, object *unstructured.Unstructured) {
	t.Helper()
	if !kargo.Scheme().Recognizes(object.GroupVersionKind()) {
		return
	}
	if err := kargo.Create(t.Context(), object.DeepCopy()); err != nil {
		t.Error(err)
	}
}

// TestRefusals proves that these webhooks are at work: without the Namespace
// and its label, Kargo takes neither the Project nor what is in it.
func TestRefusals(t *testing.T) {
	manifests.Each(t, func(t *testing.T, set manifests.Set) {
		kargo := cluster.Client(t)
		webhooks := New(t, kargo)
		warehouses := set.OfKind("Warehouse")
		if len(warehouses) == 0 {
			t.Skip("no Warehouse")
		}
		if reason := webhooks.Refusal(t, warehouses[0]); !strings.Contains(reason, "not found") {
			t.Errorf("without a Namespace a Warehouse is refused with %q", reason)
		}
		namespace := manifests.Convert[corev1.Namespace](t, set.OfKind("Namespace")[0])
		namespace.Labels = nil
		if err := kargo.Create(t.Context(), namespace); err != nil {
			t.Fatal(err)
		}
		if reason := webhooks.Refusal(t, set.OfKind("Project")[0]); reason == "" {
			t.Error("a Project is taken though its Namespace has no label")
		}
	})
}

// TestCanonical decodes every object into Kargo's Go types and writes it again:
// a controller or a tool that does so must find nothing to change.
func TestCanonical(t *testing.T) {
	manifests.Each(t, func(t *testing.T, set manifests.Set) {
		for _, object := range set.Objects {
			t.Run(object.GetKind()+"/"+object.GetName(), func(t *testing.T) {
				var typed any
				switch object.GetKind() {
				case "Project":
					typed = manifests.Convert[kargoapi.Project](t, object)
				case "ProjectConfig":
					typed = manifests.Convert[kargoapi.ProjectConfig](t, object)
				case "Warehouse":
					typed = manifests.Convert[kargoapi.Warehouse](t, object)
				case "Stage":
					typed = manifests.Convert[kargoapi.Stage](t, object)
				case "Namespace":
					typed = manifests.Convert[corev1.Namespace](t, object)
				default:
					t.Skip("not one of Kargo's kinds")
				}
				raw, err := json.Marshal(typed)
				if err != nil {
					t.Fatal(err)
				}
				again := &unstructured.Unstructured{}
				if err := json.Unmarshal(raw, again); err != nil {
					t.Fatal(err)
				}
				dropUnowned(again)
				if !reflect.DeepEqual(again.Object, object.Object) {
					t.Errorf("Go writes something else\nemitted: %s\nwritten: %s",
						text(t, object), text(t, again))
				}
			})
		}
	})
}

// dropUnowned drops what Go writes for structs that have no value and that are
// not ours to set: the status, and the time of creation.
func dropUnowned(object *unstructured.Unstructured) {
	if metadata, ok := object.Object["metadata"].(map[string]any); ok && metadata["creationTimestamp"] == nil {
		delete(metadata, "creationTimestamp")
	}
	delete(object.Object, "status")
	if spec, ok := object.Object["spec"].(map[string]any); ok && len(spec) == 0 && object.GetKind() == "Namespace" {
		delete(object.Object, "spec")
	}
}

func text(t *testing.T, object *unstructured.Unstructured) string {
	t.Helper()
	out, err := yaml.Marshal(object.Object)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
