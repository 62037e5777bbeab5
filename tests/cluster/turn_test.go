package cluster

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"image-factory/cluster/rig"
)

// changing is what is another one each time: digests and times.
var changing = regexp.MustCompile(`\b[0-9a-f]{12}\b|\w{3} \d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC|\(\d+ \w+ ago\)`)

// lasting is a text without that.
func lasting(text string) string { return changing.ReplaceAllString(text, "~") }

// TestTurn is the whole of it: a base is pushed, `stale` says who is behind, Kargo dispatches, the workflows build, `status` says so,
// and `stale` finds nothing.
func TestTurn(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	const images = `
images:
- {name: a, repository: REPOSITORY/a, source: {repo: acme/a}, tags: {strategy: Digest, constraint: latest}, baseImages: ["BASE/debian:12"]}
- {name: b, repository: REPOSITORY/b, source: {repo: acme/b}, tags: {strategy: Digest, constraint: latest}, baseImages: ["BASE/a:latest"]}
`
	f.Push("debian:12")
	f.Build("a:latest", "debian:12")
	f.Build("b:latest", "a:latest")
	f.Rest(images)
	page, err := os.ReadFile("../../docs/turn.md")
	if err != nil {
		t.Fatal(err)
	}
	promised := regexp.MustCompile("(?s)```console\n\\$ image-factory (\\w+)\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	// In the page everything has the names of a user, and of another day.
	names := strings.NewReplacer(f.Image(""), "registry.example.com/", "127.0.0.1-5000-"+f.Project+"-", "", "Project "+f.Project, "Project image-factory-kargo")
	said := 0
	say := func(want int, command string, arguments ...string) {
		t.Helper()
		out, problems, code := f.Run(images, append([]string{command}, arguments...)...)
		t.Logf("TURN | $ image-factory %s\n%s%s[exit code %d]", command, out, problems, code)
		if code != want {
			t.Errorf("exit code %d, want %d", code, want)
		}
		if said >= len(promised) || promised[said][1] != command || lasting(promised[said][2]) != lasting(names.Replace(out+problems)) {
			t.Errorf("docs/turn.md has another output of command %d, %s", said+1, command)
		}
		said++
	}
	stale := func(want int) {
		t.Helper()
		say(want, "stale", "--plain-http", rig.Registry)
	}
	stale(0)
	f.Push("debian:12")
	stale(1)
	f.Poll()
	for _, image := range []struct{ name, base string }{{"a", "debian:12"}, {"b", "a:latest"}} {
		f.Eventually(2*time.Minute, "the dispatch of "+image.name, func() bool { return runs(f)["acme/"+image.name] == 1 })
		f.Build(image.name+":latest", image.base)
		f.Poll()
	}
	f.AwaitStages(2 * time.Minute)
	say(0, "status")
	stale(0)
	if said != len(promised) {
		t.Errorf("docs/turn.md has %d commands, not %d", len(promised), said)
	}
	if got := runs(f); len(got) != 2 || got["acme/a"] != 1 || got["acme/b"] != 1 {
		t.Errorf("built were %v", got)
	}
}
