package cluster

import (
	"testing"
	"time"

	"image-factory/cluster/rig"
)

// dispatchesOnEnroll says that what Kargo sees of a base for the first time starts builds. To be false once there is
// `onEnroll: baseline`, which only notes the digest that is there.
const dispatchesOnEnroll = true

// enrolled wants what was sent when as many pairs of image and base were seen for the first time.
func enrolled(t *testing.T, f *rig.Factory, pairs int) {
	t.Helper()
	if !dispatchesOnEnroll {
		pairs = 0
	}
	if requests := f.Requests(); len(requests) != pairs {
		t.Errorf("%d dispatches, want %d: %q", len(requests), pairs, requests)
	}
}

// TestEnroll applies a manifest for the first time, and again after the Project was deleted.
func TestEnroll(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	for range 2 {
		f.Rest(three, "debian:12")
		f.Push("debian:12")
		f.Poll()
		f.AwaitRequests(3, time.Minute)
		f.Kubectl("delete", "project", f.Project, "--timeout=90s")
		f.Eventually(time.Minute, "the Namespace is gone", func() bool {
			return f.Kubectl("get", "namespace", f.Project, "--ignore-not-found") == ""
		})
		f.Kubectl("create", "namespace", f.Project)
		f.Secret(rig.Token)
	}
	f.Synth(three)
	f.GitHub.Forget()
	f.Apply()
	f.AwaitStages(time.Minute)
	time.Sleep(3 * time.Second)
	enrolled(t, f, 3)
}
