package cluster

import (
	"testing"
	"time"

	"image-factory/cluster/rig"
)

// TestMany rebuilds all dependents of a base that has many of them, each once.
func TestMany(t *testing.T) {
	for _, many := range []struct {
		name   string
		images int
		within time.Duration
	}{{"35", 35, time.Minute}, {"300", 300, 4 * time.Minute}} {
		t.Run(many.name, func(t *testing.T) {
			if many.images > 100 && !rig.All() {
				t.Skip("takes too long for CI; run.sh --all")
			}
			t.Parallel()
			f := rig.New(t)
			f.Rest(dependents(many.images), "debian:12")
			seen := f.Promotions()
			f.Push("debian:12")
			f.Poll()
			began := time.Now()
			f.Eventually(many.within, "all are dispatched", func() bool { return len(runs(f)) >= many.images })
			requests := f.GitHub.Requests()
			t.Logf("MANY | %d | %s between the first and the last | %s after the poll", many.images,
				rounded(requests[len(requests)-1].At.Sub(requests[0].At)), rounded(time.Since(began)))
			for _, promotion := range f.AwaitPromotions(len(seen)+1, 3*time.Minute) {
				wantEnd(t, promotion, "Succeeded", "")
			}
			atMost(t, f, many.images, 0)
		})
	}
}
