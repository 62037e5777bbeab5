package cluster

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"image-factory/cluster/rig"
	"image-factory/conformance/github"
)

// TestDelay lets a digest rest before anything is built on it: one that is replaced meanwhile is never built on.
func TestDelay(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	f.Rest(`
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, baseImages: ["BASE/debian:12"], rebuildDelay: 15s}
`, "debian:12")

	// promoted waits for so many Promotions of the Stage whose Freight has to rest.
	promoted := func(count int) {
		t.Helper()
		f.Eventually(2*time.Minute, "what has rested is promoted", func() bool {
			f.Reconcile()
			time.Sleep(time.Second)
			over := 0
			for _, promotion := range f.Promotions() {
				if strings.HasPrefix(promotion.Spec.Stage, "rebuild-trigger-") && promotion.Status.Phase.IsTerminal() {
					over++
				}
			}
			return over >= count
		})
	}
	promoted(1)
	f.GitHub.Forget()

	promised(t, "| it has a [delay](#delays), and its time is not over | It begins when `soak-<base>` takes the Freight, and again with each new digest. |")
	f.Push("debian:12")
	f.Poll()
	time.Sleep(8 * time.Second)
	f.Push("debian:12")
	f.Poll()
	began := time.Now()
	promoted(2)
	requests := f.AwaitRequests(1, time.Second)
	if rested := requests[0].At.Sub(began); rested < 14*time.Second {
		t.Errorf("dispatched %s after the digest that it is for", rested)
	}
}

// TestWindow pushes two digests while a Stage is closed: nothing is sent before it opens, and then one dispatch, since a
// build takes what the tag is when it runs. What the first digest was is written down without waiting.
func TestWindow(t *testing.T) {
	if !rig.All() {
		t.Skip("waits for minutes; see --all")
	}
	t.Parallel()
	f := rig.New(t)
	opens := time.Now().UTC().Add(4 * time.Minute).Truncate(time.Minute)
	f.Push("debian:12")
	f.Synth(fmt.Sprintf(`
schedule: {allow: ["%s-%s"]}
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, baseImages: ["BASE/debian:12"]}
`, opens.Format("15:04"), opens.Add(2*time.Hour).Format("15:04")))
	if rig.Newest() {
		f.Edit("pollInterval: 5m0s", "pollInterval: 10s")
	}
	f.Apply()
	f.AwaitStages(5 * time.Minute)
	f.GitHub.Forget()
	seen := len(f.Promotions())
	for i := range 2 {
		f.Push("debian:12")
		f.Poll()
		f.Eventually(time.Minute, "a Promotion for each digest", func() bool { return len(f.Promotions()) > seen+i })
	}
	if time.Now().After(opens) {
		t.Fatal("the machine is too slow: it has opened before both digests were there")
	}
	f.AwaitPromotions(seen+2, 10*time.Minute)
	var sent []github.Request
	looks := 0
	for _, request := range f.GitHub.Requests() {
		if request.Method == "POST" {
			sent = append(sent, request)
		} else {
			looks++
		}
	}
	if len(sent) != 1 || sent[0].At.Before(opens) {
		t.Fatalf("dispatched %d times, opened at %s:\n%v", len(sent), opens, f.Requests())
	}
	t.Logf("looked %d times, dispatched %s after it opened", looks, sent[0].At.Sub(opens).Round(time.Second))
}

// TestManual builds nothing until somebody promotes.
func TestManual(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	f.Rest(`
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, baseImages: ["BASE/debian:12"], autoRebuild: false}
`, "debian:12")
	f.Eventually(time.Minute, "the first Freight", func() bool { return len(f.Freight()) == 1 })
	f.Push("debian:12")
	f.Poll()
	f.Eventually(time.Minute, "Freight of the new digest", func() bool { return len(f.Freight()) == 2 })
	time.Sleep(5 * time.Second)
	if requests := f.Requests(); len(requests) != 0 {
		t.Fatalf("dispatched by itself: %q", requests)
	}
	promised(t, "| its description ends in `that somebody promotes` | `autoRebuild: false` somewhere")
	if says := f.Stages()[0].Annotations["kargo.akuity.io/description"]; !strings.HasSuffix(says, "that somebody promotes") {
		t.Errorf("the Stage's description: %s", says)
	}
	f.Promote(f.Newest())
	f.AwaitRequests(1, time.Minute)
}

// TestTwoBases pushes both bases of an image at once: each is a reason to build it.
func TestTwoBases(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	f.Rest(`
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, baseImages: ["BASE/debian:12", "BASE/node:22"]}
`, "debian:12", "node:22")
	f.Push("debian:12", "node:22")
	f.Poll()
	requests := f.AwaitRequests(2, time.Minute)
	var bases []string
	for _, request := range requests {
		for _, base := range []string{"debian-12", "node-22"} {
			if strings.Contains(request.Body, base) {
				bases = append(bases, base)
			}
		}
	}
	slices.Sort(bases)
	if !slices.Equal(bases, []string{"debian-12", "node-22"}) {
		t.Errorf("dispatched for %q", bases)
	}
}

// TestPlaceholders sends what only Kargo knows: the digest that was pushed, and its names of Freight and Promotion. All are texts,
// whatever they look like.
func TestPlaceholders(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	f.Rest(`
images:
- name: a
  repository: REPOSITORY/a
  source: {repo: acme/a}
  baseImages: ["BASE/debian:1.10"]
  inputs: {base: "{{ base.image }}@{{ base.digest }}", before: "{{ base.previousDigest }}", tag: "{{ base.tag }}", why: "{{ freight.name }} {{ promotion.name }}"}
`, "debian:1.10")
	before := f.Push("debian:1.10")
	f.Poll()
	f.AwaitRequests(1, time.Minute)
	f.AwaitStages(time.Minute)
	digest := f.Push("debian:1.10")
	f.Poll()
	request := f.AwaitRequests(2, time.Minute)[1]
	var body struct{ Inputs map[string]any }
	if err := json.Unmarshal([]byte(request.Body), &body); err != nil {
		t.Fatalf("%s: %v", request.Body, err)
	}
	freight := f.Newest()
	var promotion string
	for _, one := range f.Promotions() {
		if one.Spec.Freight == freight && strings.HasPrefix(one.Spec.Stage, "rebuild-trigger-") {
			promotion = one.Name
		}
	}
	for name, want := range map[string]string{
		"base": f.Image("debian:1.10") + "@" + digest, "before": before, "tag": "1.10", "why": freight + " " + promotion,
	} {
		if body.Inputs[name] != want {
			t.Errorf("%s is %v, want %q", name, body.Inputs[name], want)
		}
	}
}
