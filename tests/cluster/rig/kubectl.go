package rig

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"image-factory/conformance/github"
)

// Kubectl runs kubectl as a cluster's administrator, and ends the test if it fails.
func (f *Factory) Kubectl(arguments ...string) string {
	f.t.Helper()
	return f.KubectlWith("", arguments...)
}

// KubectlWith gives kubectl a standard input.
func (f *Factory) KubectlWith(input string, arguments ...string) string {
	f.t.Helper()
	out, err := f.run(input, arguments...)
	if err != nil {
		f.t.Fatalf("kubectl %s: %v\n%s", strings.Join(arguments, " "), err, out)
	}
	return out
}

func (f *Factory) run(input string, arguments ...string) (string, error) {
	// Not the test's context: it is over when what a test leaves is shown.
	ctx, cancel := context.WithTimeout(context.Background(), Generous(2*time.Minute))
	defer cancel()
	command := exec.CommandContext(ctx, "kubectl", arguments...)
	command.Stdin = strings.NewReader(input)
	out, err := command.CombinedOutput()
	return string(out), err
}

// Generous is how long a test waits for what takes so long where nothing else runs. Two cores that do much else take
// three times as long, and whoever waits in vain may wait.
func Generous(usual time.Duration) time.Duration { return 4 * usual }

// Eventually waits until a condition holds, and gives the time that took.
func (f *Factory) Eventually(usual time.Duration, what string, holds func() bool) time.Duration {
	f.t.Helper()
	began := time.Now()
	within := Generous(usual)
	for !holds() {
		if time.Since(began) > within {
			f.t.Fatalf("%s: not within %s", what, within)
		}
		time.Sleep(100 * time.Millisecond)
	}
	return time.Since(began)
}

// Requests gives what GitHub was sent, as METHOD PATH, in order.
func (f *Factory) Requests() []string {
	var all []string
	for _, request := range f.GitHub.Requests() {
		all = append(all, request.Method+" "+request.Path)
	}
	return all
}

func (f *Factory) told() string { return strings.Join(f.Requests(), "\n  ") }

// AwaitRequests waits for a number of requests, and for a while whether more come.
func (f *Factory) AwaitRequests(count int, within time.Duration) []github.Request {
	f.t.Helper()
	f.Eventually(within, fmt.Sprint(count, " requests"), func() bool { return len(f.GitHub.Requests()) >= count })
	time.Sleep(settled)
	requests := f.GitHub.Requests()
	if len(requests) != count {
		f.t.Fatalf("%d requests, want %d:\n  %s", len(requests), count, f.told())
	}
	return requests
}

// settled is how long nothing more comes once everything has: more than a poll and a reconciliation.
const settled = 3 * time.Second
