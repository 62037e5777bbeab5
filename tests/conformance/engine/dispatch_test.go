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
	"k8s.io/client-go/util/workqueue"

	"image-factory/conformance/cluster"
	"image-factory/conformance/github"
	"image-factory/conformance/manifests"
)

// TestDispatch runs the whole table of faults against every Stage that starts
// rebuilds. In a Stage of several dispatches, the first and the last are given
// the table in turn while the others are taken: the steps between differ from
// those only in their values, which TestRequests reads.
func TestDispatch(t *testing.T) {
	eachTrigger(t, func(t *testing.T, s subject) {
		targets := []dispatch{s.dispatches[0]}
		if last := len(s.dispatches) - 1; last > 0 {
			targets = append(targets, s.dispatches[last])
		}
		for _, target := range targets {
			for _, behaviour := range s.behaviours() {
				t.Run(target.image+"/"+behaviour.name, func(t *testing.T) {
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
	if !target.rounds && target.threshold <= b.errors {
		t.Skipf("this Stage gives up after %d errors", target.threshold)
	}
	hurry := haste{path: target.path}
	switch {
	case b.hangs && b.ends == givenUp:
		hurry.request, hurry.retry = requestTimeout, stepTimeout
	case b.hangs:
		hurry.request = onceTimeout
	case b.ends == givenUp && b.errors == 0:
		hurry.retry = stepTimeout
	}
	var server *github.Server
	var ended outcome
	hurry.patiently(func(hurry haste) bool {
		server = s.github(t, target.request, b.faults...)
		stage := s.pointedAt(t, server, hurry)
		if b.outage > 0 {
			server.Refuse(b.outage)
		}
		ended = s.promote(t, stage, cluster.Secrets(stage, token))
		sent := len(to(server, target.request))
		return sent == b.requests || b.requests == 0 && sent > 1
	})

	// What the last one says of its last try counts.
	for _, d := range s.dispatches {
		hit := d.path == target.path
		requests, runs := to(server, d.request), 0
		for _, r := range requests {
			if r.Run > 0 {
				runs++
			}
		}
		want := b.requests
		if hit && want == 1 && b.ends == refused && d.rounds && !d.explains() {
			// Older releases cannot tell what was refused for good, and ask again.
			want++
		}
		switch {
		case !hit:
			if len(requests) != 1 || runs != 1 {
				t.Errorf("%s was sent %d times and started %d runs because of %s", d.image, len(requests), runs, target.image)
			}
			continue
		case d.image != target.image:
			// Another image that the same workflow builds: faults are counted together.
			continue
		case want == 0 && len(requests) < 2:
			t.Errorf("sent %d times, want it again and again", len(requests))
		case want > 0 && len(requests) != want && !s.shares(target):
			t.Errorf("sent %d times, want %d", len(requests), want)
		}
		wantRuns := b.runs
		if wantRuns == 0 && b.ends == taken {
			wantRuns = 1
		}
		if runs != wantRuns && !s.shares(target) {
			t.Errorf("%d runs began, want %d", runs, wantRuns)
		}
	}
	for _, wait := range ended.waits {
		if interval, ok := target.config["pollInterval"].(string); ok && wait.String() != mustDuration(t, interval).String() {
			t.Errorf("asks to wait %s, want pollInterval, %s", wait, interval)
		}
	}
	s.endsWell(t, ended, target, b)
}

// shares says whether another dispatch of the Stage starts the same workflow.
func (s subject) shares(target dispatch) bool {
	for _, d := range s.dispatches {
		if d.image != target.image && d.path == target.path {
			return true
		}
	}
	return false
}

// explains says whether Kargo can be told what to say of an answer.
func (d dispatch) explains() bool {
	_, own := d.config["errorExpression"]
	return own
}

// endsWell holds the end of a Promotion against what became of a dispatch.
func (s subject) endsWell(t *testing.T, ended outcome, target dispatch, b behaviour) {
	t.Helper()
	want := kargoapi.PromotionPhaseSucceeded
	switch b.ends {
	case refused:
		want = kargoapi.PromotionPhaseFailed
	case givenUp:
		want = kargoapi.PromotionPhaseErrored
		if target.rounds && s.reports() {
			// The last step says what all of them came to, by failing.
			want = kargoapi.PromotionPhaseFailed
		}
	}
	if ended.Status != want {
		t.Errorf("the Promotion ended %s, want %s: %s", ended.Status, want, ended.Message)
	}
	if b.ends == taken {
		return
	}
	explains(t, ended.Message, target, b)
}

// explains wants a message that a person can act on.
func explains(t *testing.T, message string, d dispatch, b behaviour) {
	t.Helper()
	wants := []string{b.says}
	if b.ends == refused {
		if !d.explains() {
			// Older releases have none, and tell no more than the status.
			return
		}
		if where := address.FindStringSubmatch(d.path); where != nil {
			workflow, err := url.PathUnescape(where[2])
			if err != nil {
				t.Fatal(err)
			}
			wants = append(wants, where[1], quoted(workflow), quoted(d.ref(t)))
		}
		wants = append(wants, quoted(d.image))
		switch b.advice {
		case adviseToken:
			for _, credential := range credentialsOf(d.request) {
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
	// Kargo takes quotes away from what it has evaluated.
	if err := json.Unmarshal([]byte(strings.Trim(d.plain, `"`)), &body); err != nil {
		t.Fatal(err)
	}
	return body.Ref
}

func credentialsOf(r request) []cluster.Credential {
	raw, err := json.Marshal(r.config)
	if err != nil {
		return nil
	}
	return cluster.CredentialsIn(string(raw))
}

// TestRequests reads what is sent: by every dispatch once, nothing else, each
// with the headers that GitHub's documentation asks for. With a fixture, each is
// what its author wrote: GitHub has no other repository, workflow, ref or input.
func TestRequests(t *testing.T) {
	eachTrigger(t, func(t *testing.T, s subject) {
		server := s.github(t, s.dispatches[0].request)
		stage := s.pointedAt(t, server, haste{})
		// A newline at the end of a Secret's value is common.
		ended := s.promote(t, stage, cluster.Secrets(stage, token+"\n"))
		if ended.Status != kargoapi.PromotionPhaseSucceeded {
			t.Fatalf("the Promotion ended %s: %s", ended.Status, ended.Message)
		}
		want := len(s.dispatches) + len(manifests.Awaits(s.stage))
		if window(stage) >= 0 {
			want++ // one look at the clock
		}
		for _, step := range manifests.Steps(stage) {
			// And one in each other wait that something is sent behind.
			if step.As == "wait-for-bases" || step.As == "wait-for-delay" || strings.HasPrefix(step.As, "wait-for-turn-to-try-") {
				want++
			}
		}
		if got := len(server.Requests()); got != want {
			t.Errorf("%d requests for %d dispatches", got, len(s.dispatches))
		}
		if got := len(server.Runs()); got != len(s.dispatches) {
			t.Errorf("%d runs for %d dispatches", got, len(s.dispatches))
		}
		for _, d := range s.dispatches {
			for _, r := range to(server, d.request) {
				checkDispatch(t, r)
			}
		}
		if s.expected != nil {
			s.checkRuns(t, server.Runs())
		}
	})
}

// checkRuns holds what was started against what the fixture's author wrote.
func (s subject) checkRuns(t *testing.T, runs []github.Run) {
	t.Helper()
	started := map[string]github.Run{}
	for _, run := range runs {
		text, err := json.Marshal(run.Inputs)
		if err != nil {
			t.Fatal(err)
		}
		started[run.Repository+" "+run.Workflow+" "+run.Ref+" "+string(text)] = run
	}
	expected := s.expected.Stages[s.stage.Name].Dispatches
	if len(expected) != len(runs) {
		t.Errorf("%d runs, want %d", len(runs), len(expected))
	}
	for image, want := range expected {
		at, err := url.Parse(want.URL)
		if err != nil {
			t.Fatal(err)
		}
		where := address.FindStringSubmatch(at.Path)
		text, err := json.Marshal(want.Inputs)
		if err != nil {
			t.Fatal(err)
		}
		key := where[1] + " " + where[2] + " " + want.Ref + " " + string(text)
		if _, ran := started[key]; !ran {
			t.Errorf("%s: no run of %s", image, key)
		}
	}
}

// headersOfAll are those that GitHub's documentation asks every request for, and
// the version that all releases of GitHub know.
func headersOfAll(accept string) map[string]string {
	return map[string]string{"Accept": accept, "X-Github-Api-Version": "2022-11-28", "Authorization": "Bearer " + token}
}

func checkHeaders(t *testing.T, r github.Request, want map[string]string) {
	t.Helper()
	for name, want := range want {
		if got := r.Headers.Values(name); !reflect.DeepEqual(got, []string{want}) {
			t.Errorf("%s: header %s is %q, want %q", r.Path, name, got, want)
		}
	}
	// What Go sends of itself, and nothing beside.
	own := []string{"User-Agent", "Accept-Encoding", "Content-Length", "Connection"}
	for name := range r.Headers {
		if _, known := want[name]; !known && !slices.Contains(own, name) {
			t.Errorf("%s: header %s is sent", r.Path, name)
		}
	}
}

func checkDispatch(t *testing.T, r github.Request) {
	t.Helper()
	want := headersOfAll("application/vnd.github+json")
	want["Content-Type"] = "application/json"
	checkHeaders(t, r, want)
	if r.Method != http.MethodPost || r.Query != "" || r.Operation != "actions/create-workflow-dispatch" {
		t.Errorf("%s %s?%s is %q", r.Method, r.Path, r.Query, r.Operation)
	}
}

// TestPatience wants errors of the network to be tried again for as long as
// retry.timeout says, by the waits between them that Kargo's controller takes.
func TestPatience(t *testing.T) {
	eachTrigger(t, func(t *testing.T, s subject) {
		for _, step := range manifests.Steps(s.stage) {
			if step.Retry == nil || step.Retry.Timeout == nil {
				continue
			}
			if !s.dispatches[0].rounds {
				t.Skip("this Stage gives up after few errors")
			}
			limiter := workqueue.DefaultTypedControllerRateLimiter[string]()
			waited := time.Duration(0)
			for range max(1, step.Retry.ErrorThreshold) - 1 {
				if waited += limiter.When("promotion"); waited >= step.Retry.Timeout.Duration {
					break
				}
			}
			if waited < step.Retry.Timeout.Duration {
				t.Errorf("%s: %d errors last %s, want %s", step.As, step.Retry.ErrorThreshold, waited, step.Retry.Timeout.Duration)
			}
		}
	})
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

func mustDuration(t *testing.T, text string) time.Duration {
	t.Helper()
	duration, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return duration
}
