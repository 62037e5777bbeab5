package cluster

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"image-factory/cluster/rig"
	"image-factory/conformance/github"
)

// dependents writes the images.yaml of a base with as many images on it.
func dependents(count int) string {
	var text strings.Builder
	text.WriteString("retry: {timeout: 5m}\nimages:\n")
	for i := range count {
		fmt.Fprintf(&text, "- {name: i%03d, repository: REPOSITORY/i%03d, source: {repo: acme/i%03d}, baseImages: [\"BASE/debian:12\"]}\n", i, i, i)
	}
	return text.String()
}

// runs gives how often each repository's workflow was started since GitHub forgot.
func runs(f *rig.Factory) map[string]int {
	all := map[string]int{}
	for _, request := range f.GitHub.Requests() {
		if request.Run != 0 {
			owner, rest, _ := strings.Cut(strings.TrimPrefix(request.Path, "/repos/"), "/")
			name, _, _ := strings.Cut(rest, "/")
			all[owner+"/"+name]++
		}
	}
	return all
}

// atMost wants every image to be dispatched, and no more twice than that.
func atMost(t *testing.T, f *rig.Factory, images, twice int) {
	t.Helper()
	all := runs(f)
	doubled := 0
	for repository, count := range all {
		doubled += count - 1
		if count > 2 {
			t.Errorf("%s was started %d times", repository, count)
		}
	}
	t.Logf("KILLED | %s | %d images | %d dispatched | %d twice", f.Project, images, len(all), doubled)
	if len(all) != images {
		t.Errorf("%d of %d images were dispatched", len(all), images)
	}
	if doubled > twice {
		t.Errorf("%d dispatches too many, want %d at most", doubled, twice)
	}
}

// TestKilled ends Kargo's controller in the middle of 36 dispatches and, in another Project, while one of six waits.
// Nothing is lost, and no more is sent twice than what is in flight.
func TestKilled(t *testing.T) {
	for _, way := range []struct {
		name   string
		signal syscall.Signal
		lose   bool
		slow   bool
	}{
		{name: "kill-lost", signal: syscall.SIGKILL, lose: true},
		{name: "kill-kept", signal: syscall.SIGKILL, slow: true},
		{name: "term-lost", signal: syscall.SIGTERM, lose: true, slow: true},
		{name: "term-kept", signal: syscall.SIGTERM, slow: true},
	} {
		t.Run(way.name, func(t *testing.T) {
			if way.slow && !rig.All() {
				t.Skip("one way is enough for CI; run.sh --all")
			}
			controller := rig.TheController(t)
			waiting, middle := rig.New(t, "waiting"), rig.New(t, "middle")
			waiting.Rest(dependents(6), "debian:12")
			middle.Rest(dependents(36), "debian:12")

			waiting.GitHub.Fail(github.Fault{Path: "/repos/acme/i003/*", Status: 503, Message: "busy"})
			waiting.Push("debian:12")
			waiting.Poll()
			waiting.Eventually(time.Minute, "a dispatch waits", func() bool {
				return len(waiting.GitHub.To("/repos/acme/i003/actions/workflows/i003.yml/dispatches")) > 0
			})
			// Until what is to be sent first is sent and noted.
			time.Sleep(5 * time.Second)

			// Slow enough to be ended in between.
			middle.GitHub.Fail(github.Fault{Method: "POST", Wait: github.Duration(100 * time.Millisecond)})
			middle.Push("debian:12")
			middle.Poll()
			middle.Eventually(time.Minute, "21 of 36 are sent", func() bool { return len(runs(middle)) >= 21 })
			controller.End(way.signal)
			sent := len(runs(middle))
			if sent == 36 {
				t.Fatal("all were sent before the controller ended")
			}
			if way.lose {
				controller.Lose()
			}
			waiting.GitHub.Mend()
			middle.GitHub.Mend()
			controller.Start()

			for _, f := range []*rig.Factory{middle, waiting} {
				f.Eventually(3*time.Minute, "all Promotions are over", func() bool {
					for _, promotion := range f.Promotions() {
						if !promotion.Status.Phase.IsTerminal() {
							return false
						}
					}
					return true
				})
			}
			time.Sleep(2 * time.Second)
			promised(t, "| Kargo's controller is killed during the first round | the one in flight |",
				"| it is killed during the second round | the one in flight, and the one that the round was waiting for |")
			atMost(t, middle, 36, 1)
			atMost(t, waiting, 6, 0)
		})
	}
}
