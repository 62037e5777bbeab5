package engine

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"image-factory/conformance/cluster"
	"image-factory/conformance/github"
	"image-factory/conformance/manifests"
)

// hooks stands for all hosts that are told something, by path.
type hooks struct {
	*httptest.Server
	mutex sync.Mutex
	got   map[string][]string
}

func newHooks(t *testing.T, answer http.HandlerFunc) *hooks {
	h := &hooks{got: map[string][]string{}}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mutex.Lock()
		h.got[r.URL.Path] = append(h.got[r.URL.Path], string(body))
		h.mutex.Unlock()
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s with %s", r.Method, r.URL, r.Header.Get("Content-Type"))
		}
		answer(w, r)
	}))
	t.Cleanup(h.Close)
	return h
}

// told gives what an address was told, and wants it to be JSON.
func (h *hooks) told(t *testing.T, path string) []any {
	t.Helper()
	h.mutex.Lock()
	defer h.mutex.Unlock()
	var all []any
	for _, body := range h.got[path] {
		var value any
		if err := json.Unmarshal([]byte(body), &value); err != nil {
			t.Errorf("%s was told what is no JSON: %s: %s", path, err, body)
		}
		all = append(all, value)
	}
	return all
}

// secrets are those of the addresses.
func (h *hooks) secrets(stage *kargoapi.Stage) []client.Object {
	var all []client.Object
	for name, key := range map[string]string{"slack": "url", "teams": "hook", "other": "url"} {
		all = append(all, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: stage.Namespace, Name: name},
			Data: map[string][]byte{key: []byte(h.URL + "/" + name + "\n")}})
	}
	return all
}

// eachTeller runs a test for every Stage that dispatches and tells how it ends.
func eachTeller(t *testing.T, test func(t *testing.T, s subject)) {
	eachTrigger(t, func(t *testing.T, s subject) {
		if len(manifests.Notifies(s.stage)) < 4 {
			t.Skip("tells nobody")
		}
		test(t, s)
	})
}

func ok(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }

// TestNotify has dispatches be taken, be refused with words that would end a
// text, and not be needed: who wants to hear of that hears of it once.
func TestNotify(t *testing.T) {
	const nasty = "no \"}}'{{ ${{ secret('x') }} <!channel> \\ &\n\tref"
	eachTeller(t, func(t *testing.T, s subject) {
		failed := s.dispatches[0]
		for _, test := range []struct {
			name   string
			faults []github.Fault
			// counts are those of slack, teams, other and issues.
			slack, teams, other, issues int
		}{
			{name: "success", teams: 1, other: 1},
			{name: "failure", faults: []github.Fault{says(422, nasty)}, slack: 1, teams: 1, issues: 1},
		} {
			t.Run(test.name, func(t *testing.T) {
				t.Parallel()
				server := s.github(t, failed.request, test.faults...)
				hooks := newHooks(t, ok)
				stage, before := s.pointedAt(t, server, haste{}), "sha256:"+cluster.Hex('c', 64)
				if err := stage.Status.UpsertMetadata("digest", before); err != nil {
					t.Fatal(err)
				}
				p := s.in(t, stage, append(cluster.Secrets(s.stage, token), hooks.secrets(s.stage)...))
				ended := p.promote(t)
				if (ended.Status == kargoapi.PromotionPhaseSucceeded) != (test.faults == nil) {
					t.Errorf("ended %s: %s", ended.Status, ended.Message)
				}
				slack, teams, other := hooks.told(t, "/slack"), hooks.told(t, "/teams"), hooks.told(t, "/other")
				var issues []github.Request
				for _, r := range server.Requests() {
					if r.Operation == "issues/create" {
						issues = append(issues, r)
					}
				}
				if len(slack) != test.slack || len(teams) != test.teams || len(other) != test.other || len(issues) != test.issues {
					t.Fatalf("told slack %v, teams %v, other %v, issues %v", slack, teams, other, issues)
				}
				card := teams[0].(map[string]any)["attachments"].([]any)[0].(map[string]any)["content"].(map[string]any)
				text := card["body"].([]any)[0].(map[string]any)["text"].(string)
				t.Log(text)
				wants := []string{s.stage.Name, "docker.io/library/node:22 at sha256:" + cluster.Hex('b', 64) + ", before that " + before}
				if test.faults != nil {
					wants = append(wants, "has failed", failed.image, "kubectl delete promotions.kargo.akuity.io", "<!channel>")
					said := slack[0].(map[string]any)["text"].(string)
					if strings.Contains(said, "<!") || !strings.Contains(said, "&lt;!channel&gt;") {
						t.Errorf("Slack is told %s", said)
					}
					checkHeaders(t, issues[0], map[string]string{"Accept": "application/vnd.github+json", "X-Github-Api-Version": "2022-11-28",
						"Authorization": "Bearer " + token, "Content-Type": "application/json"})
					var issue struct {
						Title, Body string
						Labels      []string
					}
					if err := json.Unmarshal([]byte(issues[0].Body), &issue); err != nil || issue.Body != text ||
						issue.Title != s.stage.Name+" has failed" || strings.Join(issue.Labels, "|") != `image-factory|say "now"` {
						t.Errorf("the issue is %s: %v", issues[0].Body, err)
					}
				} else {
					wants = append(wants, "has dispatched rebuilds", "Run of "+failed.image+": https://github.example/")
					said := other[0].(map[string]any)["of"].(map[string]any)["promotion"].(string)
					if !strings.HasSuffix(said, " of "+s.stage.Name) || !strings.HasPrefix(said, s.stage.Name+".") {
						t.Errorf("other is told %s", said)
					}
				}
				for _, want := range wants {
					if !strings.Contains(text, want) {
						t.Errorf("the text does not say %q: %s", want, text)
					}
				}
			})
		}
	})
}

