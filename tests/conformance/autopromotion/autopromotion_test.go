// Package autopromotion asks Kargo which Stages it promotes without being
// asked, and with which Freight.
package autopromotion

import (
	"slices"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	"github.com/akuity/kargo/pkg/api"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"image-factory/conformance/cluster"
	"image-factory/conformance/expect"
	"image-factory/conformance/manifests"
)

// TestPolicies wants exactly the Stages promoted that are meant to be, and no
// policy for a Stage that does not exist.
func TestPolicies(t *testing.T) {
	manifests.Each(t, func(t *testing.T, set manifests.Set) {
		kargo := cluster.Client(t, set.KargoObjects(t)...)
		file := expect.Of(t, set)
		enabled := map[string]bool{}
		for _, stage := range set.Stages(t) {
			automatic, err := api.IsAutoPromotionEnabled(t.Context(), kargo, stage.ObjectMeta)
			if err != nil {
				t.Fatal(err)
			}
			enabled[stage.Name] = automatic
			if file != nil && automatic != file.Stages[stage.Name].Automatic {
				t.Errorf("%s: Kargo promotes it automatically: %t, want %t", stage.Name, automatic, !automatic)
			}
		}
		for _, policy := range set.ProjectConfig(t).Spec.PromotionPolicies {
			if policy.StageSelector == nil || policy.StageSelector.Name == "" {
				continue
			}
			if name := policy.StageSelector.Name; enabled[name] != policy.AutoPromotionEnabled {
				t.Errorf("the policy for %s has no effect", name)
			}
		}
	})
}

// TestOrigins wants every request answered: its Warehouse is there, and so are
// the Stages that it waits for, each of them a regular Stage of the same origin
// that Kargo promotes automatically.
func TestOrigins(t *testing.T) {
	manifests.Each(t, func(t *testing.T, set manifests.Set) {
		kargo := cluster.Client(t, set.KargoObjects(t)...)
		for _, stage := range set.Stages(t) {
			for _, request := range stage.Spec.RequestedFreight {
				warehouse := &kargoapi.Warehouse{}
				key := client.ObjectKey{Namespace: stage.Namespace, Name: request.Origin.Name}
				if err := kargo.Get(t.Context(), key, warehouse); err != nil {
					t.Errorf("%s asks for Freight from %s: %v", stage.Name, request.Origin.Name, err)
				}
				if !request.Sources.Direct && len(request.Sources.Stages) == 0 {
					t.Errorf("%s has no source of Freight", stage.Name)
				}
				for _, name := range request.Sources.Stages {
					checkUpstream(t, kargo, stage, name, request.Origin)
				}
			}
		}
	})
}

func checkUpstream(t *testing.T, kargo client.Client, stage *kargoapi.Stage, name string, origin kargoapi.FreightOrigin) {
	t.Helper()
	upstream := &kargoapi.Stage{}
	key := client.ObjectKey{Namespace: stage.Namespace, Name: name}
	if err := kargo.Get(t.Context(), key, upstream); err != nil {
		t.Errorf("%s waits for %s: %v", stage.Name, name, err)
		return
	}
	asks := func(r kargoapi.FreightRequest) bool { return r.Origin.Equals(&origin) }
	if !slices.ContainsFunc(upstream.Spec.RequestedFreight, asks) {
		t.Errorf("%s waits for %s, which asks for other Freight", stage.Name, name)
	}
	if len(manifests.Steps(upstream)) == 0 {
		t.Errorf("%s waits for %s, which has no step: nothing soaks in it", stage.Name, name)
	}
	automatic, err := api.IsAutoPromotionEnabled(t.Context(), kargo, upstream.ObjectMeta)
	if err != nil || !automatic {
		t.Errorf("%s waits for %s, which nobody promotes: %v", stage.Name, name, err)
	}
}

// world is a manifest's cluster with one piece of Freight of one origin.
type world struct {
	kargo   client.Client
	freight *kargoapi.Freight
}

// newWorld puts Freight into a cluster that has a given past.
func newWorld(t *testing.T, set manifests.Set, stage *kargoapi.Stage, past kargoapi.FreightStatus) world {
	t.Helper()
	freight := cluster.Freight(set.Warehouses(t), stage, "sha256:"+cluster.Hex('c', 64))
	freight.Status = past
	return world{cluster.Client(t, append(set.KargoObjects(t), freight)...), freight}
}

// candidate says whether Kargo would choose the Freight for a Stage, were it
// automatic.
func (w world) candidate(t *testing.T, stage *kargoapi.Stage) bool {
	t.Helper()
	available, err := api.ListFreightAvailableToStage(t.Context(), w.kargo, stage)
	if err != nil {
		t.Fatal(err)
	}
	candidates := api.SelectAutoPromotionCandidates(t.Context(), stage, available)
	chosen, ok := candidates[w.freight.Origin.String()]
	return ok && chosen.Name == w.freight.Name
}

