package cluster

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/jsonmergepatch"
	"sigs.k8s.io/yaml"

	"image-factory/cluster/rig"
)

// external is where Kargo's external webhooks server listens (run.sh).
const external = "http://127.0.0.1:8082"

// TestWebhook pushes to a registry that tells Kargo of it: what is built on it is dispatched long before Kargo would have
// looked, and what the body does not say starts nothing.
func TestWebhook(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	f.Kubectl("create", "secret", "generic", "registry-webhook", "-n", f.Project, "--from-literal=secret=only-the-two-know")
	f.Rest(fmt.Sprintf(`
webhooks:
  generic: {secret: registry-webhook, registry: %q, repository: "events[0].target.repository", when: {"events[0].action": push}}
images:
- {name: web, repository: REPOSITORY/web, source: {repo: acme/web}, baseImages: ["BASE/debian:12"]}
- {name: api, repository: REPOSITORY/api, source: {repo: acme/api}, baseImages: ["BASE/alpine:3"]}
`, rig.Registry), "debian:12", "alpine:3")
	promised(t, "prints the address that each registry is to call")
	var receiver []string
	f.Eventually(time.Minute, "the address of the receiver", func() bool {
		receiver = strings.Fields(f.Kubectl("get", "projectconfig", "-n", f.Project, "-o",
			`jsonpath={range .items[0].status.webhookReceivers[*]}{.name} {.url}{"\n"}{end}`))
		return len(receiver) == 2
	})
	if receiver[0] != "generic" || !strings.HasPrefix(receiver[1], external+"/") {
		t.Fatalf("the receiver is %q", receiver)
	}
	// As Docker's distribution sends it (its documentation, "Notifications", events).
	notify := func(action string) int {
		body := fmt.Sprintf(`{"events":[{"action":%q,"target":{"repository":%q,"tag":"12"},"request":{"host":%q}}]}`,
			action, f.Project+"/debian", rig.Registry)
		answer, err := http.Post(receiver[1], "application/vnd.docker.distribution.events.v1+json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		return answer.StatusCode
	}
	f.Push("debian:12", "alpine:3")
	if status := notify("pull"); status != http.StatusOK {
		t.Errorf("a pull: %d", status)
	}
	time.Sleep(3 * time.Second)
	if requests := f.Requests(); len(requests) != 0 {
		t.Fatalf("a pull starts %q", requests)
	}
	began := time.Now()
	if status := notify("push"); status != http.StatusOK {
		t.Errorf("a push: %d", status)
	}
	requests := f.AwaitRequests(1, time.Minute)
	t.Logf("dispatched %s after the push, polled every hour", requests[0].At.Sub(began))
	if path := requests[0].Path; !strings.HasPrefix(path, "/repos/acme/web/") {
		t.Errorf("%s is not of web", path)
	}
}

// TestShard gives a base to a controller that is not there: nobody looks at it, while the others are looked at; and given
// back, it is.
func TestShard(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	images := `
images:
- {name: web, repository: REPOSITORY/web, source: {repo: acme/web}, baseImages: ["BASE/debian:12"]}
- {name: api, repository: REPOSITORY/api, source: {repo: acme/api}, baseImages: ["BASE/alpine:3"]}
`
	f.Push("debian:12", "alpine:3")
	f.Synth("baseImages: [{image: \"BASE/debian:12\", name: debian, shard: elsewhere}, {image: \"BASE/alpine:3\", name: alpine}]" + images)
	f.Apply()
	of := func(warehouse string) int {
		found := 0
		for _, freight := range f.Freight() {
			if freight.Origin.Name == warehouse {
				found++
			}
		}
		return found
	}
	f.Eventually(time.Minute, "Freight of alpine", func() bool { return of("alpine") == 1 })
	time.Sleep(3 * time.Second)
	if found := of("debian"); found != 0 {
		t.Errorf("%d Freight of a Warehouse that no controller is for", found)
	}
	promised(t, "Nobody says so where there is no such controller: nothing is looked at then.")
	f.Synth("baseImages: [{image: \"BASE/debian:12\", name: debian}, {image: \"BASE/alpine:3\", name: alpine}]" + images)
	f.Apply()
	f.Eventually(time.Minute, "Freight of debian", func() bool { return of("debian") == 1 })
}

// TestInSync applies what Argo CD would, lets Kargo do its work, and compares as Argo CD does: nothing differs. The same
// objects come of kustomize, and of one file.
func TestInSync(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	f.Push("debian:12", "alpine:3", "web:latest")
	images := `
argocd: {syncWaves: true}
images:
- {name: web, repository: REPOSITORY/web, source: {repo: acme/web}, baseImages: ["BASE/debian:12"]}
- {name: late, repository: REPOSITORY/late, source: {repo: acme/late}, baseImages: ["BASE/alpine:3"], rebuildDelay: 3s}
- {name: shop, repository: REPOSITORY/shop, source: {repo: acme/shop}, baseImages: ["BASE/web:latest"]}
`
	f.Synth(images)
	f.Apply()
	f.AwaitStages(2 * time.Minute)
	f.Push("debian:12")
	f.Poll()
	f.AwaitRequests(1, time.Minute)
	var wanted []map[string]any
	waves := map[string]string{"Namespace": "0", "Project": "1", "ProjectConfig": "2", "Warehouse": "3", "Stage": "4"}
	for _, document := range documents(t, f.Manifest) {
		wanted = append(wanted, document)
		kind := fmt.Sprint(document["kind"])
		if wave := annotation(document, "argocd.argoproj.io/sync-wave"); wave != waves[kind] {
			t.Errorf("a %s is in wave %q", kind, wave)
		}
		live := map[string]any{}
		arguments := []string{"get", strings.ToLower(kind), name(document), "-o", "json"}
		if namespace := field(document, "namespace"); namespace != "" {
			arguments = append(arguments, "-n", namespace)
		}
		if err := json.Unmarshal([]byte(f.Kubectl(arguments...)), &live); err != nil {
			t.Fatal(err)
		}
		// Argo CD's comparison where nothing was applied by a client (gitops-engine pkg/diff, TwoWayDiff): what is wanted is
		// taken for what was applied last, and a patch that brings what is there to that is empty.
		is, _ := json.Marshal(live)
		want, _ := json.Marshal(document)
		patch, err := jsonmergepatch.CreateThreeWayJSONMergePatch(want, want, is)
		if err != nil {
			t.Fatal(err)
		}
		if string(patch) != "{}" {
			t.Errorf("%s %s is out of sync: %s", kind, name(document), patch)
		}
	}
	folder := f.Split(images)
	built := filepath.Join(t.TempDir(), "built.yaml")
	if err := os.WriteFile(built, []byte(f.Kubectl("kustomize", folder)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := sorted(documents(t, built)), sorted(wanted); !slices.Equal(got, want) {
		t.Errorf("kustomize builds:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestPruned takes an image out of images.yaml and applies in each of the ways of the README that prune: what is there
// is what is made, and the Namespace stays with its Secret.
func TestPruned(t *testing.T) {
	for _, way := range []struct{ name, block string }{
		{"applyset", "KUBECTL_APPLYSET=true kubectl apply"},
		{"client-side", "kubectl apply -f dist/image-factory.k8s.yaml --prune -l"},
	} {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			f := rig.New(t)
			f.Push("debian:12", "alpine:3")
			kept := `
images:
- {name: kept, repository: REPOSITORY/kept, source: {repo: acme/kept}, baseImages: ["BASE/debian:12"]}
`
			f.Synth(kept + `- {name: gone, repository: REPOSITORY/gone, source: {repo: acme/gone}, baseImages: ["BASE/alpine:3"]}
`)
			text, err := os.ReadFile(os.Getenv("CLUSTER_README"))
			if err != nil {
				t.Fatal(err)
			}
			_, rest, found := strings.Cut(string(text), "```sh\n"+way.block)
			command, _, closed := strings.Cut(rest, "\n```")
			if !found || !closed {
				t.Fatalf("the README has no %q", way.block)
			}
			script := strings.NewReplacer("image-factory-kargo", f.Project, "dist/image-factory.k8s.yaml", f.Manifest).
				Replace(way.block + command)
			apply := func() string {
				var out []byte
				// Kargo's webhook may still see a Namespace as it was before, as in Apply.
				for range 3 {
					if out, err = exec.CommandContext(t.Context(), "bash", "-c", script).CombinedOutput(); err == nil {
						return string(out)
					}
				}
				t.Fatalf("%s: %v\n%s", script, err, out)
				return ""
			}
			apply()
			f.AwaitStages(2 * time.Minute)
			f.Synth(kept)
			said := apply()
			made := f.Kubectl("get", "-f", f.Manifest, "-o", "name")
			there := f.Kubectl("get", "stages.kargo.akuity.io,warehouses.kargo.akuity.io", "-n", f.Project, "-o", "name")
			for _, object := range strings.Fields(there) {
				if !slices.Contains(strings.Fields(made), object) {
					t.Errorf("%s is left:\n%s", object, said)
				}
			}
			if !strings.Contains(said, "pruned") {
				t.Errorf("nothing is pruned:\n%s", said)
			}
			f.Kubectl("get", "secret", "github-credentials", "-n", f.Project)
		})
	}
}

func documents(t *testing.T, path string) []map[string]any {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]any
	for _, part := range bytes.Split(text, []byte("\n---\n")) {
		document := map[string]any{}
		if err := yaml.Unmarshal(part, &document); err != nil {
			t.Fatal(err)
		}
		all = append(all, document)
	}
	return all
}

func field(document map[string]any, key string) string {
	metadata, _ := document["metadata"].(map[string]any)
	text, _ := metadata[key].(string)
	return text
}

func name(document map[string]any) string { return field(document, "name") }

func annotation(document map[string]any, key string) string {
	metadata, _ := document["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	text, _ := annotations[key].(string)
	return text
}

// sorted gives objects as texts, of which the order does not matter.
func sorted(objects []map[string]any) []string {
	var all []string
	for _, object := range objects {
		text, _ := json.Marshal(object)
		all = append(all, string(text))
	}
	slices.Sort(all)
	return all
}
