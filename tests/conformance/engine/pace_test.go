package engine

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/conformance/cluster"
	"image-factory/conformance/github"
	"image-factory/conformance/manifests"
)

// pause is what a step that waits for its turn compares the clock with.
var pause = regexp.MustCompile(`(StartedAt\.Unix\(\) \}\} \+ )[0-9]+`)

// paused gives all pauses of a Stage another length.
func paused(stage *kargoapi.Stage, length time.Duration) *kargoapi.Stage {
	for i := range manifests.Steps(stage) {
		step := &stage.Spec.PromotionTemplate.Spec.Steps[i]
		if strings.HasPrefix(step.As, "wait-for-turn-") {
			step.Config.Raw = pause.ReplaceAll(step.Config.Raw, fmt.Appendf(nil, "${1}%d", int(length.Seconds())))
		}
	}
	return stage
}

// paces are the groups in which the Stages of the fixture send, by hand: those
// that others are built on first, then by name; and what Kargo is told to wait.
var paces = map[string]struct {
	groups [][]string
	wait   time.Duration
}{
	"rebuild-trigger-node-22":  {[][]string{{"d", "a"}, {"b", "c"}, {"e"}}, 2 * time.Minute},
	"rebuild-trigger-alpine-3": {[][]string{{"a"}, {"b"}}, 90 * time.Second},
}

// eachPace runs a test for every Stage that pauses.
func eachPace(t *testing.T, test func(t *testing.T, s subject, groups [][]string)) {
	each(t, func(s subject) bool {
		return strings.HasSuffix(s.set.Name, "-pace") && paces[s.stage.Name].groups != nil
	}, func(t *testing.T, s subject) { test(t, s, paces[s.stage.Name].groups) })
}

// of gives the dispatch of an image.
func (s subject) of(t *testing.T, image string) dispatch {
	t.Helper()
	i := slices.IndexFunc(s.dispatches, func(d dispatch) bool { return d.image == image })
	if i < 0 {
		t.Fatalf("%s is not dispatched", image)
	}
	return s.dispatches[i]
}

// sentOnce holds what was sent against groups with pauses of a length between
// them.
func (s subject) sentOnce(t *testing.T, server *github.Server, groups [][]string, length time.Duration) {
	t.Helper()
	var before time.Time
	for _, group := range groups {
		began := before
		for i, image := range group {
			sent := to(server, s.of(t, image).request)
			if len(sent) != 1 {
				t.Errorf("%s was sent %d times", image, len(sent))
				return
			}
			at := sent[0].At
			if i == 0 && !began.IsZero() && at.Sub(began) < length-time.Second {
				t.Errorf("%s was sent %s after the group before", image, at.Sub(began))
			}
			if at.Before(before) {
				t.Errorf("%s was sent before its turn", image)
			}
			before = at
		}
	}
	for _, r := range server.Requests() {
		if r.Method == "GET" && r.Headers.Get("Authorization") != "" {
			t.Errorf("a token is sent to %s", r.Path)
		}
	}
}

// TestPace sends group after group.
func TestPace(t *testing.T) {
	const length = 2 * time.Second
	eachPace(t, func(t *testing.T, s subject, groups [][]string) {
		server := s.github(t, s.dispatches[0].request)
		stage := paused(s.pointedAt(t, server, haste{}), length)
		ended := s.promote(t, stage, cluster.Secrets(stage, token))
		if ended.Status != kargoapi.PromotionPhaseSucceeded {
			t.Errorf("ended %s: %s", ended.Status, ended.Message)
		}
		s.sentOnce(t, server, groups, length)
		if len(ended.waits) < len(groups)-1 {
			t.Errorf("waited %v", ended.waits)
		}
		for _, wait := range ended.waits {
			if wait != paces[s.stage.Name].wait {
				t.Errorf("asks Kargo to look again after %s", wait)
			}
		}
	})
}