// TestNotifyFails has those who are told be broken, hang, not be there, or have no
// Secret: each is asked a few times, and the Promotion ends as it would.
func TestNotifyFails(t *testing.T) {
	eachTeller(t, func(t *testing.T, s subject) {
		for _, test := range []struct {
			name   string
			answer http.HandlerFunc
			gone   bool
			lost   bool
		}{
			{name: "500", answer: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }},
			{name: "404", answer: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }},
			{name: "hangs", answer: func(_ http.ResponseWriter, r *http.Request) {
				select {
				case <-r.Context().Done():
				case <-time.After(time.Second):
				}
			}},
			{name: "not there", answer: ok, gone: true},
			{name: "no Secret", answer: ok, lost: true},
		} {
			t.Run(test.name, func(t *testing.T) {
				t.Parallel()
				server := s.github(t, s.dispatches[0].request)
				hooks := newHooks(t, test.answer)
				secrets := cluster.Secrets(s.stage, token)
				if !test.lost {
					secrets = append(secrets, hooks.secrets(s.stage)...)
				}
				if test.gone {
					hooks.Close()
				}
				stage := s.pointedAt(t, server, haste{})
				for i := range manifests.Steps(stage) {
					step := &stage.Spec.PromotionTemplate.Spec.Steps[i]
					if strings.HasPrefix(step.As, manifests.Notify) {
						step.Retry.Timeout = &metav1.Duration{Duration: 300 * time.Millisecond}
						step.Config.Raw = []byte(strings.Replace(string(step.Config.Raw), `"timeout":"10s"`, `"timeout":"100ms"`, 1))
					}
				}
				ended := s.promote(t, stage, secrets)
				if ended.Status != kargoapi.PromotionPhaseSucceeded {
					t.Errorf("ended %s: %s", ended.Status, ended.Message)
				}
				if test.lost || test.gone {
					if told := hooks.told(t, "/teams"); len(told) != 0 {
						t.Errorf("told %v", told)
					}
				} else if told := hooks.told(t, "/teams"); len(told) == 0 || test.name == "404" && len(told) != 1 {
					t.Errorf("told %d times", len(told))
				}
				if status := ended.step(t, "notify-2-teams").Status; status == kargoapi.PromotionStepStatusSucceeded {
					t.Errorf("notify-2-teams is %s", status)
				}
			})
		}
	})
}

// TestNotifyDrift has a Dockerfile be another one, be the same, and not be read:
// who wants to hear of drift hears of the first, with what differs.
func TestNotifyDrift(t *testing.T) {
	eachReader(t, func(t *testing.T, s subject) {
		if len(manifests.Notifies(s.stage)) != 3 {
			t.Skip("tells nobody of drift")
		}
		for _, test := range []struct {
			name  string
			fault github.Fault
			told  int
		}{
			{"another", file("FROM evil:1\nRUN true\n"), 1},
			{"the same", file(dockerfile(lockedLines(s), "\n")), 0},
			{"not there", says(404, "Not Found"), 0},
		} {
			t.Run(test.name, func(t *testing.T) {
				t.Parallel()
				server := s.github(t, s.reads[0], test.fault)
				hooks := newHooks(t, ok)
				stage := s.pointedAt(t, server, haste{})
				ended := s.promote(t, stage, append(cluster.Secrets(stage, token), hooks.secrets(stage)...))
				slack, teams, other := hooks.told(t, "/slack"), hooks.told(t, "/teams"), hooks.told(t, "/other")
				if len(slack) != test.told || len(teams) != 0 || len(other) != test.told || len(server.To("/repos/acme/ops/issues")) != test.told {
					t.Fatalf("told slack %v, teams %v, other %v, %d issues", slack, teams, other, len(server.To("/repos/acme/ops/issues")))
				}
				if test.told == 0 {
					return
				}
				if ended.Status != kargoapi.PromotionPhaseFailed {
					t.Errorf("ended %s: %s", ended.Status, ended.Message)
				}
				said := other[0].(map[string]any)
				for _, want := range []string{s.stage.Name, "has drifted", "evil:1"} {
					if !strings.Contains(said["message"].(string), want) {
						t.Errorf("the text does not say %q: %s", want, said["message"])
					}
				}
				if said["event"] != "drift" || said["stage"] != s.stage.Name {
					t.Errorf("told %v", said)
				}
			})
		}
	})
}
