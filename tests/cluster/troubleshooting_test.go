package cluster

import (
	"fmt"
	"io/fs"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/cluster/rig"
	"image-factory/conformance/github"
)

// patients is an images.yaml with an image for each way in which GitHub refuses, and web.
const patients = `
retry: {timeout: 2m}
images:
- {name: web, repository: REPOSITORY/web, source: {repo: acme/web}, baseImages: ["BASE/debian:12"]}
- {name: away, repository: REPOSITORY/away, source: {repo: acme/away}, baseImages: ["BASE/debian:12"]}
- {name: read, repository: REPOSITORY/read, source: {repo: acme/read}, baseImages: ["BASE/debian:12"]}
- {name: branch, repository: REPOSITORY/branch, source: {repo: acme/branch}, baseImages: ["BASE/debian:12"]}
- {name: event, repository: REPOSITORY/event, source: {repo: acme/event}, baseImages: ["BASE/debian:12"]}
- {name: input, repository: REPOSITORY/input, source: {repo: acme/input}, baseImages: ["BASE/debian:12"]}
`

// withPatients is a factory of them at rest, which asks again sooner.
func withPatients(t *testing.T) *rig.Factory {
	t.Helper()
	f := rig.NewAt(t, strict())
	f.Push("debian:12")
	f.Synth(patients)
	f.Edit("pollInterval: 1m0s", "pollInterval: 10s")
	f.Edit("timeout: 2m0s", "timeout: 20s")
	f.Apply()
	f.AwaitStages(5 * time.Minute)
	f.GitHub.Forget()
	return f
}

// strict is where these refusals are GitHub's own: web may be started and away does not exist, read only lets itself be
// read, branch has no main, event no workflow_dispatch and input no base_image.
func strict() *github.World {
	const inputs = "version_bump: {}, triggered_by: {}"
	workflow := func(name, on string) fs.FS {
		return fstest.MapFS{".github/workflows/" + name + ".yml": {Data: []byte("on: " + on)}}
	}
	dispatch := func(inputs string) string { return "{workflow_dispatch: {inputs: {" + inputs + "}}}" }
	repository := func(branch string, files fs.FS) *github.Repository {
		return &github.Repository{DefaultBranch: branch, Refs: map[string]fs.FS{"refs/heads/" + branch: files}}
	}
	world := &github.World{Repositories: map[string]*github.Repository{
		"acme/web":    repository("main", workflow("web", dispatch(inputs+", base_image: {}"))),
		"acme/read":   repository("main", workflow("read", dispatch(inputs+", base_image: {}"))),
		"acme/branch": repository("trunk", workflow("branch", dispatch(inputs+", base_image: {}"))),
		"acme/event":  repository("main", workflow("event", "{push: {}}")),
		"acme/input":  repository("main", workflow("input", dispatch(inputs))),
	}}
	may := map[string]map[string]string{}
	for name := range world.Repositories {
		may[name] = map[string]string{"actions": "write"}
	}
	may["acme/read"]["actions"] = "read"
	world.Tokens = map[string]github.Token{rig.Token: {Repositories: may}}
	return world
}

// causes are the first cells of a table of the README, of which each is taken out by what is like it.
type causes []string

// said takes a row out, by what Kargo said: the row must have it, with ... for what is left out.
func (c *causes) said(t *testing.T, words string) {
	t.Helper()
	for i, row := range *c {
		code := strings.Split(row, "`")
		if len(code) < 3 {
			continue
		}
		pattern := strings.ReplaceAll(regexp.QuoteMeta(code[1]), `\.\.\.`, `.*`)
		if regexp.MustCompile(pattern).MatchString(words) {
			*c = slices.Delete(*c, i, i+1)
			return
		}
	}
	t.Errorf("no row of\n  %s\nis what Kargo said: %s", strings.Join(*c, "\n  "), words)
}

// causesIn gives those of the table below a heading.
func causesIn(t *testing.T, heading string) causes {
	t.Helper()
	var all causes
	for _, row := range table(t, heading) {
		all = append(all, row[0])
	}
	return all
}

