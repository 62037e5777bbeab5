package cluster

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"image-factory/cluster/rig"
	"image-factory/conformance/github"
)

// seen is what the README's chapters on a running system look at: web is refused, api was never published, and the base
// of docs does not exist.
const seen = `
baseImages:
- {image: "BASE/node:22-bookworm-slim", name: node-22-bookworm-slim}
- {image: "BASE/python:3.12-slim", name: python-3.12-slim}
images:
- {name: web, repository: REPOSITORY/web, source: {repo: acme/web}, baseImages: ["BASE/node:22-bookworm-slim"]}
- {name: api, repository: REPOSITORY/api, source: {repo: acme/api}, baseImages: ["BASE/node:22-bookworm-slim"]}
`

const docs = `- {name: docs, repository: REPOSITORY/docs, source: {repo: acme/docs}, baseImages: ["BASE/python:3.12-slim"]}
`

// volatile is what two runs never have alike, each with its name.
var volatile = []struct {
	pattern *regexp.Regexp
	name    string
}{
	{regexp.MustCompile(`\.[0-9a-z]{26}\.[0-9a-f]{7}\b`), ".ULID.FREIGHT"},
	{regexp.MustCompile(`\b[0-9a-f]{40}\b`), "FREIGHT"},
	{regexp.MustCompile(`\b[0-9]{13}\b`), "TIME"},
	{regexp.MustCompile(`(?m)\b([0-9]+[smhd])+$`), "AGE"},
	{regexp.MustCompile(` +`), " "},
}

func steady(text string) string {
	text = strings.ReplaceAll(text, "\t", " ")
	for _, part := range volatile {
		text = part.pattern.ReplaceAllString(text, part.name)
	}
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimSpace(line))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// example is a block of the README's shell, and the block of text behind it, if there is one.
var example = regexp.MustCompile("(?s)```sh\n(.*?)```\n(?:\n *```text\n(.*?)```\n)?")

// TestReadme runs the commands of the chapters on what is seen in a cluster, and compares what they print with what
// stands behind them.
func TestReadme(t *testing.T) {
	if !rig.Newest() {
		t.Skip("the README shows what the newest release prints")
	}
	t.Parallel()
	f := rig.New(t)
	f.Rest(seen, "node:22-bookworm-slim", "web:1.0.0")
	before := f.Promotions()
	f.Synth(seen + docs)
	f.Apply()
	f.GitHub.Fail(github.Fault{Path: "/repos/acme/web/*", Status: 404, Message: "Not Found"})
	f.Push("node:22-bookworm-slim")
	f.Poll()
	failed := newest(f, before)
	wantEnd(t, failed, "Failed", "Not Found")
	f.Eventually(time.Minute, "every Warehouse has looked", func() bool {
		said := f.Kubectl("get", "warehouses", "-n", f.Project, "-o", `jsonpath={.items[*].status.conditions[?(@.type=="Ready")].message}`)
		return strings.Count(said, "NAME_UNKNOWN") == 2 && strings.Contains(said, "No references")
	})

	text, err := os.ReadFile(os.Getenv("CLUSTER_README"))
	if err != nil {
		t.Fatal(err)
	}
	_, chapters, found := strings.Cut(string(text), "\n## Status and logs\n")
	chapters, _, closed := strings.Cut(chapters, "\n## Registry credentials\n")
	if !found || !closed {
		t.Fatal("the README has no chapters from Status and logs to Registry credentials")
	}
	// What the README calls these things.
	there := strings.NewReplacer(
		"promotions.kargo.akuity.io NAME", "promotions.kargo.akuity.io "+failed.Name,
		"freights.kargo.akuity.io NAME", "freights.kargo.akuity.io "+failed.Spec.Freight,
		"kargo.akuity.io STAGE", "kargo.akuity.io "+failed.Spec.Stage,
		"image-factory-kargo", f.Project,
	)
	here := strings.NewReplacer(
		f.Image("node"), "docker.io/library/node", f.Image("python"), "docker.io/library/python",
		f.Image(""), "ghcr.io/acme/", "http://127.0.0.1:5000/v2/"+f.Project, "https://ghcr.io/v2/acme",
		f.Project, "image-factory-kargo",
	)
	ran := 0
	for _, block := range example.FindAllStringSubmatch(chapters, -1) {
		script, want := block[1], block[2]
		if strings.Contains(script, "kubectl logs") {
			// Kargo runs in no Pod here.
			continue
		}
		if strings.Contains(script, "delete promotions") {
			f.GitHub.Mend()
		}
		out, err := exec.CommandContext(t.Context(), "bash", "-euc", there.Replace(script)).CombinedOutput()
		if err != nil {
			t.Errorf("%v: %s\n%s", err, script, out)
		}
		if got := steady(here.Replace(string(out))); want != "" && got != steady(want) {
			t.Errorf("%s\nprints\n%s\nand the README has\n%s", script, got, steady(want))
		}
		ran++
	}
	if ran < 6 {
		t.Errorf("%d blocks were run", ran)
	}
	// The last of them has the Freight promoted again.
	wantEnd(t, newest(f, append(before, failed)), "Succeeded", "")
	atMost(t, f, 2, 0)
}
