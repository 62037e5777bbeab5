package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"image-factory/conformance/cluster"
	"image-factory/conformance/github"
)

// hiccup is a call of Kargo's API that fails once.
type hiccup struct {
	// at is which one, counted from 1; 0 for none.
	at int
	// calls is how many there were.
	calls int
	// failed is what failed.
	failed string
}

// in gives a place in which that happens. What Kargo's controllers read from
// their cache does not fail: typed objects, other than Secrets.
func (h *hiccup) in(p place) place {
	call := func(what string) error {
		h.calls++
		if h.calls != h.at {
			return nil
		}
		h.failed = what
		return errors.New("dial tcp: connect: connection refused")
	}
	p.kargo = interceptor.NewClient(p.kargo.(client.WithWatch), interceptor.Funcs{
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, object client.Object, options ...client.GetOption) error {
			var err error
			switch object := object.(type) {
			case *unstructured.Unstructured:
				err = call("the read of " + object.GetKind())
			case *corev1.Secret:
				err = call("the read of the Secret")
			}
			if err != nil {
				return err
			}
			return c.Get(ctx, key, object, options...)
		},
		SubResourcePatch: func(ctx context.Context, c client.Client, name string, object client.Object, patch client.Patch, options ...client.SubResourcePatchOption) error {
			if err := call(fmt.Sprintf("the write of %T", object)); err != nil {
				return err
			}
			return c.SubResource(name).Patch(ctx, object, patch, options...)
		},
	})
	return p
}

// failed says whether a step went wrong.
func (o outcome) failed(t *testing.T, alias string) bool {
	t.Helper()
	status := o.step(t, alias).Status
	return status == kargoapi.PromotionStepStatusErrored || status == kargoapi.PromotionStepStatusFailed
}

// eachHiccup runs a test with no hiccup, and with each call in turn, until there
// are no more.
func eachHiccup(t *testing.T, test func(t *testing.T, h *hiccup)) {
	t.Helper()
	for at := 0; !t.Failed(); at++ {
		h := &hiccup{at: at}
		test(t, h)
		if h.calls < at {
			if at < 5 {
				t.Errorf("only %d calls", h.calls)
			}
			return
		}
		if t.Failed() {
			t.Logf("after %s, call %d, had failed", h.failed, at)
		}
	}
}

// TestHiccup fails each call of Kargo's API in turn: nothing is lost and nothing
// sent twice, whether all are taken at once or one is put off. What Kargo reads
// before it asks for one again is lost to that Promotion, which says so: promoted
// again, that one is sent.
func TestHiccup(t *testing.T) {
	eachRecorder(t, func(t *testing.T, s subject) {
		target := s.dispatches[0]
		if len(s.dispatches) > 3 || s.shares(target) {
			t.Skip("as the others")
		}
		for name, faults := range map[string][]github.Fault{"taken": nil, "put off": {first(1, says(503, "busy"))}} {
			t.Run(name, func(t *testing.T) {
				eachHiccup(t, func(t *testing.T, h *hiccup) {
					server := s.github(t, target.request, faults...)
					p := s.in(t, s.pointedAt(t, server, haste{}), cluster.Secrets(s.stage, token))
					ended := h.in(p).promote(t)
					if strings.HasPrefix(h.failed, "the write") && ended.Status != kargoapi.PromotionPhaseSucceeded {
						t.Errorf("a write that failed once ended the Promotion %s: %s", ended.Status, ended.Message)
					}
					lost := faults != nil && ended.failed(t, target.alias)
					if lost {
						if ended.Status == kargoapi.PromotionPhaseSucceeded || !strings.Contains(ended.Message, "failed to get ") {
							t.Errorf("the Promotion ended %s: %s", ended.Status, ended.Message)
						}
						time.Sleep(time.Millisecond) // Promotions are told apart by the millisecond.
						p.promote(t)
					}
					s.want(t, server, fmt.Sprintf("call %d", h.at), 1, "", 0)
					if len(s.runsOf(server)) != len(s.dispatches) {
						t.Errorf("built were %v; %s: %s", s.runsOf(server), ended.Status, ended.Message)
					}
				})
			})
		}
	})
}

// TestHiccupAtFirst fails each call in the first Promotions of a Stage and of the
// one in which its Freight rests: the next digest is built on all the same.
func TestHiccupAtFirst(t *testing.T) {
	enroll(t, func(t *testing.T, e *enrollment) {
		if len(e.dispatches) > 3 || e.shares(e.dispatches[0]) {
			t.Skip("as the others")
		}
		eachHiccup(t, func(t *testing.T, h *hiccup) {
			e := e.anew(t)
			if e.rests != nil {
				ended := h.in(place{e.kargo, e.rests, e.freight}).promote(t)
				// Freight rests where the Promotion has succeeded.
				if ended.Status != kargoapi.PromotionPhaseSucceeded && !ended.failed(t, "settle") {
					t.Errorf("the Promotion to %s ended %s: %s", e.rests.Name, ended.Status, ended.Message)
				}
			}
			h.in(e.place).promote(t)
			e.built(t, "the first", 0, 1)
			e.found(t, 'd')
			succeeds(t, e.place)
			e.built(t, "the second", 1, 2)
		})
	})
}

// anew is the same with nothing written down.
func (e *enrollment) anew(t *testing.T) *enrollment {
	t.Helper()
	e.server.Forget()
	again := &enrollment{subject: e.subject, server: e.server}
	again.place = e.fresh(t, e.place.stage, cluster.Secrets(e.place.stage, token))
	if e.rests != nil {
		again.rests = e.rests.DeepCopy()
		again.create(t, again.rests)
	}
	return again
}
