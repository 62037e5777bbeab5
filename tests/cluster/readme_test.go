package cluster

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

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
	{regexp.MustCompile(`\b[0-9-]{10}T[0-9:]{8}Z\b`), "TIME"},
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

// chapter gives what stands between two headings of the README.
func chapter(t *testing.T, from, to string) string {
	t.Helper()
	text, err := os.ReadFile(os.Getenv("CLUSTER_README"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n"+from+"\n")
	rest, _, closed := strings.Cut(rest, "\n"+to+"\n")
	if !found || !closed {
		t.Fatalf("the README has nothing from %s to %s", from, to)
	}
	return rest
}

// table gives the cells of the first table below a heading of the README, without its head.
func table(t *testing.T, heading string) [][]string {
	t.Helper()
	_, rest, found := strings.Cut(chapter(t, heading, "## License"), "\n|---|---|\n")
	body, _, closed := strings.Cut(rest, "\n\n")
	if !found || !closed {
		t.Fatalf("the README has no table below %s", heading)
	}
	var all [][]string
	for line := range strings.Lines(body) {
		all = append(all, strings.Split(strings.Trim(strings.TrimSpace(line), "| "), " | "))
	}
	return all
}

// promised wants the README to have these words. Who calls it shows that they are true.
func promised(t *testing.T, words ...string) {
	t.Helper()
	text, err := os.ReadFile(os.Getenv("CLUSTER_README"))
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(strings.Fields(string(text)), " ")
	for _, some := range words {
		if !strings.Contains(all, some) {
			t.Errorf("the README does not say what is shown here: %s", some)
		}
	}
}

// logs has kubectl read what the controller logs: it runs in no Pod here.
const logs = `kubectl() { if [[ $1 == logs ]]; then cat "$RIG/log/kargo-controller"; else command kubectl "$@"; fi; }
`

// selects wants the kubectl logs of a script to show all that Kargo's controller says, by the Pods of Kargo's own chart.
func selects(t *testing.T, script string) {
	t.Helper()
	// Where Pods are selected, kubectl shows the last ten lines unless it is told otherwise.
	arguments := regexp.MustCompile(`kubectl logs -n (\S+) -l (\S+) --tail=-1 `).FindStringSubmatch(script)
	if arguments == nil {
		t.Fatalf("this does not show all that is logged: %s", script)
	}
	text, err := os.ReadFile(filepath.Join(rig.Folder(t), "deployments.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var selected []string
	for document := range strings.SplitSeq(string(text), "---\n") {
		var deployment struct {
			Metadata struct{ Name, Namespace string }
			Spec     struct {
				Template struct {
					Metadata struct{ Labels map[string]string }
				}
			}
		}
		if err := yaml.Unmarshal([]byte(document), &deployment); err != nil {
			t.Fatal(err)
		}
		label, value, _ := strings.Cut(arguments[2], "=")
		if deployment.Metadata.Namespace == arguments[1] && deployment.Spec.Template.Metadata.Labels[label] == value {
			selected = append(selected, deployment.Metadata.Name)
		}
	}
	if !slices.Equal(selected, []string{"kargo-controller"}) {
		t.Errorf("%s selects the Pods of %q", arguments[0], selected)
	}
}

// TestReadme runs the commands of the chapters on what is seen in a cluster, and compares what they print with what
// stands behind them.
func TestReadme(t *testing.T) {
	if !rig.Newest() {
		t.Skip("the README shows what the newest release prints")
	}
	t.Parallel()
	f := rig.New(t)
	f.Rest(seen, "node:22-bookworm-slim", "web:1.0.0")
	// What the README calls these things.
	here := strings.NewReplacer(
		f.Image("node"), "docker.io/library/node", f.Image("python"), "docker.io/library/python",
		f.Image(""), "ghcr.io/acme/", "http://127.0.0.1:5000/v2/"+f.Project, "https://ghcr.io/v2/acme",
		f.Project, "image-factory-kargo",
	)
	prints := func(block []string, there *strings.Replacer) {
		t.Helper()
		script, want := block[1], block[2]
		out, err := exec.CommandContext(t.Context(), "bash", "-euc", logs+there.Replace(script)).CombinedOutput()
		if err != nil {
			t.Errorf("%v: %s\n%s", err, script, out)
		}
		if got := steady(here.Replace(string(out))); want != "" && got != steady(want) {
			t.Errorf("%s\nprints\n%s\nand the README has\n%s", script, got, steady(want))
		}
	}
	first := chapter(t, "### 6. What the first apply does", "## Adding an image")
	prints(example.FindStringSubmatch(first), strings.NewReplacer("image-factory-kargo", f.Project))
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

	chapters := chapter(t, "## Status and logs", "## Registry credentials")
	there := strings.NewReplacer(
		"promotions.kargo.akuity.io NAME", "promotions.kargo.akuity.io "+failed.Name, "grep NAME", "grep "+failed.Name,
		"freights.kargo.akuity.io NAME", "freights.kargo.akuity.io "+failed.Spec.Freight,
		"kargo.akuity.io STAGE", "kargo.akuity.io "+failed.Spec.Stage,
		"image-factory-kargo", f.Project,
	)
	ran := 0
	for _, block := range example.FindAllStringSubmatch(chapters, -1) {
		if strings.Contains(block[1], "kubectl logs") {
			selects(t, block[1])
		}
		if strings.Contains(block[1], "delete promotions") {
			f.GitHub.Mend()
		}
		prints(block, there)
		ran++
	}
	if ran < 7 {
		t.Errorf("%d blocks were run", ran)
	}
	// The last of them has the Freight promoted again.
	wantEnd(t, newest(f, append(before, failed)), "Succeeded", "")
	atMost(t, f, 2, 0)
}
