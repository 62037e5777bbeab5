// Package webhooks sends what registries send to the receivers that synth emits,
// and lets Kargo's own server decide which Warehouse looks at once.
package webhooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	"github.com/akuity/kargo/pkg/indexer"
	"github.com/akuity/kargo/pkg/webhook/external"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"image-factory/conformance/cluster"
	"image-factory/conformance/manifests"
)

const shared = "what only the two know"

// sign gives the signature of a body in hexadecimal digits.
func sign(body string) string {
	mac := hmac.New(sha256.New, []byte(shared))
	mac.Write([]byte(body))
	return hex.EncodeToString(mac.Sum(nil))
}

// push is what a registry sends of one, by its own documentation.
type push struct {
	receiver, body string
	headers        map[string]string
	// Warehouse is the one that looks; nothing if none does.
	warehouse string
	status    int
}

func pushes() []push {
	hub := `{"push_data":{"tag":"%s","pusher":"x"},"repository":{"repo_name":"%s","status":"Active"}}`
	ghcr := `{"action":"published","package":{"name":"web","namespace":"acme","package_type":"CONTAINER","package_version":` +
		`{"package_url":"ghcr.io/acme/web:2.0.0","container_metadata":{"tag":{"name":"2.0.0"}}}}}`
	artifactory := `{"domain":"docker","event_type":"pushed","data":{"image_type":"docker","image_name":"lib","path":` +
		`"lib/3/manifest.json","repo_key":"docker-local","tag":"3"},"jpd_origin":"https://acme.jfrog.io"}`
	azure := `{"action":"push","target":{"mediaType":"application/vnd.oci.image.index.v1+json","repository":"base","tag":"2"},` +
		`"request":{"host":"acme.azurecr.io","method":"PUT"}}`
	events := `{"events":[{"action":"%s","target":{"repository":"%s","tag":"%s"}}]}`
	harbor := `{"type":"PUSH_ARTIFACT","event_data":{"resources":[{"tag":"stable","resource_url":` +
		`"harbor.example.com/acme/tools:stable"}]}}`
	return []push{
		{receiver: "dockerhub", body: fmt.Sprintf(hub, "22", "library/node"), warehouse: "node-22", status: 200},
		{receiver: "dockerhub", body: fmt.Sprintf(hub, "23", "library/node"), status: 200},
		{receiver: "dockerhub", body: fmt.Sprintf(hub, "22", "library/alpine"), status: 200},
		{receiver: "ghcr", body: ghcr, warehouse: "web", status: 200, headers: map[string]string{
			"X-GitHub-Event": "package", "X-Hub-Signature-256": "sha256=" + sign(ghcr)}},
		{receiver: "ghcr", body: ghcr, status: 401, headers: map[string]string{
			"X-GitHub-Event": "package", "X-Hub-Signature-256": "sha256=" + sign(ghcr+" ")}},
		{receiver: "quay", body: `{"docker_url":"quay.io/acme/base","updated_tags":["1","1.0"]}`,
			warehouse: "quay.io-acme-base-1", status: 200},
		{receiver: "harbor", body: harbor, warehouse: "harbor.example.com-acme-tools-stable", status: 200,
			headers: map[string]string{"Authorization": shared}},
		{receiver: "harbor", body: harbor, status: 401, headers: map[string]string{"Authorization": "x"}},
		{receiver: "azure", body: azure, warehouse: "acme.azurecr.io-base-2", status: 200,
			headers: map[string]string{"User-Agent": "AzureContainerRegistry/1.0"}},
		{receiver: "generic", body: fmt.Sprintf(events, "push", "acme/base", "1"),
			warehouse: "registry.example.com-acme-base-1", status: 200},
		// Of Docker's distribution, whose body has no registry: all that is not a push of that tag is passed over.
		{receiver: "generic", body: fmt.Sprintf(events, "pull", "acme/base", "1"), status: 200},
		{receiver: "generic", body: fmt.Sprintf(events, "push", "acme/base", "2"), status: 200},
		{receiver: "generic", body: fmt.Sprintf(events, "push", "acme/other", "1"), status: 200},
		{receiver: "generic", body: `{"zen": "hello"}`, status: 200},
		{receiver: "generic", body: `{"events": "hello"}`, status: 500},
		{receiver: "generic", body: "", status: 200},
		{receiver: "artifactory", body: artifactory, warehouse: "acme.jfrog.io-docker-local-lib-3", status: 200,
			headers: map[string]string{"X-JFrog-Event-Auth": sign(artifactory)}},
	}
}

