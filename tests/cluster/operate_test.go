package cluster

import (
	"slices"
	"strings"
	"testing"
	"time"

	"image-factory/cluster/rig"
	"image-factory/conformance/github"
)

// operates runs a command that looks at the cluster, and wants an exit code and each of some texts.
func operates(t *testing.T, f *rig.Factory, images, call string, code int, says ...string) string {
	t.Helper()
	out, said, got := f.Run(images, strings.Fields(call)...)
	if got != code {
		t.Errorf("%s ends with %d, want %d:\n%s%s", call, got, code, out, said)
	}
	for _, words := range says {
		if !strings.Contains(out+said, words) {
			t.Errorf("%s does not say %q:\n%s%s", call, words, out, said)
		}
	}
	return out
}

// TestDoctor brings about what can be wrong before anything is dispatched, and has doctor find it.
func TestDoctor(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	f.Push("debian:12")
	f.Synth(three)
	const call = "doctor --only cluster"
	// At each poll Kargo takes back what it said of a Warehouse, and says it again when it has looked.
	looks := func(code int, says ...string) {
		t.Helper()
		for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(500 * time.Millisecond) {
			out, _, got := f.Run(three, strings.Fields(call)...)
			if got == code && !slices.ContainsFunc(says, func(words string) bool { return !strings.Contains(out, words) }) {
				break
			}
		}
		operates(t, f, three, call, code, says...)
	}
	looks(1, "lacks the label", "missing Project")
	f.Apply()
	f.AwaitStages(5 * time.Minute)
	// Images that were never published have no tags, and say so.
	looks(1, "reaches a cluster", "the cluster has Kargo's kinds", "with the label of a Project", "has the key password, of 18 bytes",
		"what is in the cluster is what images.yaml makes", "Warehouse a: the registry has no such repository", "promotes by itself what it should")
	for _, repository := range []string{"a", "b", "c"} {
		f.Push(repository + ":1.0.0")
	}
	f.Poll()
	f.Eventually(time.Minute, "all is well", func() bool {
		_, _, code := f.Run(three, strings.Fields(call)...)
		return code == 0
	})

	f.Kubectl("delete", "secret", "github-credentials", "-n", f.Project)
	looks(1, "there is no Secret github-credentials in the Namespace "+f.Project)
	give := func(literal string) {
		t.Helper()
		f.Kubectl("delete", "secret", "github-credentials", "-n", f.Project, "--ignore-not-found")
		f.Kubectl("create", "secret", "generic", "github-credentials", "-n", f.Project, "--from-literal="+literal)
	}
	give("token=" + rig.Token)
	looks(1, "has no key password; it has token")
	give("password=")
	looks(1, "the key password of the Secret github-credentials is empty")
	give("password=\n")
	looks(1, "the key password of the Secret github-credentials is empty")
	give("password=" + rig.Token + "\n")
	out := operates(t, f, three, call, 0, "of 19 bytes, the last a line break, which does no harm")
	if strings.Contains(out, rig.Token) {
		t.Errorf("the token is shown:\n%s", out)
	}
	give("password=" + rig.Token)

	f.Kubectl("patch", "warehouse", "a", "-n", f.Project, "--type=merge", "-p", `{"spec": {"interval": "2h"}}`)
	looks(1, "is not what images.yaml makes: otherwise Warehouse a")
	f.Kubectl("delete", "warehouse", "a", "-n", f.Project)
	looks(1, "missing Warehouse a")
	f.ApplyBy("--server-side", "--force-conflicts")
	f.Eventually(time.Minute, "all is well again", func() bool {
		_, _, code := f.Run(three, strings.Fields(call)...)
		return code == 0
	})

	// What GitHub says: nothing is started. This one takes every dispatch and has no files.
	operates(t, f, three, "doctor --only github", 1, "GitHub knows the token in GITHUB_TOKEN", "3 workflows are there and may run")
	if started := runs(f); len(started) != 0 {
		t.Errorf("doctor has started %v", started)
	}
}

// TestStatus has status tell of what TestTroubleshooting brings about.
func TestStatus(t *testing.T) {
	if !rig.Newest() {
		t.Skip("the words are those of the newest release")
	}
	t.Parallel()
	f := withPatients(t)
	seen := f.Promotions()
	tells := func(code int, says ...string) {
		t.Helper()
		operates(t, f, patients, "status", code, says...)
	}
	base := f.Image("debian:12")
	tells(1, base+"  done", "web     not built: the digest was there first")

	f.Kubectl("delete", "secret", "github-credentials", "-n", f.Project)
	f.Push("debian:12")
	f.Poll()
	failed := newest(f, seen)
	tells(1, base+"  failed", "there is no token: Secret github-credentials in Namespace "+f.Project+" or its key password is missing or empty")
	f.Secret("wrong")
	again(t, f, failed)
	failed = newest(f, seen)
	tells(1, "web     not dispatched", "the token is not valid, or has expired; GitHub says: Bad credentials")
	f.Secret(rig.Token)
	again(t, f, failed)
	newest(f, seen)
	tells(1, "web     dispatched", "away    not dispatched", "there is no such repository or workflow", "the token may not start it",
		"the branch is not there; GitHub says: No ref found for: main", "the workflow cannot be started by hand",
		`the workflow does not declare an input that it is sent; GitHub says: Unexpected inputs provided: ["base_image"]`)
	operates(t, f, patients, "status web", 1, "web  dispatched")

	f.GitHub.Fail(github.Fault{Path: "/repos/acme/web/*", Status: 503, Message: "Service unavailable"})
	f.GitHub.Forget()
	f.Push("debian:12")
	f.Poll()
	f.Eventually(time.Minute, "a dispatch waits", func() bool {
		return len(f.GitHub.To("/repos/acme/web/actions/workflows/web.yml/dispatches")) > 1
	})
	tells(1, base+"  waits", "asks again for web, which was put off", "web     put off")
}

