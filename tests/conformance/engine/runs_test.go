package engine

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"image-factory/conformance/cluster"
	"image-factory/conformance/github"
	"image-factory/conformance/manifests"
)

// eachWaiter runs a test for every Stage that waits for the runs of several
// images. The first of these is the target.
func eachWaiter(t *testing.T, test func(t *testing.T, s subject, target dispatch)) {
	eachTrigger(t, func(t *testing.T, s subject) {
		awaits := manifests.Awaits(s.stage)
		if len(awaits) < 2 {
			t.Skip("waits for no runs")
		}
		for _, d := range s.dispatches {
			if d.image == manifests.ImageOf(awaits[0].As) {
				test(t, s, d)
			}
		}
	})
}

// looksAt gives the requests for how a run stands.
func looksAt(server *github.Server, run int64) []github.Request {
	var found []github.Request
	for _, r := range server.Requests() {
		if r.Method == "GET" && strings.HasSuffix(r.Path, fmt.Sprintf("/actions/runs/%d", run)) {
			found = append(found, r)
		}
	}
	return found
}

// runOf gives the run of an image, 0 if there is none.
func runOf(server *github.Server, d dispatch) int64 {
	var run int64
	for _, r := range to(server, d.request) {
		run = max(run, r.Run)
	}
	return run
}

// hasten shortens the time in which runs must end, and that after which a step
// is given up that gets no answer.
func hasten(t *testing.T, stage *kargoapi.Stage, ends, answers time.Duration) *kargoapi.Stage {
	t.Helper()
	end := regexp.MustCompile(`(outputs\.runs\.at \+ )[0-9]+`)
	for i := range manifests.Steps(stage) {
		step := &stage.Spec.PromotionTemplate.Spec.Steps[i]
		if !strings.HasPrefix(step.As, manifests.Await) {
			continue
		}
		if !end.Match(step.Config.Raw) {
			t.Fatalf("no end in %s", step.Config.Raw)
		}
		if ends > 0 {
			step.Config.Raw = end.ReplaceAll(step.Config.Raw, fmt.Appendf(nil, "${1}%d", ends.Milliseconds()))
		}
		if answers > 0 {
			step.Retry.Timeout = &metav1.Duration{Duration: answers}
		}
	}
	return stage
}

