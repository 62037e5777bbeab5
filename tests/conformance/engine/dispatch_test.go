package engine

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/conformance/cluster"
	"image-factory/conformance/manifests"
)

// TestDispatch runs the whole matrix of behaviours against every Stage that
// starts rebuilds. In a Stage of several dispatches, the first and the last are
// given the matrix in turn while the others are answered with 204: the steps
// between differ from those only in their values, which TestRequests reads.
func TestDispatch(t *testing.T) {
	eachTrigger(t, func(t *testing.T, s subject) {
		targets := []dispatch{s.dispatches[0]}
		if last := len(s.dispatches) - 1; last > 0 {
			targets = append(targets, s.dispatches[last])
		}
		for _, target := range targets {
			for _, behaviour := range behaviours() {
				t.Run(target.alias+"/"+behaviour.name, func(t *testing.T) {
					t.Parallel()
					s.meets(t, target, behaviour)
				})
			}
		}
	})
}

// meets runs one Promotion in which GitHub behaves in one way towards one
// dispatch, and holds all that came of it against what must.
func (s subject) meets(t *testing.T, target dispatch, b behaviour) {
	if b.patience() > target.errorThreshold {
		t.Skipf("errorThreshold is %d", target.errorThreshold)
	}
	github := newGitHub(t, map[string]script{target.path: b.script})
	timeout := patientTimeout
	if b.requests == polled {
		timeout = polledTimeout
	}
	stage := s.pointedAt(t, github.server.URL, timeout)
	ended := s.promote(t, stage, cluster.Secrets(stage, token))

	step := ended.step(t, target.alias)
	if step.Status != b.status {
		t.Errorf("step ended %s, want %s: %s", step.Status, b.status, step.Message)
	}
	sent := len(github.to(target.path))
	switch want := b.requests; {
	case want == polled && sent < 2:
		t.Errorf("sent %d times, want it polled", sent)
	case want == untilThreshold && sent != target.errorThreshold:
		t.Errorf("sent %d times, want errorThreshold, %d", sent, target.errorThreshold)
	case want > 0 && sent != want:
		t.Errorf("sent %d times, want %d", sent, want)
	}
	if b.status != kargoapi.PromotionStepStatusSucceeded {
		explains(t, step.Message, target, b)
	}
	for _, wait := range ended.waits {
		if interval, ok := target.config["pollInterval"].(string); ok && wait.String() != mustDuration(t, interval).String() {
			t.Errorf("asks to wait %s, want pollInterval, %s", wait, interval)
		}
	}

	// One dispatch's fate is that of no other, and the Promotion is as bad as
	// the worst of them.
	for _, other := range s.dispatches {
		if other.alias == target.alias {
			continue
		}
		if status := ended.step(t, other.alias).Status; status != kargoapi.PromotionStepStatusSucceeded {
			t.Errorf("%s ended %s because of %s", other.alias, status, target.alias)
		}
		if sent := len(github.to(other.path)); sent != countPath(s, other.path) {
			t.Errorf("%s was sent %d times", other.alias, sent)
		}
	}
	if want := kargoapi.PromotionPhase(b.status); ended.Status != want {
		t.Errorf("the Promotion ended %s, want %s: %s", ended.Status, want, ended.Message)
	}
	if b.status != kargoapi.PromotionStepStatusSucceeded && ended.Message != step.Message {
		t.Errorf("the Promotion says %q, the step %q", ended.Message, step.Message)
	}
}

// explains wants a message that a person can act on.
func explains(t *testing.T, message string, d dispatch, b behaviour) {
	t.Helper()
	wants := []string{b.says}
	if b.status == kargoapi.PromotionStepStatusFailed {
		if _, own := d.config["errorExpression"]; !own {
			// Older releases have none, and tell no more than the status.
			return
		}
		where := strings.Split(strings.TrimPrefix(d.path[strings.Index(d.path, "/repos/"):], "/repos/"), "/")
		workflow, err := url.PathUnescape(where[4])
		if err != nil {
			t.Fatal(err)
		}
		wants = append(wants, where[0]+"/"+where[1], quoted(workflow), quoted(d.ref(t)),
			quoted(manifests.ImageOf(d.alias)))
		switch b.advice {
		case adviseToken:
			for _, credential := range credentialsOf(d) {
				wants = append(wants, quoted(credential.Secret), quoted(credential.Key))
			}
		case adviseAccess:
			wants = append(wants, "workflow", "token")
		case adviseRef:
			wants = append(wants, "ref", "workflow_dispatch", "inputs")
		}
	}
	for _, want := range wants {
		if !strings.Contains(message, want) {
			t.Errorf("the message does not say %q: %s", want, message)
		}
	}
}