// TestPaceLimited has GitHub put off what comes first, so that the second round
// sends all of it: at the same pace, and without pauses that nothing is sent
// before.
func TestPaceLimited(t *testing.T) {
	const length = 2 * time.Second
	eachPace(t, func(t *testing.T, s subject, groups [][]string) {
		server := s.github(t, s.dispatches[0].request)
		for _, d := range s.dispatches {
			fault := first(1, says(503, "busy"))
			fault.Path = d.path
			server.Fail(fault)
		}
		stage := paused(s.pointedAt(t, server, haste{}), length)
		ended := s.promote(t, stage, cluster.Secrets(stage, token))
		if ended.Status != kargoapi.PromotionPhaseSucceeded {
			t.Errorf("ended %s: %s", ended.Status, ended.Message)
		}
		s.want(t, server, "limited", 1, "", 0)
		for i := range groups[1:] {
			alias := fmt.Sprintf("wait-for-turn-to-try-%d", i+1)
			if step := ended.step(t, alias); step.Status != kargoapi.PromotionStepStatusSkipped {
				t.Errorf("%s: %s", alias, step.Status)
			}
			alias = fmt.Sprintf("wait-for-turn-to-trigger-%d", i+1)
			if step := ended.step(t, alias); step.Status != kargoapi.PromotionStepStatusSucceeded {
				t.Errorf("%s: %s", alias, step.Status)
			}
		}
	})
}

// TestPaceAgain promotes Freight again of which all but the last image was sent:
// nothing waits.
func TestPaceAgain(t *testing.T) {
	eachPace(t, func(t *testing.T, s subject, groups [][]string) {
		end := groups[len(groups)-1]
		last := s.of(t, end[len(end)-1])
		server := s.github(t, last.request, says(404, "Not Found"))
		p := s.in(t, s.pointedAt(t, server, haste{}), cluster.Secrets(s.stage, token))
		p.promote(t)
		s.want(t, server, "refused", 1, last.image, 0)
		server.Mend()
		before := looks(server)
		time.Sleep(time.Millisecond)
		p.stage = paused(p.stage, time.Hour)
		if ended := p.promote(t); ended.Status != kargoapi.PromotionPhaseSucceeded {
			t.Errorf("mended: the Promotion ended %s: %s", ended.Status, ended.Message)
		}
		s.want(t, server, "mended", 1, "", 0)
		if now := looks(server); now != before {
			t.Errorf("waited with %d requests", now-before)
		}
	})
}

// TestPaceRestart ends Kargo's controller in the first pause: with its folder it
// goes on there, without it from the start. Nothing is sent twice, nothing is lost.
func TestPaceRestart(t *testing.T) {
	const length = 3 * time.Second
	eachPace(t, func(t *testing.T, s subject, groups [][]string) {
		for name, forgets := range map[string]bool{"goes on": false, "begins anew": true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				server := s.github(t, s.dispatches[0].request)
				stage := paused(s.pointedAt(t, server, haste{}), length)
				p := s.in(t, stage, cluster.Secrets(stage, token))
				promo := p.promotion(t)
				ctx, cancel := context.WithCancel(t.Context())
				go cancelAfterLooks(ctx, cancel, server)
				p.run(ctx, t, promo)
				cancel()
				if got, want := len(s.runsOf(server)), len(groups[0]); got != want {
					t.Fatalf("%d were sent before the pause, want %d", got, want)
				}
				if forgets {
					promo.Status.CurrentStep, promo.Status.StepExecutionMetadata, promo.Status.State = 0, nil, nil
				}
				began := time.Now()
				ended := p.run(t.Context(), t, promo)
				if ended.Status != kargoapi.PromotionPhaseSucceeded {
					t.Errorf("ended %s: %s", ended.Status, ended.Message)
				}
				if !forgets && time.Since(began) > time.Duration(len(groups)-1)*length+10*time.Second {
					t.Errorf("the pause began anew: %s", time.Since(began))
				}
				all := length
				if forgets {
					all = 0
				}
				s.sentOnce(t, server, groups, all)
			})
		}
	})
}
