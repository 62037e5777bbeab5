package cluster

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"image-factory/cluster/rig"
)

// inTwo has three images on one base, one of which is built on another too, in two Projects.
func inTwo(shop *rig.Factory, images string) string {
	return fmt.Sprintf("projects:\n- {name: %s, images: [%s]}\n", shop.Project, images) + `
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, baseImages: ["BASE/debian:12"]}
- {name: b, repository: REPOSITORY/b, source: {repo: acme/b}, baseImages: ["BASE/debian:12", "BASE/a:1"]}
- {name: c, repository: REPOSITORY/c, source: {repo: acme/c}, baseImages: ["BASE/debian:12"]}
`
}

// inBoth has something done in both Projects.
func inBoth(do func(*rig.Factory), projects ...*rig.Factory) {
	for _, project := range projects {
		do(project)
	}
}

// TestProjects has one images.yaml for two Projects: a base that moves builds the images of each once, a chain goes on
// from one to the other, and a token that is wrong or missing stops its own Project alone.
func TestProjects(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	shop := f.Beside("shop")
	rest := func() { inBoth(func(p *rig.Factory) { p.AwaitStages(2 * time.Minute) }, f, shop) }
	poll := func() { inBoth((*rig.Factory).Poll, f, shop) }
	began := time.Now()
	told := func(what string) { t.Logf("PROJECTS | %s | %s", what, time.Since(began).Round(time.Second)) }

	f.Push("debian:12", "a:1")
	f.Synth(inTwo(shop, "b, c"))
	f.Apply()
	rest()
	nothing(t, f, "the first apply")
	told("applied and at rest")

	f.Push("debian:12")
	poll()
	built(t, f, "a base of both", map[string]int{"acme/a": 1, "acme/b": 1, "acme/c": 1})
	rest()
	told("a base of both has moved")

	f.Push("a:1")
	poll()
	built(t, f, "what one Project publishes and the other builds on", map[string]int{"acme/b": 1})
	rest()
	told("the chain has gone on")

	before, promotions := f.Generations(), len(f.Promotions())+len(shop.Promotions())
	f.Apply()
	rest()
	nothing(t, f, "applied again")
	if after := f.Generations(); after != before {
		t.Errorf("a second apply has changed\n%s\nto\n%s", before, after)
	}
	if now := len(f.Promotions()) + len(shop.Promotions()); now != promotions {
		t.Errorf("a second apply has promoted: %d, were %d", now, promotions)
	}
	told("applied again")

	for _, way := range []struct {
		take func()
		why  string
	}{
		{func() { shop.Secret("wrong") }, "Bad credentials"},
		{
			func() { f.Kubectl("delete", "secret", "github-credentials", "-n", shop.Project) },
			"Secret github-credentials in Namespace " + shop.Project + " is missing",
		},
	} {
		way.take()
		seen := shop.Promotions()
		f.Push("debian:12")
		poll()
		if failed := newest(shop, seen); rig.Newest() {
			wantEnd(t, failed, "Failed", way.why)
		}
		f.Eventually(time.Minute, "the other Project has built", func() bool { return runs(f)["acme/a"] > 0 })
		time.Sleep(3 * time.Second)
		if got := runs(f); len(got) != 1 || got["acme/a"] != 1 {
			t.Errorf("%s: built were %v, want acme/a once", way.why, got)
		}
		f.AwaitStages(time.Minute)
		f.GitHub.Forget()
		told(way.why)
	}
	// A Stage is Ready again when a Promotion of it has succeeded.
	shop.Secret(rig.Token)

	f.Synth(inTwo(shop, "c"))
	f.Apply()
	nothing(t, f, "an image has moved to the other Project")
	leftovers := func(behind string) []string {
		lines := readme(t, "```sh\nwhat=")
		lines = strings.NewReplacer("platform,payments,shop", f.Project+","+shop.Project, "dist/image-factory.k8s.yaml", f.Manifest).Replace(lines)
		out, err := exec.CommandContext(t.Context(), "bash", "-euc", strings.TrimSpace(lines)+behind).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s\n%s", err, lines, out)
		}
		return strings.Split(strings.TrimSpace(string(out)), "\n")
	}
	base := strings.NewReplacer(":", "-", "/", "-").Replace(f.Image("a:1"))
	in := " -n " + shop.Project
	want := []string{"Stage/rebuild-trigger-" + base + in, "Warehouse/" + base + in, "Warehouse/b" + in}
	if left := leftovers(""); !slices.Equal(left, want) {
		t.Errorf("left behind are %q, want %q", left, want)
	}
	leftovers(" | xargs -r -L1 kubectl delete")
	if left := leftovers(""); !slices.Equal(left, []string{""}) {
		t.Errorf("left behind are still %q", left)
	}
	f.Push("debian:12", "a:1")
	poll()
	built(t, f, "both bases, after the image has moved", map[string]int{"acme/a": 1, "acme/b": 2, "acme/c": 1})
	told("an image has moved")
}
