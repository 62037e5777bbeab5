package cluster

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"image-factory/cluster/rig"
)

// leftovers gives the README's lines that find and delete what is no longer made, for this test's file and Project.
func leftovers(t *testing.T, f *rig.Factory) string {
	t.Helper()
	text, err := os.ReadFile(os.Getenv("CLUSTER_README"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```sh\ncomm -23")
	block, _, closed := strings.Cut(rest, "\n```")
	_, removal, said := strings.Cut(rest, "With `|")
	removal, _, ended := strings.Cut(removal, "` behind it")
	if !found || !closed || !said || !ended {
		t.Fatal("the README has no lines that find leftovers")
	}
	script := "comm -23" + block + " |" + removal
	return strings.NewReplacer("image-factory-kargo", f.Project, "dist/image-factory.k8s.yaml", f.Manifest).Replace(script)
}

// TestChanges changes images.yaml and applies it with the README's prune: what is there is what is made, and a base that
// an image has anew starts nothing.
func TestChanges(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	f.Rest(`
images:
- {name: kept, repository: REPOSITORY/kept, source: {repo: acme/kept}, baseImages: ["BASE/debian:12"]}
- {name: gone, repository: REPOSITORY/gone, source: {repo: acme/gone}, baseImages: ["BASE/alpine:3"]}
- {name: named, repository: REPOSITORY/named, source: {repo: acme/named}, baseImages: ["BASE/debian:12"]}
- {name: moved, repository: REPOSITORY/moved, source: {repo: acme/moved}, baseImages: ["BASE/node:20"]}
`, "debian:12", "alpine:3", "node:20", "node:22")
	f.Synth(`
images:
- {name: kept, repository: REPOSITORY/kept, source: {repo: acme/kept}, baseImages: ["BASE/debian:12"]}
- {name: renamed, repository: REPOSITORY/named, source: {repo: acme/named}, baseImages: ["BASE/debian:12"]}
- {name: moved, repository: REPOSITORY/moved, source: {repo: acme/moved}, baseImages: ["BASE/node:22"]}
- {name: added, repository: REPOSITORY/added, source: {repo: acme/added}, baseImages: ["BASE/debian:12"]}
`)
	f.Apply()
	out, err := exec.CommandContext(t.Context(), "bash", "-c", leftovers(t, f)).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	nothing(t, f, "images.yaml was changed")
	made := f.Kubectl("get", "-f", f.Manifest, "-o", "name")
	there := f.Kubectl("get", "stages.kargo.akuity.io,warehouses.kargo.akuity.io", "-n", f.Project, "-o", "name")
	for _, name := range strings.Fields(there) {
		if !slices.Contains(strings.Fields(made), name) {
			t.Errorf("%s is left", name)
		}
	}
	for _, name := range []string{"alpine-3", "node-20", "gone"} {
		if !strings.Contains(string(out), name) {
			t.Errorf("nothing of %s was removed:\n%s", name, out)
		}
	}
	// And what is new works.
	f.Push("node:22")
	f.Poll()
	f.AwaitRequests(1, time.Minute)
}
