package rig

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
)

// connect gives a client that reads objects; what people do is done by kubectl.
var connect = sync.OnceValues(func() (dynamic.Interface, error) {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 200, 400
	return dynamic.NewForConfig(config)
})

// list gives all objects of a kind in the Project, by name.
func list[T any](f *Factory, plural string) []T {
	f.t.Helper()
	client, err := connect()
	if err != nil {
		f.t.Fatal(err)
	}
	resource := schema.GroupVersionResource{Group: "kargo.akuity.io", Version: "v1alpha1", Resource: plural}
	found, err := client.Resource(resource).Namespace(f.Project).List(f.t.Context(), metav1.ListOptions{})
	if err != nil {
		f.t.Fatal(err)
	}
	slices.SortFunc(found.Items, func(a, b unstructured.Unstructured) int { return strings.Compare(a.GetName(), b.GetName()) })
	objects := make([]T, len(found.Items))
	for i, item := range found.Items {
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(item.Object, &objects[i]); err != nil {
			f.t.Fatal(err)
		}
	}
	return objects
}

// Stages gives the Project's Stages.
func (f *Factory) Stages() []kargoapi.Stage { return list[kargoapi.Stage](f, "stages") }

// Promotions gives the Project's Promotions, the oldest of a Stage first. Of those that Kargo makes by itself it gives one
// of a Freight: on a busy machine a Stage that is looked at twice in one moment gets two, since Kargo looks for the first
// in a cache that does not have it yet (v1.11.2 pkg/controller/stages/regular_stages.go, autoPromoteFreight). What
// somebody else makes has an annotation (pkg/webhook/kubernetes/promotion/webhook.go:219).
func (f *Factory) Promotions() []kargoapi.Promotion {
	f.t.Helper()
	return Distinct(f.everyPromotion())
}

// Distinct leaves out what Promotions does.
func Distinct(promotions []kargoapi.Promotion) []kargoapi.Promotion {
	seen := map[string]bool{}
	return slices.DeleteFunc(promotions, func(p kargoapi.Promotion) bool {
		of := p.Spec.Stage + " " + p.Spec.Freight
		again := seen[of] && p.Annotations[kargoapi.AnnotationKeyCreateActor] == ""
		seen[of] = true
		return again
	})
}

func (f *Factory) everyPromotion() []kargoapi.Promotion {
	f.t.Helper()
	return list[kargoapi.Promotion](f, "promotions")
}

// Freight gives the Project's Freight.
func (f *Factory) Freight() []kargoapi.Freight { return list[kargoapi.Freight](f, "freights") }

// Warehouses gives the Project's Warehouses.
func (f *Factory) Warehouses() []kargoapi.Warehouse { return list[kargoapi.Warehouse](f, "warehouses") }

// Generations gives a line for each object that is ours, with how often its spec was changed.
func (f *Factory) Generations() string {
	f.t.Helper()
	return f.Kubectl("get", "-f", f.Manifest, "-o", `jsonpath={range .items[*]}{.kind} {.metadata.name} {.metadata.generation}{"\n"}{end}`)
}

// AwaitPromotions waits until there are as many Promotions as that and all of them are over.
func (f *Factory) AwaitPromotions(count int, within time.Duration) []kargoapi.Promotion {
	f.t.Helper()
	var promotions []kargoapi.Promotion
	f.Eventually(within, "all Promotions are over", func() bool {
		every := f.everyPromotion()
		promotions = Distinct(slices.Clone(every))
		return len(promotions) >= count && !slices.ContainsFunc(every, func(p kargoapi.Promotion) bool {
			return !p.Status.Phase.IsTerminal()
		})
	})
	return promotions
}

// AwaitStages waits until every Stage that takes Freight straight from a Warehouse has seen the end of a Promotion, if
// the Project promotes by itself, and none is promoted. Others may have nothing to take yet.
func (f *Factory) AwaitStages(within time.Duration) {
	f.t.Helper()
	automatic := slices.ContainsFunc(list[kargoapi.ProjectConfig](f, "projectconfigs"), func(c kargoapi.ProjectConfig) bool {
		return len(c.Spec.PromotionPolicies) > 0
	})
	f.Eventually(within, "every Stage is at rest", func() bool {
		return !slices.ContainsFunc(f.Stages(), func(s kargoapi.Stage) bool {
			ready := slices.ContainsFunc(s.Status.Conditions, func(c metav1.Condition) bool {
				return c.Type == kargoapi.ConditionTypeReady && c.Status == metav1.ConditionTrue
			})
			direct := slices.ContainsFunc(s.Spec.RequestedFreight, func(r kargoapi.FreightRequest) bool { return r.Sources.Direct })
			waits := automatic && direct && (s.Status.LastPromotion == nil || !ready)
			return waits || s.Status.CurrentPromotion != nil || len(s.Status.Conditions) == 0
		})
	})
}

// Newest gives the name of the Freight that was found last.
func (f *Factory) Newest() string {
	f.t.Helper()
	// Kargo notes whole seconds.
	return slices.MaxFunc(f.Freight(), func(a, b kargoapi.Freight) int {
		return a.CreationTimestamp.Compare(b.CreationTimestamp.Time)
	}).Name
}

// Promote has Freight promoted to the Project's first Stage by hand.
func (f *Factory) Promote(freight string) {
	f.t.Helper()
	f.KubectlWith(fmt.Sprintf(`{apiVersion: kargo.akuity.io/v1alpha1, kind: Promotion, metadata: {generateName: by-hand-, namespace: %s},
		spec: {stage: %s, freight: %s}}`, f.Project, f.Stages()[0].Name, freight), "create", "-f", "-")
}
