package engine

import (
	"errors"
	"io/fs"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"sigs.k8s.io/yaml"

	"image-factory/conformance/expect"
	"image-factory/conformance/github"
)

// descriptions are loaded once; a machine without npm has none, which run.sh says.
var descriptions = sync.OnceValues(func() (map[string]*github.Description, error) {
	all := map[string]*github.Description{}
	for _, name := range github.Names {
		description, err := github.Load(name)
		if errors.Is(err, github.ErrNoNPM) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		all[name] = description
	}
	return all, nil
})

// api says whose API an address belongs to, and what its paths begin with there.
// The names are GitHub's: api.github.com, api.NAME.ghe.com, and HOST/api/v3 of an
// Enterprise Server, of which the oldest release is the strictest.
func api(address *url.URL) (description, base string) {
	if strings.HasPrefix(address.Hostname(), "api.") {
		return "api.github.com", ""
	}
	return "ghes-3.17", "/api/v3"
}

// github starts a server that stands for the GitHub that a Stage talks to, with
// what must be there; faults that name no path are for the path of the target.
// Whatever is sent must be right by GitHub's description.
func (s subject) github(t *testing.T, target request, faults ...github.Fault) *github.Server {
	t.Helper()
	all, err := descriptions()
	if err != nil {
		t.Fatal(err)
	}
	name, base := api(target.url)
	server, err := github.Start(github.Options{Description: all[name], Base: base, World: worldOf(t, s.expected)})
	if err != nil {
		t.Fatal(err)
	}
	server.Conclude(0, "completed", "success")
	for _, fault := range faults {
		if fault.Path == "" {
			fault.Path = target.path
		}
		server.Fail(fault)
	}
	t.Cleanup(func() {
		server.Close()
		for _, r := range server.Requests() {
			if len(r.Wrong) > 0 {
				t.Errorf("GitHub's description has against %s %s: %s", r.Method, r.Path, strings.Join(r.Wrong, "; "))
			}
		}
	})
	return server
}

// address is where a workflow is started or a file is read.
var address = regexp.MustCompile(`/repos/([^/]+/[^/]+)/(?:actions/workflows/([^/]+)/dispatches|contents/(.+))$`)

// worldOf has the repositories, workflows, inputs and files that a fixture's
// author expects to be asked for, and no other. Where nobody expects anything,
// everything exists.
func worldOf(t *testing.T, expected *expect.File) *github.World {
	t.Helper()
	if expected == nil {
		return &github.World{Open: true}
	}
	world := &github.World{Repositories: map[string]*github.Repository{}}
	put := func(repository, ref, path string, text []byte) {
		if world.Repositories[repository] == nil {
			world.Repositories[repository] = &github.Repository{DefaultBranch: ref, Refs: map[string]fs.FS{}}
		}
		refs := world.Repositories[repository].Refs
		// GitHub knows a workflow by the file on the default branch.
		for _, branch := range []string{ref, world.Repositories[repository].DefaultBranch} {
			full := branch
			if !strings.HasPrefix(branch, "refs/") {
				full = "refs/heads/" + branch
			}
			if refs[full] == nil {
				refs[full] = fstest.MapFS{}
			}
			refs[full].(fstest.MapFS)[path] = &fstest.MapFile{Data: text}
		}
	}
	parts := func(text string) ([]string, *url.URL) {
		at, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		match := address.FindStringSubmatch(at.EscapedPath())
		if match == nil {
			t.Fatalf("expect.yaml: %s is no address of GitHub's", text)
		}
		for i := range match {
			if match[i], err = url.PathUnescape(match[i]); err != nil {
				t.Fatal(err)
			}
		}
		return match, at
	}
	inputs := map[string]map[string]any{}
	for _, stage := range expected.Stages {
		for _, dispatch := range stage.Dispatches {
			match, _ := parts(dispatch.URL)
			key := match[1] + " " + match[2] + " " + dispatch.Ref
			if inputs[key] == nil {
				inputs[key] = map[string]any{}
			}
			for name := range dispatch.Inputs {
				inputs[key][name] = map[string]any{"type": "string"}
			}
			text, err := yaml.Marshal(map[string]any{"on": map[string]any{"workflow_dispatch": map[string]any{"inputs": inputs[key]}}})
			if err != nil {
				t.Fatal(err)
			}
			put(match[1], dispatch.Ref, ".github/workflows/"+match[2], text)
		}
		if stage.Reads != "" {
			match, at := parts(stage.Reads)
			put(match[1], at.Query().Get("ref"), match[3], []byte(dockerfile(stage.Lines, "\n")))
		}
	}
	return world
}

// says answers with a status and GitHub's usual error object; headers come in
// pairs of name and value.
func says(status int, message string, headers ...string) github.Fault {
	fault := github.Fault{Status: status, Message: message, Headers: map[string]string{}}
	for i := 0; i+1 < len(headers); i += 2 {
		fault.Headers[headers[i]] = headers[i+1]
	}
	return fault
}

// typed answers with a body of some type.
func typed(contentType string, status int, body string) github.Fault {
	return github.Fault{Status: status, Body: &body, Headers: map[string]string{"Content-Type": contentType}}
}

// htmlPage is what a proxy in front of GitHub answers.
func htmlPage(status int) github.Fault {
	return typed("text/html", status, "<!DOCTYPE html><html><body>Unicorn!</body></html>")
}

// first has only the first n requests meet a fault.
func first(n int, fault github.Fault) github.Fault {
	fault.To = n
	return fault
}

// sent gives the requests of one method, without those that only ask whether
// GitHub is there.
func sent(server *github.Server, method string) []github.Request {
	var found []github.Request
	for _, r := range server.Requests() {
		if r.Method == method && r.Operation != "rate-limit/get" {
			found = append(found, r)
		}
	}
	return found
}

// to gives the requests that do what a step's request does.
func to(server *github.Server, target request) []github.Request {
	var found []github.Request
	// What is evaluated is for TestPlaceholders.
	evaluated := strings.Contains(target.body, "${{")
	for _, r := range sent(server, target.method) {
		if r.Path == target.path && r.Query == target.url.RawQuery && (r.Body == target.body || evaluated) {
			found = append(found, r)
		}
	}
	return found
}

// redirect sends a request to another address.
func redirect(status int, location string) github.Fault {
	return says(status, "Moved", "Location", location)
}
