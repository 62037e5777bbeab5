package engine

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/conformance/cluster"
	"image-factory/conformance/github"
	"image-factory/conformance/manifests"
)

// within shortens the time in which all that was put off is asked for again, and
// twice that time, after which nothing is.
func within(t *testing.T, stage *kargoapi.Stage, wait time.Duration) *kargoapi.Stage {
	t.Helper()
	for _, step := range manifests.Steps(stage) {
		if step.As != "ready" {
			continue
		}
		for name, wait := range map[string]time.Duration{"end": 2 * wait, "refused": wait} {
			time := regexp.MustCompile(`("` + name + `":"[^"]*now\(\)\.UnixMilli\(\) \+ )[0-9]+`)
			if !time.Match(step.Config.Raw) {
				t.Fatalf("no %s in %s", name, step.Config.Raw)
			}
			step.Config.Raw = time.ReplaceAll(step.Config.Raw, fmt.Appendf(nil, "${1}%d", wait.Milliseconds()))
		}
	}
	return stage
}

// TestTogether has GitHub be there and put dispatches off all the same: one for
// ever, and the others once or for ever. They wait together and no longer; then
// each is asked for once more, unless that takes long too.
func TestTogether(t *testing.T) {
	eachRecorder(t, func(t *testing.T, s subject) {
		broken := s.dispatches[0]
		if len(s.dispatches) < 2 || s.shares(broken) || s.shares(s.dispatches[1]) {
			t.Skip("nobody waits with another")
		}
		busy, cut := says(503, "busy"), github.Fault{Cut: true}
		for _, c := range []struct {
			name   string
			wait   time.Duration
			broken github.Fault
			others github.Fault
			// requests and runs are those of each of the others.
			requests, runs int
		}{
			{"all put off", time.Second, busy, busy, 2, 0},
			{"the others once", time.Second, busy, first(1, busy), 2, 1},
			{"not answered for twice that time", 50 * time.Millisecond, cut, busy, 1, 0},
		} {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				server := s.github(t, broken.request, c.broken)
				for _, d := range s.dispatches[1:] {
					c.others.Path = d.path
					server.Fail(c.others)
				}
				stage := within(t, s.pointedAt(t, server, haste{}), c.wait)
				ended := s.promote(t, stage, cluster.Secrets(stage, token))
				if ended.Status == kargoapi.PromotionPhaseSucceeded {
					t.Error("the Promotion has succeeded")
				}
				if sent := len(to(server, broken.request)); sent < 3 {
					t.Errorf("%s was sent %d times", broken.image, sent)
				}
				for _, d := range s.dispatches[1:] {
					if sent := len(to(server, d.request)); sent != c.requests || s.runsOf(server)[d.image] != c.runs {
						t.Errorf("%s was sent %d times and built %d times, want %d and %d", d.image, sent, s.runsOf(server)[d.image], c.requests, c.runs)
					}
					if missing := c.runs == 0; s.reports() && missing != strings.Contains(ended.Message, "rebuild of "+d.image+" ") {
						t.Errorf("the message names %s: %t, want %t: %s", d.image, !missing, missing, ended.Message)
					}
				}
			})
		}
	})
}