// TestTroubleshooting brings about each row of the README's table of what a Promotion says, in the order of that table,
// and mends it as the README says: the Secret by the lines of its chapter, the rest by the two lines that have the same
// Freight promoted again.
func TestTroubleshooting(t *testing.T) {
	if !rig.Newest() {
		t.Skip("the README has the words of the newest release")
	}
	t.Parallel()
	left := causesIn(t, "### A workflow does not start")
	f := withPatients(t)
	// What is said to be as the README has it.
	words := func(p kargoapi.Promotion) string {
		return strings.NewReplacer(f.Project, "image-factory-kargo", "20s", "1h10m0s").Replace(p.Status.Message)
	}
	seen := f.Promotions()

	f.Kubectl("delete", "secret", "github-credentials", "-n", f.Project)
	f.Push("debian:12")
	f.Poll()
	failed := newest(f, seen)
	left.said(t, words(failed))
	lines := readme(t, "```sh\nread -rs TOKEN\nprintf '%s' \"$TOKEN\" |\n  kubectl create secret generic github-credentials")
	secret := func(token string) {
		t.Helper()
		command := exec.CommandContext(t.Context(), "bash", "-euc", strings.ReplaceAll(lines, "image-factory-kargo", f.Project))
		command.Stdin = strings.NewReader(token + "\n")
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s\n%s", err, lines, out)
		}
	}
	secret("wrong")
	again(t, f, failed)
	failed = newest(f, seen)
	left.said(t, words(failed))

	secret(rig.Token)
	again(t, f, failed)
	failed = newest(f, seen)
	promised(t, "One image's failure stops no other. At the end the step `report` fails with all that was not dispatched and what GitHub said of each, and so does the Promotion.")
	for range 5 {
		left.said(t, words(failed))
	}
	if got := fmt.Sprint(runs(f)); got != "map[acme/web:1]" {
		t.Errorf("started were %s", got)
	}

	// What takes long: GitHub puts one image off, then nobody listens.
	web := github.Fault{Path: "/repos/acme/web/*", Status: 503, Message: "Service unavailable"}
	f.GitHub.Fail(web)
	f.GitHub.Forget()
	seen = f.Promotions()
	f.Push("debian:12")
	f.Poll()
	f.Eventually(time.Minute, "a dispatch waits", func() bool {
		return len(f.GitHub.To("/repos/acme/web/actions/workflows/web.yml/dispatches")) > 1
	})
	promised(t, "While a Promotion waits it says nothing, or the last network error")
	waits := func(says string) {
		t.Helper()
		running := f.Promotions()[len(seen)].Status
		if running.Phase != kargoapi.PromotionPhaseRunning || !regexp.MustCompile(says).MatchString(running.Message) {
			t.Errorf("a Promotion that waits is %s and says %q, want %s", running.Phase, running.Message, says)
		}
	}
	waits("^$")
	left.said(t, words(newest(f, seen)))
	f.GitHub.Mend()
	f.GitHub.Refuse(time.Hour)
	seen = f.Promotions()
	f.Push("debian:12")
	f.Poll()
	f.Eventually(time.Minute, "a Promotion waits", func() bool {
		all := f.Promotions()
		return len(all) > len(seen) && all[len(seen)].Status.Message != ""
	})
	waits("error sending HTTP request: .*: connection refused")
	left.said(t, words(newest(f, seen)))
	f.GitHub.Refuse(0)

	want := causes{"nothing, and the Promotion is `Running`", "nothing, and the Promotion has `Succeeded`"}
	if !slices.Equal(left, want) {
		t.Errorf("rows that nothing is like: %q, want %q", left, want)
	}
}

// TestNoFreight has Warehouses find nothing in each way of the README's table.
func TestNoFreight(t *testing.T) {
	t.Parallel()
	left := causesIn(t, "### There is no Freight")
	f := rig.New(t)
	f.Push("debian:12")
	f.Synth(`
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, baseImages: ["BASE/debian:12", "BASE/python:3.12-slim", "127.0.0.1:1/gone:1"]}
`)
	f.Apply()
	var says []string
	f.Eventually(2*time.Minute, "every Warehouse has looked", func() bool {
		says = nil
		for _, warehouse := range f.Warehouses() {
			for _, condition := range warehouse.Status.Conditions {
				if condition.Type == kargoapi.ConditionTypeReady {
					says = append(says, condition.Message)
				}
			}
		}
		return len(says) == 4 && !slices.ContainsFunc(says, func(message string) bool {
			return !strings.Contains(message, "iscover") || strings.Contains(message, "forbidden") || strings.HasPrefix(message, "Waiting")
		})
	})
	// What is not there at all comes before what cannot be had.
	slices.SortFunc(says, func(a, b string) int { return strings.Index(b, "NAME_UNKNOWN") - strings.Index(a, "NAME_UNKNOWN") })
	for _, message := range says {
		left.said(t, strings.ReplaceAll(message, f.Image("python"), "docker.io/library/python"))
	}
	if len(left) > 0 {
		t.Errorf("rows that nothing is like: %q", left)
	}
}

// TestStill has a Stage that is automatic not promote what is not newer.
func TestStill(t *testing.T) {
	if !rig.Newest() {
		t.Skip("Kargo has no holds before 1.11")
	}
	t.Parallel()
	f := rig.New(t)
	first := f.Push("debian:12")
	f.Synth(three)
	f.Apply()
	f.AwaitStages(time.Minute)
	older := f.Freight()[0].Name
	f.Push("debian:12")
	f.Poll()
	built(t, f, "the second digest", map[string]int{"acme/a": 1, "acme/b": 1, "acme/c": 1})

	promised(t, "| a tag was moved back to an older digest | That is old Freight to Kargo, and triggers nothing. |")
	f.Move("debian:12", first)
	f.Poll()
	nothing(t, f, "the tag was moved back")

	promised(t, "| `autoPromotionHolds` is not empty | [Release the hold](#testing-by-hand). |",
		"To release one, promote what Kargo would choose")
	holds := func() string {
		t.Helper()
		script := readme(t, "```sh\nkubectl get stages.kargo.akuity.io rebuild-trigger-node-22-bookworm-slim")
		script = strings.NewReplacer("rebuild-trigger-node-22-bookworm-slim", f.Stages()[0].Name, "image-factory-kargo", f.Project).Replace(script)
		out, err := exec.CommandContext(t.Context(), "bash", "-euc", script).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s\n%s", err, script, out)
		}
		return string(out)
	}
	f.Promote(older)
	built(t, f, "an older digest by hand", map[string]int{"acme/a": 1, "acme/b": 1, "acme/c": 1})
	if holds() == "" {
		t.Error("an older digest by hand is no hold")
	}
	f.Push("debian:12")
	f.Poll()
	f.Eventually(time.Minute, "Freight of the third", func() bool { return len(f.Freight()) == 3 })
	nothing(t, f, "the third digest, held")
	f.Promote(f.Newest())
	built(t, f, "the third by hand", map[string]int{"acme/a": 1, "acme/b": 1, "acme/c": 1})
	if left := holds(); left != "" {
		t.Errorf("the hold stays: %s", left)
	}
	f.Push("debian:12")
	f.Poll()
	built(t, f, "the fourth", map[string]int{"acme/a": 1, "acme/b": 1, "acme/c": 1})
}
