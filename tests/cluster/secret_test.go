package cluster

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/cluster/rig"
	"image-factory/conformance/github"
)

// again has the Freight of a Promotion that failed promoted again, by the two lines of the README.
func again(t *testing.T, f *rig.Factory, failed kargoapi.Promotion) {
	t.Helper()
	lines := readme(t, "```sh\nkubectl delete promotions.kargo.akuity.io NAME")
	lines = strings.NewReplacer("NAME", failed.Name, "STAGE", failed.Spec.Stage, "image-factory-kargo", f.Project).Replace(lines)
	if out, err := exec.CommandContext(t.Context(), "bash", "-euc", lines).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s\n%s", err, lines, out)
	}
}

// newest waits until the newest Promotion is over that is not one of those that were seen.
func newest(f *rig.Factory, seen []kargoapi.Promotion) kargoapi.Promotion {
	var found kargoapi.Promotion
	f.Eventually(time.Minute, "another Promotion is over", func() bool {
		for _, promotion := range f.Promotions() {
			known := slices.ContainsFunc(seen, func(p kargoapi.Promotion) bool { return p.UID == promotion.UID })
			if !known && promotion.Status.Phase.IsTerminal() {
				found = promotion
				return true
			}
		}
		return false
	})
	return found
}

func wantEnd(t *testing.T, promotion kargoapi.Promotion, phase kargoapi.PromotionPhase, message string) {
	t.Helper()
	if promotion.Status.Phase != phase || !strings.Contains(promotion.Status.Message, message) {
		t.Errorf("the Promotion is %s: %s; want %s: %s", promotion.Status.Phase, promotion.Status.Message, phase, message)
	}
}

// TestSecret takes the token away, gives a wrong one and then the right one.
func TestSecret(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	f.Rest(three, "debian:12")
	seen := f.Promotions()

	f.Kubectl("delete", "secret", "github-credentials", "-n", f.Project)
	f.Push("debian:12")
	f.Poll()
	failed := newest(f, seen)
	var ends kargoapi.PromotionPhase = "Failed"
	if rig.Fails() {
		wantEnd(t, failed, ends, "Secret github-credentials in Namespace "+f.Project+" is missing")
		if requests := f.Requests(); len(requests) != 0 {
			t.Errorf("sent without a token: %q", requests)
		}
	} else {
		ends = "Errored"
		wantEnd(t, failed, ends, `step "trigger-a": HTTP (401)`)
		// Nothing else is held against GitHub's description of what has a token.
		f.GitHub.Forget()
	}

	f.Secret("wrong")
	again(t, f, failed)
	failed = newest(f, seen)
	why := "Bad credentials; check that key password of Secret github-credentials"
	switch {
	case !rig.Fails():
		why = `step "trigger-a": HTTP (401)`
	case !rig.Newest():
		why = "3 of 3 rebuilds were not dispatched"
	}
	wantEnd(t, failed, ends, why)
	if started := runs(f); len(started) != 0 {
		t.Errorf("started with a wrong token: %v", started)
	}

	f.Secret(rig.Token)
	again(t, f, failed)
	wantEnd(t, newest(f, seen), "Succeeded", "")
	atMost(t, f, 3, 0)
}

// TestAgain has Freight promoted again of which a part was dispatched: what is missing is sent, and nothing else.
func TestAgain(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	f.Rest(three, "debian:12")
	seen := f.Promotions()
	f.GitHub.Fail(github.Fault{Path: "/repos/acme/b/*", Status: 404, Message: "Not Found"})
	f.Push("debian:12")
	f.Poll()
	failed := newest(f, seen)
	wantEnd(t, failed, "Failed", "rebuild of b (acme/b, b.yml at main) was not dispatched")

	promised(t, "| a former Promotion of this Freight failed | Kargo [never repeats it](#when-a-dispatch-fails). |",
		"**Kargo never repeats a Promotion that has failed.**")
	f.GitHub.Mend()
	f.Reconcile()
	time.Sleep(3 * time.Second)
	if now := f.Promotions(); len(now) != len(seen)+1 {
		t.Errorf("%d Promotions, want %d", len(now), len(seen)+1)
	}
	promised(t, "have the same Freight promoted again; only what is missing is sent. If nothing is, all is sent again.")
	again(t, f, failed)
	wantEnd(t, newest(f, seen), "Succeeded", "")
	atMost(t, f, 3, 0)
	f.Promote(failed.Spec.Freight)
	f.AwaitRequests(4+3, time.Minute)
	atMost(t, f, 3, 3)
}
