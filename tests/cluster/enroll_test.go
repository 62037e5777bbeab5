package cluster

import (
	"maps"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"image-factory/cluster/rig"
)

// nothing wants that no image is built, and leaves time for it.
func nothing(t *testing.T, f *rig.Factory, when string) {
	t.Helper()
	f.AwaitStages(time.Minute)
	time.Sleep(3 * time.Second)
	if requests := f.Requests(); len(requests) != 0 {
		t.Errorf("%s: %d dispatches, want none: %q", when, len(requests), requests)
	}
	f.GitHub.Forget()
}

// built wants that each of these images is built once for every base that is named after it, and no other.
func built(t *testing.T, f *rig.Factory, when string, want map[string]int) {
	t.Helper()
	count := 0
	for _, times := range want {
		count += times
	}
	f.AwaitRequests(count, time.Minute)
	if got := runs(f); !maps.Equal(got, want) {
		t.Errorf("%s: built were %v, want %v", when, got, want)
	}
	f.AwaitStages(time.Minute)
	f.GitHub.Forget()
}

// TestEnroll applies a manifest for the first time, changes it, and deletes the Project and makes it again: what Kargo
// finds there starts nothing, and each digest that comes after it is built on.
func TestEnroll(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	f.Push("debian:12", "node:22")
	for _, when := range []string{"the first apply", "the Project was made again"} {
		f.Synth(three)
		f.Apply()
		nothing(t, f, when)
		f.Push("debian:12")
		f.Poll()
		built(t, f, when+", the next digest", map[string]int{"acme/a": 1, "acme/b": 1, "acme/c": 1})
		f.Synth(`
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, baseImages: ["BASE/debian:12", "BASE/node:22"]}
- {name: b, repository: REPOSITORY/b, source: {repo: acme/b}, baseImages: ["BASE/node:22"]}
- {name: d, repository: REPOSITORY/d, source: {repo: acme/d}, baseImages: ["BASE/debian:12"]}
`)
		f.Apply()
		nothing(t, f, when+", a new base, another base and a new image")
		f.Push("debian:12")
		f.Poll()
		built(t, f, when+", the next of the old base", map[string]int{"acme/a": 1, "acme/d": 1})
		f.Push("node:22")
		f.Poll()
		built(t, f, when+", the next of the new base", map[string]int{"acme/a": 1, "acme/b": 1})
		f.Kubectl("delete", "project", f.Project, "--timeout=90s")
		f.Eventually(time.Minute, "the Namespace is gone", func() bool {
			return f.Kubectl("get", "namespace", f.Project, "--ignore-not-found") == ""
		})
		f.Kubectl("create", "namespace", f.Project)
		f.Secret(rig.Token)
	}
}

// TestEnrollWithoutSecret has the Secret come after the first apply.
func TestEnrollWithoutSecret(t *testing.T) {
	t.Parallel()
	promised(t, "**A missing Secret** fails the first Promotions, and what they found is written down all the same: make the Secret, and nothing else has to be done.")
	f := rig.New(t)
	f.Kubectl("delete", "secret", "github-credentials", "-n", f.Project)
	f.Push("debian:12")
	f.Synth(three)
	f.Apply()
	wantEnd(t, newest(f, nil), "Failed", "is missing")
	f.Secret(rig.Token)
	f.Push("debian:12")
	f.Poll()
	built(t, f, "the next digest", map[string]int{"acme/a": 1, "acme/b": 1, "acme/c": 1})
}

// TestEnrollAtOnce pushes a digest as soon as Kargo has seen the first one.
func TestEnrollAtOnce(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	f.Push("debian:12")
	f.Synth(three)
	f.Apply()
	f.Eventually(time.Minute, "the first Freight", func() bool { return len(f.Freight()) > 0 })
	f.Push("debian:12")
	f.Poll()
	built(t, f, "the second", map[string]int{"acme/a": 1, "acme/b": 1, "acme/c": 1})
}

