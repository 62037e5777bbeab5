package engine

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/conformance/cluster"
	"image-factory/conformance/github"
)

// clockOf is what a Stage's windows are compared with.
const clockOf = "now().Unix()"

// window gives the place of the expression for whether a Stage is open, or -1.
func window(stage *kargoapi.Stage) int {
	for i, v := range stage.Spec.PromotionTemplate.Spec.Vars {
		if v.Name == "open" {
			return i
		}
	}
	return -1
}

// opened opens the windows of a Stage for tests that are about something else.
func opened(stage *kargoapi.Stage) {
	if i := window(stage); i >= 0 {
		stage.Spec.PromotionTemplate.Spec.Vars[i].Value = "1 < 2"
	}
}

// TestWindow runs Stages at times at which their windows are open, closed, or
// about to open. The times are by a calendar, for the schedules of the fixture.
func TestWindow(t *testing.T) {
	const (
		nights = "rebuild-trigger-node-22"
		sydney = "rebuild-trigger-alpine-3"
	)
	tests := []struct {
		name, stage, at string
		// opens says that the window is closed, and opens a moment later.
		opens, closed bool
	}{
		{name: "at night", stage: nights, at: "2026-12-03T22:30:00Z"},
		{name: "by day", stage: nights, at: "2026-12-03T12:00:00Z", closed: true},
		{name: "evening comes", stage: nights, at: "2026-12-03T21:59:58Z", opens: true},
		{name: "evening comes in summer", stage: nights, at: "2027-06-16T20:59:58Z", opens: true},
		{name: "evening of winter in summer", stage: nights, at: "2027-06-17T05:30:00Z", closed: true},
		{name: "after midnight", stage: nights, at: "2026-12-04T05:59:00Z"},
		{name: "weekend", stage: nights, at: "2026-12-05T12:00:00Z"},
		{name: "weekend of a holiday", stage: nights, at: "2026-12-26T12:00:00Z", closed: true},
		{name: "holidays end", stage: nights, at: "2027-01-02T23:59:58Z", opens: true},
		{name: "leap day", stage: nights, at: "2028-02-29T23:00:00Z"},
		{name: "Monday there is Sunday here", stage: sydney, at: "2026-12-06T13:30:00Z"},
		{name: "Monday here is over there", stage: sydney, at: "2026-12-07T13:30:00Z", closed: true},
	}
	found := map[string]bool{}
	eachTrigger(t, func(t *testing.T, s subject) {
		for _, test := range tests {
			if test.stage != s.stage.Name || !strings.HasSuffix(s.set.Name, "schedule") {
				continue
			}
			found[test.name] = true
			t.Run(test.name, func(t *testing.T) {
				t.Parallel()
				server := s.github(t, s.dispatches[0].request)
				stage := s.pointedAt(t, server, haste{})
				at, err := time.Parse(time.RFC3339, test.at)
				if err != nil {
					t.Fatal(err)
				}
				i := window(stage)
				original := s.stage.Spec.PromotionTemplate.Spec.Vars[i].Value
				if strings.Count(original, clockOf) != 1 {
					t.Fatalf("the clock is not read once: %s", original)
				}
				began := time.Now()
				moved := fmt.Sprintf("%s + (%d)", clockOf, at.Unix()-began.Unix())
				stage.Spec.PromotionTemplate.Spec.Vars[i].Value = strings.Replace(original, clockOf, moved, 1)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if test.closed {
					go cancelAfterLooks(ctx, cancel, server)
				}
				p := s.in(t, stage, cluster.Secrets(stage, token))
				ended := p.run(ctx, t, p.promotion(t))
				s.keptTo(t, server, began, test.opens, test.closed)
				if !test.closed && ended.Status != kargoapi.PromotionPhaseSucceeded {
					t.Errorf("ended %s: %s", ended.Status, ended.Message)
				}
			})
		}
	})
	if len(found) > 0 && len(found) != len(tests) {
		t.Errorf("%d of %d were run", len(found), len(tests))
	}
}

// looks counts the requests that start nothing.
func looks(server *github.Server) int {
	count := 0
	for _, r := range server.Requests() {
		if r.Method == "GET" {
			count++
		}
	}
	return count
}

// cancelAfterLooks ends what waits for a window once it has been seen to wait.
func cancelAfterLooks(ctx context.Context, cancel context.CancelFunc, server *github.Server) {
	for looks(server) < 4 && ctx.Err() == nil {
		time.Sleep(requeueAfter)
	}
	cancel()
}

// keptTo holds what was sent against the window.
func (s subject) keptTo(t *testing.T, server *github.Server, began time.Time, opens, closed bool) {
	t.Helper()
	for _, r := range server.Requests() {
		if r.Method == "GET" && r.Headers.Get("Authorization") != "" {
			t.Errorf("a token is sent to %s", r.Path)
		}
	}
	if count := looks(server); closed && count < 4 || !opens && !closed && count != 1 {
		t.Errorf("looked %d times", count)
	}
	for _, d := range s.dispatches {
		sent := to(server, d.request)
		switch {
		case closed && len(sent) > 0:
			t.Errorf("%s was sent while it is closed", d.image)
		case !closed && len(sent) != 1:
			t.Errorf("%s was sent %d times", d.image, len(sent))
		case opens && sent[0].At.Unix() < began.Unix()+2:
			t.Errorf("%s was sent before it opened", d.image)
		}
	}
}

// TestWindowMissed ends a Promotion whose window did not open in time: nothing is
// sent outside of it.
func TestWindowMissed(t *testing.T) {
	eachTrigger(t, func(t *testing.T, s subject) {
		i := window(s.stage)
		if i < 0 {
			t.Skip("has no windows")
		}
		server := s.github(t, s.dispatches[0].request)
		stage := s.pointedAt(t, server, haste{path: "/rate_limit", retry: stepTimeout})
		stage.Spec.PromotionTemplate.Spec.Vars[i].Value = "2 < 1"
		ended := s.promote(t, stage, cluster.Secrets(stage, token))
		if ended.Status != kargoapi.PromotionPhaseErrored && ended.Status != kargoapi.PromotionPhaseFailed {
			t.Errorf("ended %s: %s", ended.Status, ended.Message)
		}
		for _, d := range s.dispatches {
			if sent := to(server, d.request); len(sent) > 0 {
				t.Errorf("%s was sent %d times", d.image, len(sent))
			}
		}
	})
}