// TestRuns has the run of one image stand in every way in which it can, or not
// be told; those of the others end well. Each is dispatched once before the
// first is asked for, and what is said names the run.
func TestRuns(t *testing.T) {
	gone := func(fault github.Fault) []github.Fault {
		fault.Method = "GET"
		return []github.Fault{fault}
	}
	const page = "https://github.example/"
	tests := []struct {
		name string
		// status and conclusion are those of the run at first, and for ever if it
		// has ended.
		status, conclusion string
		// faults are those of the requests for it.
		faults []github.Fault
		// untold says that the dispatch is answered by 204.
		untold bool
		// ends and answers shorten times.
		ends, answers time.Duration
		// looks is how often it is asked for; 0 is more than once.
		looks int
		// says is part of the message of the failure; nothing if there is none.
		says []string
		// again says that whoever promotes the Freight again wants it again.
		again bool
	}{
		{name: "success", status: "completed", conclusion: "success", looks: 1},
		{name: "neutral", status: "completed", conclusion: "neutral", looks: 1},
		{name: "skipped", status: "completed", conclusion: "skipped", looks: 1},
		{name: "queued, in progress, success", status: "queued", looks: 0},
		{name: "failure", status: "completed", conclusion: "failure", looks: 1, again: true, says: []string{"ended as failure: " + page}},
		{name: "cancelled", status: "completed", conclusion: "cancelled", looks: 1, again: true, says: []string{"ended as cancelled: " + page}},
		{name: "timed out", status: "completed", conclusion: "timed_out", looks: 1, again: true, says: []string{"ended as timed_out: " + page}},
		{name: "action required", status: "completed", conclusion: "action_required", looks: 1, again: true, says: []string{"ended as action_required: " + page}},
		{name: "never ends", status: "in_progress", ends: 300 * time.Millisecond, says: []string{"is still in_progress, and its time is over: " + page}},
		{name: "404", faults: gone(says(404, "Not Found")), looks: 1, says: []string{"cannot be read. GitHub says: Not Found", "Actions read", page}},
		{name: "401", faults: gone(says(401, "Bad credentials")), looks: 1, says: []string{"Bad credentials", "key password of Secret", page}},
		{name: "500 twice, then success", status: "completed", conclusion: "success", faults: gone(first(2, says(500, "Server Error"))), looks: 3},
		{name: "429, then success", status: "completed", conclusion: "success", faults: gone(first(1, says(429, "Too Many Requests"))), looks: 2},
		{name: "limited, then success", status: "completed", conclusion: "success", looks: 2,
			faults: gone(first(1, says(403, "API rate limit exceeded", "X-RateLimit-Remaining", "0")))},
		{name: "cut five times, then success", status: "completed", conclusion: "success", faults: gone(first(5, github.Fault{Cut: true})), looks: 6},
		{name: "no JSON, then success", status: "completed", conclusion: "success", faults: gone(first(1, typed("text/plain", 200, "hello"))), looks: 2},
		{name: "500 for ever", faults: gone(says(500, "Server Error")), answers: stepTimeout, says: []string{"timed out after", page}},
		{name: "204", untold: true, looks: -1, says: []string{"name no run"}},
	}
	eachWaiter(t, func(t *testing.T, s subject, target dispatch) {
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				t.Parallel()
				var faults []github.Fault
				if test.untold {
					empty := ""
					faults = append(faults, github.Fault{Accept: true, Status: 204, Body: &empty})
				}
				server := s.github(t, target.request, faults...)
				p := s.in(t, hasten(t, s.pointedAt(t, server, haste{}), test.ends, test.answers), cluster.Secrets(s.stage, token))
				repository := address.FindStringSubmatch(target.path)[1]
				for _, fault := range test.faults {
					fault.Path = "/repos/" + repository + "/actions/runs/*"
					server.Fail(fault)
				}
				if test.status != "" {
					server.Begin(repository, test.status, test.conclusion)
				}
				if test.status == "queued" {
					go s.end(t, server, target)
				}
				ended := p.promote(t)
				s.waited(t, server, target, test.looks)
				if len(test.says) == 0 {
					if ended.Status != kargoapi.PromotionPhaseSucceeded {
						t.Errorf("ended %s: %s", ended.Status, ended.Message)
					}
					return
				}
				if s.reports() && (ended.Status != kargoapi.PromotionPhaseFailed || !strings.Contains(ended.Message, target.image)) {
					t.Errorf("ended %s: %s", ended.Status, ended.Message)
				}
				for _, says := range test.says {
					if target.explains() && !strings.Contains(ended.Message, says) {
						t.Errorf("the message does not say %q: %s", says, ended.Message)
					}
				}
				for _, d := range s.dispatches {
					if d.image != target.image && strings.Contains(ended.Message, d.image) {
						t.Errorf("the message names %s: %s", d.image, ended.Message)
					}
				}
				t.Log(ended.Message)

				// Promoted again, what has failed is sent again, and nothing else.
				server.Mend()
				server.Conclude(0, "completed", "success")
				time.Sleep(time.Millisecond) // Promotions are told apart by the millisecond.
				ended = p.promote(t)
				if well := ended.Status == kargoapi.PromotionPhaseSucceeded; well == test.untold {
					t.Errorf("again: ended %s: %s", ended.Status, ended.Message)
				}
				want := 1
				if test.again && target.explains() {
					want = 2
				}
				s.want(t, server, "again", 1, target.image, want)
			})
		}
	})
}

// end has the run of a dispatch be in progress once it was looked at, and end
// well once it was looked at three times.
func (s subject) end(t *testing.T, server *github.Server, target dispatch) {
	for ; t.Context().Err() == nil; time.Sleep(time.Millisecond) {
		run := runOf(server, target)
		if run == 0 {
			continue
		}
		switch looks := len(looksAt(server, run)); {
		case looks >= 3:
			server.Conclude(run, "completed", "success")
			return
		case looks > 0:
			server.Conclude(run, "in_progress", "")
		}
	}
}