// quoted is a text as Kargo puts it into a message: it quotes the whole.
func quoted(text string) string {
	q := strconv.Quote(text)
	return q[1 : len(q)-1]
}

func (d dispatch) ref(t *testing.T) string {
	t.Helper()
	var body struct{ Ref string }
	if err := json.Unmarshal([]byte(d.config["body"].(string)), &body); err != nil {
		t.Fatal(err)
	}
	return body.Ref
}

func credentialsOf(d dispatch) []cluster.Credential {
	raw, err := json.Marshal(d.config)
	if err != nil {
		return nil
	}
	return cluster.CredentialsIn(string(raw))
}

// TestRequests reads what is sent: by every dispatch once, nothing else, each
// with the headers that GitHub wants and a body that it can read.
func TestRequests(t *testing.T) {
	eachTrigger(t, func(t *testing.T, s subject) {
		github := newGitHub(t, nil)
		stage := s.pointedAt(t, github.server.URL, patientTimeout)
		// A newline at the end of a Secret's value is common.
		ended := s.promote(t, stage, cluster.Secrets(stage, token+"\n"))
		if ended.Status != kargoapi.PromotionPhaseSucceeded {
			t.Fatalf("the Promotion ended %s: %s", ended.Status, ended.Message)
		}
		if got := github.count(); got != len(s.dispatches) {
			t.Errorf("%d requests for %d dispatches", got, len(s.dispatches))
		}
		for _, d := range s.dispatches {
			sent := github.to(d.path)
			i := slices.IndexFunc(sent, func(r request) bool { return r.Body == d.config["body"] })
			if i < 0 {
				t.Errorf("%s: no request with the body %s", d.alias, d.config["body"])
				continue
			}
			checkRequest(t, d, sent[i])
		}
	})
}

func checkRequest(t *testing.T, d dispatch, r request) {
	t.Helper()
	if r.Method != http.MethodPost {
		t.Errorf("%s: method %s", d.alias, r.Method)
	}
	headers := map[string]string{
		"Accept":               "application/vnd.github+json",
		"Content-Type":         "application/json",
		"X-Github-Api-Version": "2022-11-28",
		"Authorization":        "Bearer " + token,
	}
	for name, want := range headers {
		if got := r.Headers.Values(name); !reflect.DeepEqual(got, []string{want}) {
			t.Errorf("%s: header %s is %q, want %q", d.alias, name, got, want)
		}
	}
	var body struct {
		Ref    string            `json:"ref"`
		Inputs map[string]string `json:"inputs"`
	}
	decoder := json.NewDecoder(strings.NewReader(r.Body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		t.Errorf("%s: body %s: %v", d.alias, r.Body, err)
	}
	if body.Ref == "" || len(body.Inputs) > 25 {
		t.Errorf("%s: ref %q and %d inputs", d.alias, body.Ref, len(body.Inputs))
	}
}

// eachTrigger runs a test for every Stage that only starts workflows.
func eachTrigger(t *testing.T, test func(t *testing.T, s subject)) {
	each(t, func(s subject) bool { return len(s.dispatches) > 0 && len(s.reads) == 0 }, test)
}

// each runs a test for every Stage that is wanted, many at a time: most of the
// time is spent waiting.
func each(t *testing.T, wanted func(s subject) bool, test func(t *testing.T, s subject)) {
	manifests.Each(t, func(t *testing.T, set manifests.Set) {
		t.Parallel()
		for _, s := range subjects(t, set) {
			if wanted(s) {
				t.Run(s.stage.Name, func(t *testing.T) {
					t.Parallel()
					test(t, s)
				})
			}
		}
	})
}

// countPath says how many dispatches of a Stage go to one path: two images may
// be built by one workflow.
func countPath(s subject, path string) int {
	count := 0
	for _, d := range s.dispatches {
		if d.path == path {
			count++
		}
	}
	return count
}

func mustDuration(t *testing.T, text string) time.Duration {
	t.Helper()
	duration, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return duration
}
