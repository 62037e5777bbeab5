package cluster

import (
	"fmt"
	"strings"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/cluster/rig"
	"image-factory/conformance/github"
)

// posts are the requests that start something, and the number of all others.
func posts(f *rig.Factory) (sent []github.Request, looks int) {
	for _, request := range f.GitHub.Requests() {
		if request.Method == "POST" {
			sent = append(sent, request)
		} else {
			looks++
		}
	}
	return sent, looks
}

// slow is for tests that wait longer than CI should.
func slow(t *testing.T) {
	t.Helper()
	if !rig.All() {
		t.Skip("waits for long; see --all")
	}
	t.Parallel()
}

// TestCascade pushes a base of two images, one of which is built on the other too: that one is built when the other was.
func TestCascade(t *testing.T) {
	slow(t)
	f := rig.New(t)
	f.Rest(`
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, baseImages: ["BASE/debian:12"]}
- {name: b, repository: REPOSITORY/b, source: {repo: acme/b}, cascade: reduce, baseImages: ["BASE/a:1", "BASE/debian:12"]}
`, "debian:12", "a:1")
	f.Push("debian:12")
	f.Poll()
	f.AwaitRequests(1, time.Minute)
	time.Sleep(5 * time.Second)
	if sent, _ := posts(f); len(sent) != 1 || !strings.Contains(sent[0].Path, "/acme/a/") {
		t.Fatalf("the base has started\n%v", f.Requests())
	}
	f.Push("a:1")
	f.Poll()
	f.AwaitRequests(2, time.Minute)
	if sent, _ := posts(f); len(sent) != 2 || !strings.Contains(sent[1].Path, "/acme/b/") {
		t.Fatalf("the image between has started\n%v", f.Requests())
	}
}

// TestPauses sends five rebuilds two at a time.
func TestPauses(t *testing.T) {
	if !rig.Newest() {
		t.Skip("needs Kargo 1.11")
	}
	slow(t)
	f := rig.New(t)
	images := `
baseImages: [{image: "BASE/debian:12", maxParallel: 2, stagger: 10s}]
images:
`
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		images += fmt.Sprintf("- {name: %[1]s, repository: REPOSITORY/%[1]s, source: {repo: acme/%[1]s}, baseImages: [\"BASE/debian:12\"]}\n", name)
	}
	f.Rest(images, "debian:12")
	seen := len(f.Promotions())
	f.Push("debian:12")
	f.Poll()
	f.AwaitPromotions(seen+1, 5*time.Minute)
	sent, looks := posts(f)
	if len(sent) != 5 {
		t.Fatalf("dispatched %d times:\n%v", len(sent), f.Requests())
	}
	for i, request := range sent {
		if !strings.Contains(request.Path, "/acme/"+string(rune('a'+i))+"/") {
			t.Errorf("the order is\n%v", f.Requests())
		}
		// Kargo keeps the begin of a step in whole seconds.
		if gap := request.At.Sub(sent[max(i-1, 0)].At); i > 0 && i%2 == 0 && gap < 9*time.Second {
			t.Errorf("%s between two groups", gap)
		}
	}
	if looks < 4 {
		t.Errorf("looked %d times", looks)
	}
	t.Logf("PAUSES | 5 in groups of 2 | %s between the first and the last | looked %d times",
		sent[4].At.Sub(sent[0].At).Round(time.Second), looks)
}

// TestFixed pushes two digests within a delay that begins with the first: both are built on once, when it is over.
func TestFixed(t *testing.T) {
	slow(t)
	f := rig.New(t)
	f.Rest(`
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, baseImages: ["BASE/debian:12"], delay: {mode: fixed, for: 30s}}
`, "debian:12")
	seen := len(f.Promotions())
	var came time.Time
	for i := range 2 {
		f.Push("debian:12")
		f.Poll()
		f.Eventually(time.Minute, "a Promotion for each digest", func() bool { return len(f.Promotions()) > seen+i })
		if i == 0 {
			came = time.Now()
		}
	}
	f.AwaitPromotions(seen+2, 8*time.Minute)
	sent, looks := posts(f)
	// The Promotion was made up to a few seconds before it was seen.
	if len(sent) != 1 || sent[0].At.Sub(came) < 20*time.Second {
		t.Fatalf("dispatched %d times after %s:\n%v", len(sent), sent[0].At.Sub(came), f.Requests())
	}
	t.Logf("FIXED | 30s | dispatched %s after it was seen | looked %d times", sent[0].At.Sub(came).Round(time.Second), looks)
}

// TestUrgent has a Promotion wait for an hour, ends it and promotes by hand, with the README's lines.
func TestUrgent(t *testing.T) {
	slow(t)
	f := rig.New(t)
	f.Rest(`
urgent: {label: urgent}
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, baseImages: ["BASE/debian:12"], delay: {mode: fixed, for: 1h}}
`, "debian:12")
	f.Push("debian:12")
	f.Poll()
	waits := func() *kargoapi.Promotion {
		for _, promotion := range f.Promotions() {
			if promotion.Status.Phase == kargoapi.PromotionPhaseRunning {
				return &promotion
			}
		}
		return nil
	}
	f.Eventually(time.Minute, "a Promotion waits", func() bool {
		_, looks := posts(f)
		return waits() != nil && looks > 0
	})
	promised(t, "kubectl annotate promotions.kargo.akuity.io NAME -n image-factory-kargo kargo.akuity.io/abort=terminate")
	f.Kubectl("annotate", "promotions.kargo.akuity.io", waits().Name, "-n", f.Project, "kargo.akuity.io/abort=terminate")
	f.Eventually(time.Minute, "it has ended", func() bool { return waits() == nil })
	if sent, _ := posts(f); len(sent) != 0 {
		t.Fatalf("dispatched before:\n%v", f.Requests())
	}
	newest := f.Newest()
	f.GitHub.Forget()
	f.Promote(newest)
	f.AwaitRequests(1, time.Minute)
	for _, freight := range f.Freight() {
		says := string(freight.Status.Metadata["urgent-"+f.Stages()[0].Name].Raw)
		if freight.Name == newest && !strings.Contains(says, "promoted by ") {
			t.Errorf("the Freight says %q", says)
		}
	}
}