// waited holds what was sent against what must be: all dispatches once, before
// the first look at a run, and looks at each run.
func (s subject) waited(t *testing.T, server *github.Server, target dispatch, looks int) {
	t.Helper()
	s.want(t, server, "at first", 1, "", 0)
	var last, first time.Time
	for _, r := range server.Requests() {
		switch {
		case strings.HasSuffix(r.Path, "/dispatches"):
			last = r.At
			if strings.Contains(r.Body, `"return_run_details":true`) != s.awaits(r.Path) {
				t.Errorf("%s is sent %s", r.Path, r.Body)
			}
		case strings.Contains(r.Path, "/actions/runs/"):
			checkHeaders(t, r, headersOfAll("application/vnd.github+json"))
			if first.IsZero() {
				first = r.At
			}
		}
	}
	if !first.IsZero() && first.Before(last) {
		t.Error("a run was looked at before all were dispatched")
	}
	count := len(looksAt(server, runOf(server, target)))
	if looks > 0 && count != looks || looks == 0 && count < 2 || looks < 0 && count != 0 {
		t.Errorf("looked at %s %d times, want %d", target.image, count, looks)
	}
	for _, d := range s.dispatches {
		if d.image == target.image {
			continue
		}
		if count := len(looksAt(server, runOf(server, d))); count != map[bool]int{true: 1}[s.awaits(d.path)] {
			t.Errorf("looked at %s %d times", d.image, count)
		}
	}
}

// awaits says whether the run of a dispatch is waited for.
func (s subject) awaits(path string) bool {
	for _, d := range s.dispatches {
		for _, step := range manifests.Awaits(s.stage) {
			if d.path == path && d.image == manifests.ImageOf(step.As) {
				return true
			}
		}
	}
	return false
}

// TestRunsKilled ends Kargo's controller while a Promotion waits: it goes on to
// wait for the same runs, and sends nothing.
func TestRunsKilled(t *testing.T) {
	eachWaiter(t, func(t *testing.T, s subject, target dispatch) {
		server := s.github(t, target.request)
		server.Conclude(0, "in_progress", "")
		p := s.in(t, s.pointedAt(t, server, haste{}), cluster.Secrets(s.stage, token))
		promo := p.promotion(t)
		ctx, kill := context.WithCancel(t.Context())
		go func() {
			defer kill()
			for runOf(server, target) == 0 || len(looksAt(server, runOf(server, target))) == 0 {
				time.Sleep(time.Millisecond)
			}
		}()
		p.run(ctx, t, promo.DeepCopy())
		looks := len(looksAt(server, runOf(server, target)))
		server.Conclude(0, "completed", "success")
		if ended := p.run(t.Context(), t, promo); ended.Status != kargoapi.PromotionPhaseSucceeded {
			t.Errorf("ended %s: %s", ended.Status, ended.Message)
		}
		s.want(t, server, "killed", 1, "", 0)
		if len(looksAt(server, runOf(server, target))) <= looks {
			t.Error("the run was not looked at again")
		}
	})
}

// TestRunsCarried has newer Freight come while an older one waits for its turn:
// what was dispatched for the older is waited for, and not sent again though it
// has failed.
func TestRunsCarried(t *testing.T) {
	eachWaiter(t, func(t *testing.T, s subject, target dispatch) {
		server := s.github(t, target.request)
		server.Conclude(0, "completed", "failure")
		p := s.in(t, s.pointedAt(t, server, haste{}), cluster.Secrets(s.stage, token))
		newer := s.finds(t, p, 'd')
		first, second := p.promotion(t), newer.promotion(t)
		time.Sleep(time.Millisecond)
		for _, run := range []func() outcome{
			func() outcome { return p.run(t.Context(), t, first) },
			func() outcome { return newer.run(t.Context(), t, second) },
		} {
			if ended := run(); ended.Status == kargoapi.PromotionPhaseSucceeded {
				t.Errorf("ended %s", ended.Status)
			}
		}
		s.want(t, server, "carried", 1, "", 0)
		if looks := len(looksAt(server, runOf(server, target))); looks != 2 {
			t.Errorf("looked %d times, want once for each Freight", looks)
		}
	})
}
