// Package cluster builds what Kargo finds in a cluster: a client that holds
// objects, the Secrets that a Stage reads, Freight, and Promotions.
package cluster

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	"github.com/akuity/kargo/pkg/api"
	"github.com/akuity/kargo/pkg/indexer"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	clienttesting "k8s.io/client-go/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"image-factory/conformance/manifests"
)

// Scheme knows Kargo's types and the few of Kubernetes that Kargo touches.
func Scheme(t *testing.T) *runtime.Scheme {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		kargoapi.AddToScheme, corev1.AddToScheme, rbacv1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	return scheme
}

// Client is a cluster's API that holds these objects, with the indices over
// Freight that Kargo's controllers register.
func Client(t *testing.T, objects ...client.Object) client.Client {
	t.Helper()
	scheme := Scheme(t)
	// The tracker that the builder would choose keeps managed fields, and cannot
	// do so for Kargo's inlined label selectors.
	tracker := clienttesting.NewObjectTracker(scheme, serializer.NewCodecFactory(scheme).UniversalDecoder())
	return fake.NewClientBuilder().
		WithScheme(scheme).
		WithObjectTracker(tracker).
		WithObjects(objects...).
		WithStatusSubresource(&kargoapi.Freight{}, &kargoapi.Stage{}, &kargoapi.Promotion{}).
		WithIndex(&kargoapi.Freight{}, indexer.FreightByWarehouseField, indexer.FreightByWarehouse).
		WithIndex(&kargoapi.Freight{}, indexer.FreightByCurrentStagesField, indexer.FreightByCurrentStages).
		WithIndex(&kargoapi.Freight{}, indexer.FreightByVerifiedStagesField, indexer.FreightByVerifiedStages).
		WithIndex(&kargoapi.Freight{}, indexer.FreightApprovedForStagesField, indexer.FreightApprovedForStages).
		Build()
}

// Credential is a Secret and the key in it that a Stage reads.
type Credential struct{ Secret, Key string }

// secretCall finds secret('NAME')['KEY'] and secret("NAME")["KEY"], also in
// JSON, where the quotes are escaped.
var secretCall = regexp.MustCompile(`secret\(\\?["']([^"'\\]+)\\?["']\)\[\\?["']([^"'\\]+)\\?["']\]`)

// Credentials finds the Secrets that a Stage's steps read.
func Credentials(stage *kargoapi.Stage) []Credential {
	var text strings.Builder
	for _, step := range manifests.Steps(stage) {
		// Whoever is told of the end is told after it.
		if strings.HasPrefix(step.As, manifests.Notify) {
			continue
		}
		text.WriteString(step.If)
		if step.Config != nil {
			text.Write(step.Config.Raw)
		}
	}
	return CredentialsIn(text.String())
}

// CredentialsIn finds the Secrets that expressions read.
func CredentialsIn(text string) []Credential {
	var found []Credential
	for _, match := range secretCall.FindAllStringSubmatch(text, -1) {
		if credential := (Credential{match[1], match[2]}); !slices.Contains(found, credential) {
			found = append(found, credential)
		}
	}
	return found
}

// Secrets makes the Secrets that a Stage reads, each with this value.
func Secrets(stage *kargoapi.Stage, value string) []client.Object {
	data := map[string]map[string][]byte{}
	for _, credential := range Credentials(stage) {
		if data[credential.Secret] == nil {
			data[credential.Secret] = map[string][]byte{}
		}
		data[credential.Secret][credential.Key] = []byte(value)
	}
	var secrets []client.Object
	for name, values := range data {
		secrets = append(secrets, &corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Namespace: stage.Namespace, Name: name},
			Data:       values,
		})
	}
	return secrets
}

// Freight is what the Warehouse that a Stage asks first would make of a digest.
func Freight(warehouses []*kargoapi.Warehouse, stage *kargoapi.Stage, digest string) *kargoapi.Freight {
	origin := stage.Spec.RequestedFreight[0].Origin
	freight := &kargoapi.Freight{
		ObjectMeta: metav1.ObjectMeta{
			Namespace:         stage.Namespace,
			CreationTimestamp: metav1.NewTime(time.Now().Truncate(time.Second)),
		},
		Origin: origin,
	}
	for _, warehouse := range warehouses {
		if warehouse.Name != origin.Name {
			continue
		}
		for _, subscription := range warehouse.Spec.InternalSubscriptions {
			if image := subscription.Image; image != nil {
				freight.Images = append(freight.Images,
					kargoapi.Image{RepoURL: image.RepoURL, Tag: image.Constraint, Digest: digest})
			}
		}
	}
	freight.Name = api.GenerateFreightID(freight)
	return freight
}

// Promotion is what Kargo makes when this Freight is promoted to this Stage,
// by the rules of its promotion webhook and of its controller.
func Promotion(t *testing.T, kargo client.Client, stage *kargoapi.Stage, freight *kargoapi.Freight) *kargoapi.Promotion {
	t.Helper()
	template := stage.DeepCopy().Spec.PromotionTemplate.Spec
	promo := &kargoapi.Promotion{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: stage.Namespace,
			Name:      api.GeneratePromotionName(stage.Name, freight.Name),
		},
		Spec: kargoapi.PromotionSpec{
			Stage:   stage.Name,
			Freight: freight.Name,
			Vars:    slices.Concat(stage.Spec.Vars, template.Vars),
			Steps:   template.Steps,
		},
	}
	if err := api.InflateSteps(t.Context(), kargo, promo); err != nil {
		t.Fatal(err)
	}
	reference := kargoapi.FreightReference{Name: freight.Name, Origin: freight.Origin, Images: freight.Images}
	promo.Status.Freight = &reference
	promo.Status.FreightCollection = &kargoapi.FreightCollection{}
	promo.Status.FreightCollection.UpdateOrPush(reference)
	return promo
}

// Hex is a digit repeated, for digests that say nothing.
func Hex(digit rune, length int) string { return strings.Repeat(string(digit), length) }
