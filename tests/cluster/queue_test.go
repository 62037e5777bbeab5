package cluster

import (
	"maps"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/cluster/rig"
	"image-factory/conformance/github"
)

// TestQueue pushes three digests while one dispatch of a Stage waits. When GitHub is back each image is built once more
// than before, since a build takes what the tag is when it runs.
func TestQueue(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	f.Rest(three, "debian:12")
	seen := len(f.Promotions())
	f.GitHub.Fail(onPath(github.Fault{Status: 503, Message: "busy"}))
	for i := range 3 {
		f.Push("debian:12")
		f.Poll()
		f.Eventually(time.Minute, "a Promotion for each digest", func() bool { return len(f.Promotions()) > seen+i })
	}
	time.Sleep(3 * time.Second)
	promised(t, "| its Promotion is `Pending` | Another one is `Running`: one at a time. |",
		"One that has waited for another sends only what that one has not sent meanwhile")
	for i, want := range []kargoapi.PromotionPhase{"Running", "Pending", "Pending"} {
		if phase := f.Promotions()[seen+i].Status.Phase; phase != want {
			t.Errorf("Promotion %d is %s, want %s", i, phase, want)
		}
	}
	f.GitHub.Mend()
	f.AwaitPromotions(seen+3, 2*time.Minute)
	time.Sleep(2 * time.Second)
	// b and c went out for the first digest at once, and go out again for the newest.
	want := map[string]int{"acme/a": 1, "acme/b": 2, "acme/c": 2}
	if got := runs(f); !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