// TestUrgentFreight lets Freight go that rests, with the README's patch: it waits neither for its time nor for the window.
func TestUrgentFreight(t *testing.T) {
	slow(t)
	f := rig.New(t)
	// Open in twelve hours.
	opens := time.Now().UTC().Add(12 * time.Hour)
	f.Rest(fmt.Sprintf(`
urgent: {label: urgent}
schedule: {timezone: UTC, allow: ["Mon-Sun %s-%s"]}
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, baseImages: ["BASE/debian:12"], rebuildDelay: 15s}
`, opens.Format("15:04"), opens.Add(time.Hour).Format("15:04")), "debian:12")
	trigger := ""
	for _, stage := range f.Stages() {
		if strings.HasPrefix(stage.Name, "rebuild-trigger-") {
			trigger = stage.Name
		}
	}
	of := func(stage string, freight string) int {
		count := 0
		for _, promotion := range f.Promotions() {
			if promotion.Spec.Stage == stage && (freight == "" || promotion.Spec.Freight == freight) && promotion.Status.Phase.IsTerminal() {
				count++
			}
		}
		return count
	}
	f.Eventually(2*time.Minute, "what is found first is written down", func() bool {
		f.Reconcile()
		time.Sleep(time.Second)
		return of(trigger, "") > 0
	})
	f.Edit("requiredSoakTime: 15s", "requiredSoakTime: 2h0m0s")
	f.Apply()
	f.GitHub.Forget()
	first := f.Newest()
	f.Push("debian:12")
	f.Poll()
	var newest string
	f.Eventually(time.Minute, "the new Freight rests", func() bool {
		newest = f.Newest()
		return newest != first && of(strings.Replace(trigger, "rebuild-trigger-", "soak-", 1), newest) > 0
	})
	time.Sleep(20 * time.Second)
	f.Reconcile()
	if sent, _ := posts(f); len(sent) != 0 || of(trigger, newest) != 0 {
		t.Fatalf("it does not rest: %v", f.Requests())
	}
	promised(t, "kubectl patch freights.kargo.akuity.io FREIGHT -n image-factory-kargo --subresource=status --type=merge",
		`-p '{"status": {"metadata": {"urgent": "CVE-2026-1234"}, "approvedFor": {"rebuild-trigger-node-22-after-7d": {}}}}'`)
	f.Kubectl("patch", "freights.kargo.akuity.io", newest, "-n", f.Project, "--subresource=status", "--type=merge", "-p",
		fmt.Sprintf(`{"status": {"metadata": {"urgent": "CVE-2026-1234"}, "approvedFor": {%q: {}}}}`, trigger))
	began := time.Now()
	f.Eventually(2*time.Minute, "it is dispatched", func() bool {
		f.Reconcile()
		time.Sleep(time.Second)
		sent, _ := posts(f)
		return len(sent) == 1
	})
	t.Logf("URGENT | dispatched %s after it was said", rounded(time.Since(began)))
	for _, freight := range f.Freight() {
		says := string(freight.Status.Metadata["urgent-"+trigger].Raw)
		if freight.Name == newest && !strings.Contains(says, "said on the Freight: CVE-2026-1234") {
			t.Errorf("the Freight says %q", says)
		}
	}
}

// TestManyPauses sends 300 rebuilds fifty at a time, each once and in order.
func TestManyPauses(t *testing.T) {
	if !rig.Newest() {
		t.Skip("needs Kargo 1.11")
	}
	slow(t)
	const images, atOnce = 300, 50
	f := rig.New(t)
	f.Rest(`baseImages: [{image: "BASE/debian:12", maxParallel: 50, stagger: 10s}]
`+dependents(images), "debian:12")
	seen := len(f.Promotions())
	f.Push("debian:12")
	f.Poll()
	f.Eventually(8*time.Minute, "all are dispatched", func() bool { return len(runs(f)) >= images })
	for _, promotion := range f.AwaitPromotions(seen+1, 3*time.Minute) {
		wantEnd(t, promotion, "Succeeded", "")
	}
	atMost(t, f, images, 0)
	sent, looks := posts(f)
	for i, request := range sent {
		if !strings.Contains(request.Path, fmt.Sprintf("/acme/i%03d/", i)) {
			t.Fatalf("the %d. request is %s", i, request.Path)
		}
		if gap := request.At.Sub(sent[max(i-1, 0)].At); i > 0 && i%atOnce == 0 && gap < 9*time.Second {
			t.Errorf("%s between two groups", gap)
		}
	}
	t.Logf("PAUSES | %d in groups of %d | %s between the first and the last | looked %d times", images, atOnce,
		sent[len(sent)-1].At.Sub(sent[0].At).Round(time.Second), looks)
}
