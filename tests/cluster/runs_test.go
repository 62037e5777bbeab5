package cluster

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/cluster/rig"
	"image-factory/conformance/github"
)

// listener stands for those who are told how Promotions end.
type listener struct {
	mutex sync.Mutex
	texts []string
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.texts = append(l.texts, r.URL.Path+" "+string(body))
	w.WriteHeader(http.StatusAccepted)
}

// take gives what was told since the last time, in alphabetical order.
func (l *listener) take() []string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	texts := l.texts
	l.texts = nil
	slices.Sort(texts)
	return texts
}

// TestWaitForRun has the runs of two images end well, one of them badly, and the Freight promoted again. Slack, Teams and issues are
// told of it, once a Promotion.
func TestWaitForRun(t *testing.T) {
	if !rig.Newest() {
		t.Skip("looks at runs every minute, or every five")
	}
	t.Parallel()
	f := rig.New(t)
	listener := &listener{}
	server := httptest.NewServer(listener)
	t.Cleanup(server.Close)
	f.Kubectl("create", "secret", "generic", "chat", "-n", f.Project, "--from-literal=slack="+server.URL+"/slack", "--from-literal=teams="+server.URL+"/teams")
	f.Rest(`
notifications:
- slack: {secret: chat, key: slack}
  on: [failure, success]
- teams: {secret: chat, key: teams}
- githubIssue: {repo: acme/ops, labels: [rebuilds]}
defaults: {registry: "127.0.0.1:5000", baseInterval: 1h, imageInterval: 1h, waitForRun: {timeout: 3m}}
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, baseImages: ["BASE/debian:12"]}
- {name: b, repository: REPOSITORY/b, source: {repo: acme/b}, baseImages: ["BASE/debian:12"]}
`, "debian:12")
	if texts := listener.take(); len(texts) != 0 {
		t.Errorf("the first apply tells %q", texts)
	}
	seen := len(f.Promotions())

	// Both run for a while, and end well.
	f.GitHub.Conclude(0, "in_progress", "")
	before := f.Push("debian:12")
	f.Poll()
	f.Eventually(2*time.Minute, "both are looked at", func() bool { return len(looks(f)) >= 1 })
	if got := f.Promotions()[seen].Status.Phase; got != kargoapi.PromotionPhaseRunning {
		t.Errorf("while its runs are in progress the Promotion is %s", got)
	}
	dispatched := slices.IndexFunc(f.GitHub.Requests(), func(r github.Request) bool { return strings.Contains(r.Path, "/actions/runs/") })
	if got := f.Requests()[:dispatched]; len(got) != 2 {
		t.Errorf("before the first look were sent %q", got)
	}
	f.GitHub.Conclude(0, "completed", "success")
	ended := f.AwaitPromotions(seen+1, 3*time.Minute)[seen]
	t.Logf("RUNS | both end well | %s | %d looks | %s", ended.Status.Phase, len(looks(f)), took(ended))
	if ended.Status.Phase != kargoapi.PromotionPhaseSucceeded || len(f.GitHub.Runs()) != 2 {
		t.Errorf("%s with %d runs: %s", ended.Status.Phase, len(f.GitHub.Runs()), ended.Status.Message)
	}
	texts := listener.take()
	if len(texts) != 1 || !strings.HasPrefix(texts[0], "/slack ") || !strings.Contains(texts[0], "at "+before) {
		t.Errorf("told of success: %q", texts)
	}

	// One of them fails; the Freight is promoted again, and that one alone is built again.
	f.AwaitStages(time.Minute)
	f.GitHub.Forget()
	f.GitHub.Begin("acme/b", "completed", "failure")
	digest := f.Push("debian:12")
	f.Poll()
	ended = f.AwaitPromotions(seen+2, 3*time.Minute)[seen+1]
	t.Logf("RUNS | one fails | %s | %d looks | %s | %s", ended.Status.Phase, len(looks(f)), took(ended), ended.Status.Message)
	for _, says := range []string{"1 of 2 runs did not end well: b.", "ended as failure: https://"} {
		if ended.Status.Phase != kargoapi.PromotionPhaseFailed || !strings.Contains(ended.Status.Message, says) {
			t.Errorf("%s, which does not say %q: %s", ended.Status.Phase, says, ended.Status.Message)
		}
	}
	if texts = listener.take(); len(texts) != 2 || !strings.HasPrefix(texts[0], "/slack ") || !strings.HasPrefix(texts[1], "/teams ") {
		t.Errorf("told of failure: %q", texts)
	}
	issues := slices.DeleteFunc(f.GitHub.Requests(), func(r github.Request) bool { return r.Path != "/repos/acme/ops/issues" })
	if len(issues) != 1 {
		t.Fatalf("%d issues, want 1", len(issues))
	}
	var issue struct {
		Title, Body string
		Labels      []string
	}
	if err := json.Unmarshal([]byte(issues[0].Body), &issue); err != nil {
		t.Fatal(err)
	}
	for _, says := range []string{f.Image("debian:12"), "at " + digest + ", before that " + before, "Dispatched: a, b.", "Run of b: https://", "kubectl delete promotions.kargo.akuity.io"} {
		if !strings.Contains(issue.Body, says) {
			t.Errorf("the issue does not say %q: %s", says, issue.Body)
		}
	}
	t.Logf("RUNS | the issue | %s | %s", issue.Title, issue.Body)

	f.GitHub.Forget()
	f.GitHub.Begin("acme/b", "completed", "success")
	f.Promote(f.Newest())
	f.AwaitPromotions(seen+3, 3*time.Minute)
	if got := runs(f); len(got) != 1 || got["acme/b"] != 1 {
		t.Errorf("promoted again, built were %v, want b alone", got)
	}
}

// looks gives the requests that ask how a run stands.
func looks(f *rig.Factory) []github.Request {
	return slices.DeleteFunc(f.GitHub.Requests(), func(r github.Request) bool { return !strings.Contains(r.Path, "/actions/runs/") })
}

// took says how long a Promotion ran.
func took(p kargoapi.Promotion) time.Duration {
	if p.Status.StartedAt == nil || p.Status.FinishedAt == nil {
		return 0
	}
	return p.Status.FinishedAt.Sub(p.Status.StartedAt.Time)
}
