package cluster

import (
	"maps"
	"slices"
	"syscall"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/cluster/rig"
)

// perImage is an image that bases start one rebuild of if they move within twenty seconds, beside one that each starts
// one of.
const perImage = `
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, baseImages: ["BASE/debian:12", "BASE/node:22", "BASE/node:24"], trigger: perImage, together: 20s}
- {name: b, repository: REPOSITORY/b, source: {repo: acme/b}, baseImages: ["BASE/debian:12", "BASE/node:22"]}
`

// over waits until there are as many Promotions as that and all are over.
func over(t *testing.T, f *rig.Factory, count int) {
	t.Helper()
	f.AwaitPromotions(count, 3*time.Minute)
	f.AwaitStages(time.Minute)
}

// once wants these builds and no other; requests that look at the clock are none.
func once(t *testing.T, f *rig.Factory, when string, want map[string]int) {
	t.Helper()
	if got := runs(f); !maps.Equal(got, want) {
		t.Errorf("%s: built were %v, want %v", when, got, want)
	}
	t.Logf("SEVERAL | %s | built %v | %d requests", when, want, len(f.Requests()))
	f.GitHub.Forget()
}

// TestDistinct tells what Kargo makes twice from what somebody wants twice.
func TestDistinct(t *testing.T) {
	promotion := func(name, stage, freight, actor string) kargoapi.Promotion {
		p := kargoapi.Promotion{Spec: kargoapi.PromotionSpec{Stage: stage, Freight: freight}}
		p.Name = name
		if actor != "" {
			p.Annotations = map[string]string{kargoapi.AnnotationKeyCreateActor: actor}
		}
		return p
	}
	var got []string
	for _, p := range rig.Distinct([]kargoapi.Promotion{
		promotion("a1", "a", "x", ""), promotion("a2", "a", "x", ""), promotion("a3", "a", "y", ""),
		promotion("a4", "a", "x", "kubernetes:admin"), promotion("b1", "b", "x", ""),
	}) {
		got = append(got, p.Name)
	}
	if want := []string{"a1", "a3", "a4", "b1"}; !slices.Equal(got, want) {
		t.Errorf("left are %q, want %q", got, want)
	}
}

// TestSeveral has bases of an image move together, alone and one after the other.
func TestSeveral(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	f.Push("debian:12", "node:22", "node:24")
	f.Synth(perImage)
	f.Apply()
	nothing(t, f, "the first apply")
	count := len(f.Promotions())
	if want := 5; count != want {
		t.Errorf("%d Promotions of the first apply, want %d", count, want)
	}

	began := time.Now()
	f.Push("debian:12", "node:22", "node:24")
	f.Poll()
	over(t, f, count+5)
	once(t, f, "three together", map[string]int{"acme/a": 1, "acme/b": 2})
	t.Logf("SEVERAL | all Promotions over after %s", time.Since(began).Round(time.Second))

	began = time.Now()
	f.Push("node:24")
	f.Poll()
	over(t, f, count+6)
	once(t, f, "one alone", map[string]int{"acme/a": 1})
	t.Logf("SEVERAL | over after %s", time.Since(began).Round(time.Second))

	for i, tag := range []string{"debian:12", "node:22"} {
		f.Push(tag)
		f.Poll()
		over(t, f, count+6+2*(i+1))
	}
	once(t, f, "one after the other", map[string]int{"acme/a": 2, "acme/b": 2})

	f.Apply()
	nothing(t, f, "applied again")
}

// TestSeveralKilled ends Kargo's controller while a rebuild waits for other bases, and one of them waits for it.
func TestSeveralKilled(t *testing.T) {
	if !rig.All() {
		t.Skip("others cannot run beside it; run.sh --all")
	}
	controller := rig.TheController(t)
	f := rig.New(t)
	f.Rest(perImage, "debian:12", "node:22", "node:24")
	count := len(f.Promotions())
	f.Push("debian:12", "node:24")
	f.Poll()
	f.Eventually(time.Minute, "one waits, and another for it", func() bool {
		phases := map[kargoapi.PromotionPhase]int{}
		for _, promotion := range f.Promotions() {
			phases[promotion.Status.Phase]++
		}
		return phases[kargoapi.PromotionPhaseRunning] == 1 && phases[kargoapi.PromotionPhasePending] == 1
	})
	controller.End(syscall.SIGKILL)
	controller.Lose()
	controller.Start()
	over(t, f, count+3)
	once(t, f, "killed while it waited", map[string]int{"acme/a": 1, "acme/b": 1})
}
