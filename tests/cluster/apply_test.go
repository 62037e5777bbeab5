package cluster

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"image-factory/cluster/rig"
)

// chain is two images on one base, and one that is built on an image of this file.
const chain = `
images:
- {name: web, repository: REPOSITORY/web, source: {repo: acme/web}, baseImages: ["BASE/debian:12"]}
- {name: api, repository: REPOSITORY/api, source: {repo: acme/api, branch: trunk, workflow: release.yml}, baseImages: ["BASE/debian:12"]}
- {name: shop, repository: REPOSITORY/shop, source: {repo: acme/shop}, baseImages: ["BASE/web:latest"]}
`

// TestApply applies a manifest in both of kubectl's ways: everything is admitted, and doing it again changes nothing.
func TestApply(t *testing.T) {
	for _, way := range []struct {
		name  string
		flags []string
	}{{"server-side", []string{"--server-side"}}, {"client-side", nil}} {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			f := rig.New(t)
			f.Push("debian:12", "web:latest")
			f.Synth(chain)
			f.ApplyBy(way.flags...)
			f.AwaitStages(time.Minute)
			before := f.Generations()
			said := strings.TrimSpace(f.ApplyBy(way.flags...))
			for line := range strings.Lines(said) {
				// Of client-side applies kubectl says it; the Namespace was made without it.
				if way.flags == nil && !strings.HasSuffix(strings.TrimSpace(line), " unchanged") && !strings.HasPrefix(line, "namespace/") {
					t.Errorf("again: %s", line)
				}
			}
			if after := f.Generations(); after != before {
				t.Errorf("applied again, before and after:\n%s\n%s", before, after)
			}
			// Fails with what differs.
			f.Kubectl(append([]string{"diff", "-f", f.Manifest}, way.flags...)...)
		})
	}
}

// TestPush follows a digest from a push to the requests that it starts.
func TestPush(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	f.Push("debian:12", "web:latest")
	f.Synth(chain)
	f.Edit("interval: 1h0m0s", "interval: 2s")
	f.Apply()
	f.AwaitStages(time.Minute)
	f.GitHub.Forget()

	f.Push("debian:12")
	began := time.Now()
	requests := f.AwaitRequests(2, time.Minute)
	t.Logf("%s after the push, polled every 2 s", requests[1].At.Sub(began))
	want := map[string]string{
		"/repos/acme/web/actions/workflows/web.yml/dispatches":     "main",
		"/repos/acme/api/actions/workflows/release.yml/dispatches": "trunk",
	}
	for _, request := range requests {
		ref, ok := want[request.Path]
		if !ok {
			t.Errorf("%s %s is not wanted, or twice", request.Method, request.Path)
			continue
		}
		delete(want, request.Path)
		if request.Method != "POST" {
			t.Errorf("%s %s", request.Method, request.Path)
		}
		// As GitHub's documentation asks for them.
		for name, value := range map[string]string{
			"Accept":               "application/vnd.github+json",
			"Authorization":        "Bearer " + rig.Token,
			"Content-Type":         "application/json",
			"X-Github-Api-Version": "2022-11-28",
		} {
			if got := request.Headers.Get(name); got != value {
				t.Errorf("%s: %s is %q, want %q", request.Path, name, got, value)
			}
		}
		var body struct {
			Ref    string
			Inputs map[string]string
		}
		if err := json.Unmarshal([]byte(request.Body), &body); err != nil {
			t.Fatalf("%s: %v", request.Body, err)
		}
		if body.Ref != ref || body.Inputs["triggered_by"] != "kargo-base-image-update" {
			t.Errorf("%s: %s", request.Path, request.Body)
		}
	}

	// The chain: the image that was built is the base of another.
	f.GitHub.Forget()
	f.Push("web:latest")
	requests = f.AwaitRequests(1, time.Minute)
	if want := "/repos/acme/shop/actions/workflows/shop.yml/dispatches"; requests[0].Path != want {
		t.Errorf("%s, want %s", requests[0].Path, want)
	}
	f.AwaitStages(time.Minute)
	for _, stage := range f.Stages() {
		if health := stage.Status.Health; health == nil || health.Status != "Healthy" {
			t.Errorf("%s is %v", stage.Name, health)
		}
	}
}
