// Package admission calls Kargo's own admission webhooks as the API server
// would: by AdmissionReview over HTTP, without a cluster.
package admission

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/go-logr/logr"
	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/webhook"

	kargowebhook "github.com/akuity/kargo/pkg/webhook/kubernetes"
	"github.com/akuity/kargo/pkg/webhook/kubernetes/project"
	"github.com/akuity/kargo/pkg/webhook/kubernetes/projectconfig"
	"github.com/akuity/kargo/pkg/webhook/kubernetes/stage"
	"github.com/akuity/kargo/pkg/webhook/kubernetes/warehouse"
)

// Webhooks is Kargo's webhook server over a given cluster.
type Webhooks struct{ handler *http.ServeMux }

// New registers Kargo's webhooks with a manager that has this client.
func New(t *testing.T, kargo client.Client) *Webhooks {
	t.Helper()
	mux := http.NewServeMux()
	mgr := stubManager{client: kargo, server: stubServer{mux: mux}}
	config := kargowebhook.Config{KargoNamespace: "kargo"}
	for _, err := range []error{
		project.SetupWebhookWithManager(mgr, config),
		projectconfig.SetupWebhookWithManager(mgr),
		stage.SetupWebhookWithManager(config, mgr),
		warehouse.SetupWebhookWithManager(mgr),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return &Webhooks{handler: mux}
}

// Default gives an object as Kargo's defaulting webhook changes it; kinds that
// have none come back as they were.
func (w *Webhooks) Default(t *testing.T, object *unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	response := w.review(t, "/mutate-", object)
	if response == nil || response.Patch == nil {
		return object
	}
	if !response.Allowed {
		t.Fatalf("defaulting refused: %s", response.Result.Message)
	}
	patch, err := jsonpatch.DecodePatch(response.Patch)
	if err != nil {
		t.Fatal(err)
	}
	before, err := object.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	after, err := patch.Apply(before)
	if err != nil {
		t.Fatal(err)
	}
	defaulted := &unstructured.Unstructured{}
	if err := defaulted.UnmarshalJSON(after); err != nil {
		t.Fatal(err)
	}
	return defaulted
}

// Refusal gives the reason why Kargo's validating webhook refuses an object,
// and nothing where it takes it.
func (w *Webhooks) Refusal(t *testing.T, object *unstructured.Unstructured) string {
	t.Helper()
	response := w.review(t, "/validate-", object)
	if response == nil {
		t.Fatalf("Kargo has no validating webhook for %s", object.GetKind())
	}
	if response.Allowed {
		return ""
	}
	return response.Result.Message
}

// review posts one request for a new object; nil means that there is no such
// webhook.
func (w *Webhooks) review(t *testing.T, prefix string, object *unstructured.Unstructured) *admissionv1.AdmissionResponse {
	t.Helper()
	gvk := object.GroupVersionKind()
	group := strings.ReplaceAll(gvk.Group, ".", "-")
	path := prefix + group + "-" + gvk.Version + "-" + strings.ToLower(gvk.Kind)
	raw, err := object.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request: &admissionv1.AdmissionRequest{
			UID:       "1",
			Kind:      metav1.GroupVersionKind(gvk),
			Name:      object.GetName(),
			Namespace: object.GetNamespace(),
			Operation: admissionv1.Create,
			Object:    runtime.RawExtension{Raw: raw},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	handler, pattern := w.handler.Handler(request)
	if pattern == "" {
		return nil
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	var review admissionv1.AdmissionReview
	if err := json.Unmarshal(recorder.Body.Bytes(), &review); err != nil {
		t.Fatalf("%s answered %d: %s", path, recorder.Code, recorder.Body)
	}
	return review.Response
}

// stubManager is the part of a manager that registering webhooks uses.
type stubManager struct {
	manager.Manager
	client client.Client
	server stubServer
}

func (m stubManager) GetClient() client.Client         { return m.client }
func (m stubManager) GetScheme() *runtime.Scheme       { return m.client.Scheme() }
func (m stubManager) GetConfig() *rest.Config          { return &rest.Config{} }
func (m stubManager) GetLogger() logr.Logger           { return logr.Discard() }
func (m stubManager) GetWebhookServer() webhook.Server { return m.server }

// stubServer keeps handlers by path and listens nowhere.
type stubServer struct {
	webhook.Server
	mux *http.ServeMux
}

func (s stubServer) Register(path string, handler http.Handler) { s.mux.Handle(path, handler) }
func (s stubServer) WebhookMux() *http.ServeMux                 { return s.mux }