// TestEnrollRebuild asks for a build of what is there, for an image and for a base.
func TestEnrollRebuild(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	f.Push("debian:12", "node:22")
	f.Synth(`
baseImages:
- {image: "BASE/node:22", onEnroll: rebuild}
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, baseImages: ["BASE/debian:12"], onEnroll: rebuild}
- {name: b, repository: REPOSITORY/b, source: {repo: acme/b}, baseImages: ["BASE/debian:12"]}
- {name: c, repository: REPOSITORY/c, source: {repo: acme/c}, baseImages: ["BASE/node:22"]}
- {name: d, repository: REPOSITORY/d, source: {repo: acme/d}, baseImages: ["BASE/node:22"], onEnroll: baseline}
`)
	f.Apply()
	built(t, f, "the first apply", map[string]int{"acme/a": 1, "acme/c": 1})
	f.Push("debian:12", "node:22")
	f.Poll()
	built(t, f, "the next digests", map[string]int{"acme/a": 1, "acme/b": 1, "acme/c": 1, "acme/d": 1})
}

// TestEnrollDelay has what Kargo finds first rest, and be replaced before it has rested.
func TestEnrollDelay(t *testing.T) {
	t.Parallel()
	for _, replaced := range []bool{false, true} {
		name := map[bool]string{false: "rested", true: "replaced"}[replaced]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := rig.New(t)
			f.Push("debian:12")
			// What is replaced must not have rested before, however busy the machine is.
			a := `
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, baseImages: ["BASE/debian:12"], rebuildDelay: 15s}
`
			if replaced {
				a = strings.Replace(a, "15s", "45s", 1)
			}
			f.Synth(a)
			f.Apply()
			f.AwaitStages(time.Minute)
			// promoted waits for so many Promotions of Stages whose Freight has to rest.
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
			count := 1
			if !replaced {
				promoted(count)
				nothing(t, f, "the first has rested")
				count++
			}
			f.Push("debian:12")
			f.Poll()
			promoted(count)
			built(t, f, "the second has rested", map[string]int{"acme/a": 1})
			// An image that is new, with a delay of its own, takes what has rested already.
			f.Synth(a + `- {name: b, repository: REPOSITORY/b, source: {repo: acme/b}, baseImages: ["BASE/debian:12"], rebuildDelay: 5s}
`)
			f.Apply()
			promoted(count + 1)
			nothing(t, f, "a new image")
			f.Push("debian:12")
			f.Poll()
			promoted(count + 3)
			built(t, f, "the third has rested", map[string]int{"acme/a": 1, "acme/b": 1})
		})
	}
}

// TestEnrolledBefore has Stages on which an older version has written nothing down, and runs the README's line before
// another digest comes.
func TestEnrolledBefore(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	f.Rest(three, "debian:12")
	stage := f.Stages()[0].Name
	f.Kubectl("patch", "stages.kargo.akuity.io", stage, "-n", f.Project, "--subresource=status", "--type=json",
		"-p", `[{"op": "remove", "path": "/status/metadata"}]`)
	out, err := exec.CommandContext(t.Context(), "bash", "-c", strings.ReplaceAll(readme(t, "```sh\nkubectl get stages.kargo.akuity.io -n image-factory-kargo -o name | xargs"), "image-factory-kargo", f.Project)).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f.Push("debian:12")
	f.Poll()
	built(t, f, "the next digest", map[string]int{"acme/a": 1, "acme/b": 1, "acme/c": 1})
}

// readme gives the README's block that begins so.
func readme(t *testing.T, start string) string {
	t.Helper()
	text, err := os.ReadFile(os.Getenv("CLUSTER_README"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), start)
	block, _, closed := strings.Cut(rest, "\n```")
	if !found || !closed {
		t.Fatalf("the README has nothing that begins %s", start)
	}
	return strings.TrimPrefix(start, "```sh\n") + block
}
