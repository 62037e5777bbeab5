package engine

import (
	"context"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"image-factory/conformance/cluster"
)

// wipe is a reconciliation of a Stage that began before a Promotion and ends in
// the middle of it: what is written down on the Stage becomes again what it was,
// which may be nothing (Kargo v1.11.2 pkg/controller/stages/regular_stages.go,
// lines 376 and 573, and pkg/kubeclient/patch.go).
type wipe struct {
	// at is behind which write of the Promotion that happens, from 1.
	at, writes int
	was        map[string]apiextensionsv1.JSON
	// began is when the first of them was.
	began time.Time
	late  bool
}

func (w *wipe) in(t *testing.T, p place) place {
	inner := p.kargo.(client.WithWatch)
	stage := &kargoapi.Stage{}
	if err := inner.Get(t.Context(), client.ObjectKeyFromObject(p.stage), stage); err != nil {
		t.Fatal(err)
	}
	w.was = stage.Status.Metadata
	p.kargo = interceptor.NewClient(inner, interceptor.Funcs{
		SubResourcePatch: func(ctx context.Context, c client.Client, name string, object client.Object, patch client.Patch, options ...client.SubResourcePatchOption) error {
			if err := c.SubResource(name).Patch(ctx, object, patch, options...); err != nil {
				return err
			}
			if w.writes++; w.writes == 1 {
				w.began = time.Now()
			}
			if w.writes != w.at {
				return nil
			}
			// What is written down says when, by a clock that was read before the write was.
			w.late = time.Since(w.began) >= stays/2
			now := &kargoapi.Stage{}
			if err := inner.Get(ctx, client.ObjectKeyFromObject(p.stage), now); err != nil {
				return err
			}
			now.Status.Metadata = w.was
			return inner.Status().Update(ctx, now)
		},
	})
	return p
}

// TestWiped has what a Promotion writes down on its Stage taken back, after each
// of its writes in turn. Freight that has waited meanwhile is never left out, and
// at most what was sent for the one before is sent again.
func TestWiped(t *testing.T) {
	eachRecorder(t, func(t *testing.T, s subject) {
		if len(s.dispatches) > 3 || s.shares(s.dispatches[0]) {
			t.Skip("as the others")
		}
		for at := 1; ; at++ {
			server := s.github(t, s.dispatches[0].request)
			p := s.in(t, s.pointedAt(t, server, haste{}), cluster.Secrets(s.stage, token))
			newer := s.finds(t, p, 'd')
			first, second := p.promotion(t), newer.promotion(t)
			time.Sleep(time.Millisecond)
			w := &wipe{at: at}
			w.in(t, p).run(t.Context(), t, first)
			if w.writes < at {
				return
			}
			if ended := newer.run(t.Context(), t, second); ended.Status != kargoapi.PromotionPhaseSucceeded {
				t.Errorf("the Promotion ended %s: %s", ended.Status, ended.Message)
			}
			again := 0
			for _, d := range s.dispatches {
				switch count := s.runsOf(server)[d.image]; count {
				case 1:
				case 2:
					again++
				default:
					t.Errorf("write %d: %s was built %d times", at, d.image, count)
				}
			}
			// The last but one writes it once more.
			if again > 0 && at < w.writes-1 {
				t.Errorf("write %d of %d: %d were sent again", at, w.writes, again)
			}
			time.Sleep(time.Millisecond)
			if ended := s.finds(t, p, 'e').promote(t); ended.Status != kargoapi.PromotionPhaseSucceeded {
				t.Errorf("the Promotion ended %s: %s", ended.Status, ended.Message)
			}
			for _, d := range s.dispatches {
				if count := s.runsOf(server)[d.image]; count < 2 || count > 3 {
					t.Errorf("write %d, one later: %s was built %d times", at, d.image, count)
				}
			}
		}
	})
}

// TestWipedAtFirst does so in the first Promotion, as long as one that began
// before may last: the next digest is not taken for the first.
func TestWipedAtFirst(t *testing.T) {
	enroll(t, func(t *testing.T, e *enrollment) {
		if len(e.dispatches) > 3 || e.shares(e.dispatches[0]) {
			t.Skip("as the others")
		}
		for at := 1; ; at++ {
			e := e.anew(t)
			e.rest(t)
			w := &wipe{at: at}
			if ended := w.in(t, e.place).promote(t); ended.Status != kargoapi.PromotionPhaseSucceeded {
				t.Errorf("the Promotion ended %s: %s", ended.Status, ended.Message)
			}
			if w.writes < at || w.late {
				return
			}
			e.built(t, "the first", 0, 1)
			e.found(t, 'd')
			succeeds(t, e.place)
			e.built(t, "the second", 1, 2)
		}
	})
}