// heldSince is the past of Freight that a Stage verified and holds.
func heldSince(stage string, ago time.Duration) kargoapi.FreightStatus {
	since := metav1.NewTime(time.Now().Add(-ago))
	return kargoapi.FreightStatus{
		CurrentlyIn: map[string]kargoapi.CurrentStage{stage: {Since: &since}},
		VerifiedIn:  map[string]kargoapi.VerifiedStage{stage: {VerifiedAt: &since}},
	}
}

// heldFor is the past of Freight that a Stage verified and held once.
func heldFor(stage string, duration time.Duration) kargoapi.FreightStatus {
	past := heldSince(stage, duration)
	past.CurrentlyIn = nil
	past.VerifiedIn[stage] = kargoapi.VerifiedStage{
		VerifiedAt:           past.VerifiedIn[stage].VerifiedAt,
		LongestCompletedSoak: &metav1.Duration{Duration: duration},
	}
	return past
}

// TestSoak lets Freight of every age ask for every Stage: it is taken at once
// where no delay is wanted, and where one is wanted, only when it has passed.
func TestSoak(t *testing.T) {
	manifests.Each(t, func(t *testing.T, set manifests.Set) {
		file := expect.Of(t, set)
		for _, stage := range set.Stages(t) {
			t.Run(stage.Name, func(t *testing.T) {
				sources := stage.Spec.RequestedFreight[0].Sources
				var soak time.Duration
				if sources.RequiredSoakTime != nil {
					soak = sources.RequiredSoakTime.Duration
				}
				if file != nil && file.Stages[stage.Name].Soak != printed(soak) {
					t.Errorf("soaks %s, want %s", printed(soak), file.Stages[stage.Name].Soak)
				}
				if soak == 0 {
					check(t, newWorld(t, set, stage, kargoapi.FreightStatus{}), stage, len(sources.Stages) == 0)
					return
				}
				if len(sources.Stages) == 0 {
					t.Fatal("a soak time without a Stage to soak in has no effect")
				}
				upstream := sources.Stages[0]
				for _, past := range []struct {
					name   string
					status kargoapi.FreightStatus
					want   bool
				}{
					{"just found", kargoapi.FreightStatus{}, false},
					{"just promoted upstream", heldSince(upstream, 0), false},
					{"a minute too young", heldSince(upstream, soak-time.Minute), false},
					{"old enough", heldSince(upstream, soak+time.Second), true},
					{"replaced before its time", heldFor(upstream, soak-time.Minute), false},
					{"replaced after its time", heldFor(upstream, soak), true},
				} {
					t.Run(past.name, func(t *testing.T) {
						check(t, newWorld(t, set, stage, past.status), stage, past.want)
					})
				}
			})
		}
	})
}

// check wants Kargo's choice to be what it must, and a chosen piece of Freight
// to be one that Kargo then lets be promoted.
func check(t *testing.T, w world, stage *kargoapi.Stage, want bool) {
	t.Helper()
	if got := w.candidate(t, stage); got != want {
		t.Errorf("Kargo would promote it: %t, want %t", got, want)
	}
	if got := stage.IsFreightAvailable(w.freight); got != want {
		t.Errorf("Kargo lets it be promoted: %t, want %t", got, want)
	}
}

// printed is a duration as Go prints it, nothing for none.
func printed(duration time.Duration) string {
	if duration == 0 {
		return ""
	}
	return duration.String()
}

// TestSoakElsewhere records where Kargo disagrees with itself: Freight that was
// just promoted to the Stage in which it must soak, but that was held long
// enough by any other Stage, is chosen by ListFreightAvailableToStage, which
// counts every Stage that verified it; IsFreightAvailable, which is asked when
// the Promotion is created, counts the listed Stages alone and refuses. So such
// a Stage waits as long as it should, and reports errors meanwhile. A release
// in which this fails has mended that: README and kargo.md can then say less.
func TestSoakElsewhere(t *testing.T) {
	manifests.Each(t, func(t *testing.T, set manifests.Set) {
		for _, stage := range set.Stages(t) {
			request := stage.Spec.RequestedFreight[0]
			if request.Sources.RequiredSoakTime == nil || len(request.Sources.Stages) == 0 {
				continue
			}
			t.Run(stage.Name, func(t *testing.T) {
				past := heldSince(request.Sources.Stages[0], 0)
				elsewhere := heldFor("elsewhere", request.Sources.RequiredSoakTime.Duration)
				past.VerifiedIn["elsewhere"] = elsewhere.VerifiedIn["elsewhere"]
				w := newWorld(t, set, stage, past)
				if !w.candidate(t, stage) {
					t.Error("Kargo no longer counts the soak in other Stages")
				}
				if stage.IsFreightAvailable(w.freight) {
					t.Error("Freight that soaked in another Stage is let through before its time")
				}
			})
		}
	})
}
