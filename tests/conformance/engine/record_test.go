package engine

import (
	"context"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/conformance/cluster"
	"image-factory/conformance/github"
)

// eachRecorder runs a test for every Stage that writes down what it has sent.
func eachRecorder(t *testing.T, test func(t *testing.T, s subject)) {
	each(t, func(s subject) bool {
		return len(s.reads) == 0 && len(s.dispatches) > 0 && s.dispatches[0].rounds
	}, test)
}

// runsOf counts the builds of each image of a Stage.
func (s subject) runsOf(server *github.Server) map[string]int {
	counts := map[string]int{}
	for _, d := range s.dispatches {
		for _, r := range to(server, d.request) {
			if r.Run > 0 {
				counts[d.image]++
			}
		}
	}
	return counts
}

// want holds the number of builds of each image against one number for all but
// for one image.
func (s subject) want(t *testing.T, server *github.Server, when string, all int, but string, other int) {
	t.Helper()
	for image, is := range s.runsOf(server) {
		want := all
		if image == but {
			want = other
		}
		if is != want {
			t.Errorf("%s: %s was built %d times, want %d", when, image, is, want)
		}
	}
	if all > 0 && len(s.runsOf(server)) < len(s.dispatches)-1 {
		t.Errorf("%s: built were %v", when, s.runsOf(server))
	}
}

// TestAgain promotes Freight again after one of its dispatches was refused: only
// that one is sent. Who then promotes it once more wants all of it again.
func TestAgain(t *testing.T) {
	eachRecorder(t, func(t *testing.T, s subject) {
		last := s.dispatches[len(s.dispatches)-1]
		if s.shares(last) {
			t.Skip("faults of this image are those of another")
		}
		server := s.github(t, last.request, says(404, "Not Found"))
		p := s.in(t, s.pointedAt(t, server, haste{}), cluster.Secrets(s.stage, token))
		if ended := p.promote(t); ended.Status == kargoapi.PromotionPhaseSucceeded {
			t.Errorf("the Promotion ended %s", ended.Status)
		}
		s.want(t, server, "refused", 1, last.image, 0)
		server.Mend()
		time.Sleep(time.Millisecond) // Promotions are told apart by the millisecond.
		if ended := p.promote(t); ended.Status != kargoapi.PromotionPhaseSucceeded {
			t.Errorf("mended: the Promotion ended %s: %s", ended.Status, ended.Message)
		}
		s.want(t, server, "mended", 1, "", 0)
		time.Sleep(time.Millisecond)
		if ended := p.promote(t); ended.Status != kargoapi.PromotionPhaseSucceeded {
			t.Errorf("once more: the Promotion ended %s: %s", ended.Status, ended.Message)
		}
		s.want(t, server, "once more", 2, "", 0)
	})
}

// TestQueue has newer Freight come while an older one waits for GitHub. A build
// takes the newest base when it runs, so each image is built once for both.
func TestQueue(t *testing.T) {
	eachRecorder(t, func(t *testing.T, s subject) {
		server := s.github(t, s.dispatches[0].request)
		p := s.in(t, s.pointedAt(t, server, haste{}), cluster.Secrets(s.stage, token))
		newer := s.finds(t, p, 'd')
		first := p.promotion(t)
		second := newer.promotion(t)
		time.Sleep(time.Millisecond)
		for _, one := range []struct {
			place
			promo *kargoapi.Promotion
		}{{p, first}, {newer, second}} {
			if ended := one.run(t.Context(), t, one.promo); ended.Status != kargoapi.PromotionPhaseSucceeded {
				t.Errorf("the Promotion ended %s: %s", ended.Status, ended.Message)
			}
		}
		s.want(t, server, "two at once", 1, "", 0)
		// What comes later is newer than those builds.
		time.Sleep(time.Millisecond)
		if ended := s.finds(t, p, 'e').promote(t); ended.Status != kargoapi.PromotionPhaseSucceeded {
			t.Errorf("the Promotion ended %s: %s", ended.Status, ended.Message)
		}
		s.want(t, server, "one later", 2, "", 0)
	})
}

// TestKilled ends Kargo's controller while a dispatch is under way: the Promotion
// starts again with nothing in its status. Only what was under way is sent twice.
func TestKilled(t *testing.T) {
	eachRecorder(t, func(t *testing.T, s subject) {
		middle := s.dispatches[len(s.dispatches)/2]
		if s.shares(middle) {
			t.Skip("faults of this image are those of another")
		}
		server := s.github(t, middle.request, first(1, github.Fault{Accept: true, Wait: github.Duration(2 * time.Second)}))
		p := s.in(t, s.pointedAt(t, server, haste{}), cluster.Secrets(s.stage, token))
		promo := p.promotion(t)
		ctx, kill := context.WithCancel(t.Context())
		go func() {
			defer kill()
			for len(to(server, middle.request)) == 0 && t.Context().Err() == nil {
				time.Sleep(time.Millisecond)
			}
		}()
		p.run(ctx, t, promo.DeepCopy())
		if ended := p.run(t.Context(), t, promo); ended.Status != kargoapi.PromotionPhaseSucceeded {
			t.Errorf("the Promotion ended %s: %s", ended.Status, ended.Message)
		}
		s.want(t, server, "killed", 1, middle.image, 2)
	})
}