// TestReceivers runs Kargo's server over the receivers of the fixture.
func TestReceivers(t *testing.T) {
	ran := false
	for _, set := range manifests.All(t) {
		config := set.ProjectConfig(t)
		if config == nil || len(config.Spec.WebhookReceivers) == 0 {
			continue
		}
		ran = true
		t.Run(set.Name, func(t *testing.T) { receive(t, set, config) })
	}
	if !ran {
		t.Skip("no manifest has receivers")
	}
}

func receive(t *testing.T, set manifests.Set, config *kargoapi.ProjectConfig) {
	objects := []client.Object{}
	// The keys are those of Kargo's documentation; all of them in each, so that a
	// receiver finds its own.
	data := map[string][]byte{"secret": []byte(shared), "secret-token": []byte(shared), "auth-header": []byte(shared)}
	names := map[string]bool{}
	for _, receiver := range config.Spec.WebhookReceivers {
		names[secretOf(receiver)] = true
	}
	for name := range names {
		objects = append(objects, &corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Namespace: config.Namespace, Name: name}, Data: data})
	}
	for _, warehouse := range set.Warehouses(t) {
		objects = append(objects, warehouse)
	}
	secrets := fake.NewClientBuilder().WithScheme(cluster.Scheme(t)).WithObjects(objects...).Build()
	paths := map[string]string{}
	for _, receiver := range config.Spec.WebhookReceivers {
		made, err := external.NewReceiver(t.Context(), secrets, secrets, "http://127.0.0.1", config.Namespace, config.Namespace, receiver)
		if err != nil {
			t.Fatal(err)
		}
		details := made.GetDetails()
		paths[receiver.Name] = details.Path
		config.Status.WebhookReceivers = append(config.Status.WebhookReceivers, details)
	}
	for _, p := range pushes() {
		// Each fixture has its receivers; the Warehouses of another would be missed.
		if paths[p.receiver] == "" || p.warehouse != "" && !watches(t, set, p.warehouse) {
			continue
		}
		kargo := fake.NewClientBuilder().WithScheme(cluster.Scheme(t)).WithObjects(append(slices.Clone(objects), config)...).
			WithIndex(&kargoapi.ProjectConfig{}, indexer.ProjectConfigsByWebhookReceiverPathsField, indexer.ProjectConfigsByWebhookReceiverPaths).
			WithIndex(&kargoapi.Warehouse{}, indexer.WarehousesBySubscribedURLsField, indexer.WarehousesBySubscribedURLs).
			Build()
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			_ = external.NewServer(external.ServerConfig{BaseURL: "http://127.0.0.1"}, kargo, kargo).Serve(t.Context(), listener)
		}()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
			"http://"+listener.Addr().String()+paths[p.receiver], strings.NewReader(p.body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		for name, value := range p.headers {
			request.Header.Set(name, value)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		_ = listener.Close()
		if answer.StatusCode != p.status {
			t.Errorf("%s: %d for %s, want %d", p.receiver, answer.StatusCode, p.body, p.status)
		}
		var warehouses kargoapi.WarehouseList
		if err := kargo.List(t.Context(), &warehouses); err != nil {
			t.Fatal(err)
		}
		var refreshed []string
		for _, warehouse := range warehouses.Items {
			if _, is := warehouse.Annotations[kargoapi.AnnotationKeyRefresh]; is {
				refreshed = append(refreshed, warehouse.Name)
			}
		}
		if got := strings.Join(refreshed, " "); got != p.warehouse {
			t.Errorf("%s: %q looks after %s, want %q", p.receiver, got, p.body, p.warehouse)
		}
	}
}

// secretOf gives the Secret of a receiver, of whatever kind.
func secretOf(receiver kargoapi.WebhookReceiverConfig) string {
	text, err := json.Marshal(receiver)
	if err != nil {
		return ""
	}
	var kinds map[string]json.RawMessage
	_ = json.Unmarshal(text, &kinds)
	for _, kind := range kinds {
		var config struct {
			SecretRef struct {
				Name string `json:"name"`
			} `json:"secretRef"`
		}
		if json.Unmarshal(kind, &config) == nil && config.SecretRef.Name != "" {
			return config.SecretRef.Name
		}
	}
	return ""
}

func watches(t *testing.T, set manifests.Set, name string) bool {
	return slices.ContainsFunc(set.Warehouses(t), func(w *kargoapi.Warehouse) bool { return w.Name == name })
}