// TestTrigger starts by hand what has failed, once its cause is mended, and what rests.
func TestTrigger(t *testing.T) {
	if !rig.Newest() {
		t.Skip("the words are those of the newest release")
	}
	t.Parallel()
	f := rig.New(t)
	f.Rest(three, "debian:12")
	base := f.Image("debian:12")
	seen := f.Promotions()
	f.Kubectl("delete", "secret", "github-credentials", "-n", f.Project)
	f.Push("debian:12")
	f.Poll()
	wantEnd(t, newest(f, seen), "Failed", "is missing")
	f.Secret(rig.Token)
	seen = f.Promotions()
	operates(t, f, three, "trigger "+base+" --dry-run", 0, "kubectl create -f - <<<'{")
	operates(t, f, three, "trigger "+base+" --reason CVE-2026-1", 0, "started, for "+base+", which rebuilds a, b, c")
	promotion := newest(f, seen)
	wantEnd(t, promotion, "Succeeded", "")
	if reason := promotion.Annotations["image-factory/reason"]; reason != "CVE-2026-1" {
		t.Errorf("the Promotion keeps the reason %q", reason)
	}
	built(t, f, "what had failed", map[string]int{"acme/a": 1, "acme/b": 1, "acme/c": 1})
	operates(t, f, three, "status "+base, 0, base+"  done", "a  dispatched")
	f.GitHub.Forget()
	operates(t, f, three, "trigger a", 0, "a: started, for "+base)
	if got := runs(f); len(got) != 1 || got["acme/a"] != 1 {
		t.Errorf("started were %v", got)
	}
}

// TestTriggerResting starts by hand what rests for an hour.
func TestTriggerResting(t *testing.T) {
	if !rig.Newest() {
		t.Skip("the words are those of the newest release")
	}
	t.Parallel()
	const images = `
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, rebuildDelay: 1h, baseImages: ["BASE/debian:12"]}
`
	f := rig.New(t)
	f.Rest(images, "debian:12")
	base := f.Image("debian:12")
	f.Push("debian:12")
	f.Poll()
	f.Eventually(time.Minute, "the second digest rests", func() bool {
		out, _, _ := f.Run(images, "status", base)
		return len(f.Freight()) == 2 && strings.Contains(out, "rests for 1 hour; rebuilds begin on ")
	})
	nothing(t, f, "it rests")
	operates(t, f, images, "trigger "+base+" --reason CVE-2026-1", 0, "started, for "+base+", which rebuilds a")
	built(t, f, "what rested", map[string]int{"acme/a": 1})
	reason := f.Kubectl("get", "freight", f.Newest(), "-n", f.Project, "-o", `jsonpath={.metadata.annotations.image-factory/reason}`)
	if reason != "CVE-2026-1" {
		t.Errorf("the Freight keeps the reason %q", reason)
	}
	operates(t, f, images, "status "+base, 0, base+"  done", "a  dispatched")
}

// TestStaleWait waits for what a dispatch builds: a base is pushed, what is built on it is stale, Kargo dispatches, the build is
// published, and nothing is stale any more. The build is this test's: a layer on what the base is then.
func TestStaleWait(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	const images = `
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, baseImages: ["BASE/debian:12"]}
`
	f.Push("debian:12")
	f.Build("a:1.0.0", "debian:12")
	f.Rest(images, "debian:12")
	stale := "stale --plain-http " + rig.Registry
	operates(t, f, images, stale, 1, "1 image: 1 stale, 0 unknown, 0 fresh")
	f.Build("a:1.0.1", "debian:12")
	operates(t, f, images, stale, 0, "a  fresh")
	f.Push("debian:12")
	operates(t, f, images, stale, 1, "a  stale", "the image is built on")
	f.Poll()
	built(t, f, "the new base", map[string]int{"acme/a": 1})
	f.Build("a:1.0.2", "debian:12")
	operates(t, f, images, stale+" --wait 1m", 0, "a  fresh", "a:1.0.2")
	if rig.Newest() {
		operates(t, f, images, "status "+f.Image("debian:12"), 0, "  done", "a  dispatched")
	}
}
