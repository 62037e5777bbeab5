// Package rig drives the cluster that run.sh started: one Project a test, with a GitHub of its own, so that tests run
// beside each other.
package rig

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"image-factory/conformance/github"
)

// Registry is where the tests' images are.
const Registry = "127.0.0.1:5000"

// Token is what Kargo sends to GitHub.
const Token = "token-of-the-tests"

// Folder is where run.sh keeps what runs; a test without it is skipped.
func Folder(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("RIG")
	if folder == "" {
		t.Skip("RIG is not set; use run.sh")
	}
	return folder
}

// Factory is one test's part of the cluster: a Project, its images.yaml and its GitHub.
type Factory struct {
	t *testing.T
	// Project is the Namespace too.
	Project string
	GitHub  *github.Server
	// Manifest is the file that was applied last.
	Manifest string
}

// New makes a Project's Namespace with a Secret in it, and a GitHub in which everything exists.
func New(t *testing.T) *Factory {
	t.Helper()
	Folder(t)
	server, err := github.Start(github.Options{World: &github.World{Open: true}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	project := strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(t.Name()))
	f := &Factory{t: t, Project: project, GitHub: server, Manifest: filepath.Join(t.TempDir(), "manifest.yaml")}
	f.Kubectl("create", "namespace", project)
	f.Secret(Token)
	t.Cleanup(func() {
		if !t.Failed() {
			return
		}
		out, _ := f.kubectl("get", "stages,promotions,warehouses,freight", "-n", project)
		t.Logf("%s\nrequests: %s", out, f.told())
	})
	return f
}

// Image is the full name of one of this test's images.
func (f *Factory) Image(repository string) string {
	return fmt.Sprint(Registry, "/", f.Project, "/", repository)
}

// Secret makes the token's Secret, or replaces it.
func (f *Factory) Secret(token string) {
	f.t.Helper()
	manifest, err := f.kubectl("create", "secret", "generic", "github-credentials", "-n", f.Project,
		"--from-literal=password="+token, "--dry-run=client", "-o", "yaml")
	if err != nil {
		f.t.Fatal(err)
	}
	f.KubectlWith(manifest, "apply", "--server-side", "-f", "-")
}

// Push puts a new image under each tag, and gives the digest of the last.
func (f *Factory) Push(tags ...string) string {
	f.t.Helper()
	var digest string
	for _, text := range tags {
		tag, err := name.NewTag(f.Image(text))
		if err != nil {
			f.t.Fatal(err)
		}
		image, err := random.Image(64, 1)
		if err != nil {
			f.t.Fatal(err)
		}
		if err := remote.Write(tag, image); err != nil {
			f.t.Fatal(err)
		}
		hash, err := image.Digest()
		if err != nil {
			f.t.Fatal(err)
		}
		digest = hash.String()
	}
	return digest
}

// Synth writes the manifest of an images.yaml that needs no more than its own keys: where registry, GitHub and Project
// are is added.
func (f *Factory) Synth(images string) {
	f.t.Helper()
	folder := f.t.TempDir()
	head := fmt.Sprintf("project: %s\ngithub: {apiUrl: %q}\n", f.Project, f.GitHub.URL())
	if !strings.Contains(images, "defaults:") {
		head += fmt.Sprintf("defaults: {registry: %q, baseInterval: 2s, imageInterval: 2s}\n", Registry)
	}
	text := head + strings.ReplaceAll(images, "BASE/", f.Image(""))
	if err := os.WriteFile(filepath.Join(folder, "images.yaml"), []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
	program := os.Getenv("IMAGE_FACTORY")
	command := exec.CommandContext(f.t.Context(), program, "synth", "--stdout", "--locked", "--images", "images.yaml")
	command.Dir = folder
	var problems bytes.Buffer
	command.Stderr = &problems
	manifest, err := command.Output()
	if err != nil {
		f.t.Fatalf("synth: %v\n%s", err, &problems)
	}
	if err := os.WriteFile(f.Manifest, manifest, 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// Apply applies the manifest as the README says.
func (f *Factory) Apply() string {
	f.t.Helper()
	return f.Kubectl("apply", "--server-side", "-f", f.Manifest)
}

// Kubectl runs kubectl as a cluster's administrator, and fails the test with it.
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

// Stages gives a line for each Stage, made by one of kubectl's templates.
func (f *Factory) Stages(template string) string {
	f.t.Helper()
	return f.Kubectl("get", "stages", "-n", f.Project, "-o", `jsonpath={range .items[*]}`+template+`{"\n"}{end}`)
}

func (f *Factory) kubectl(arguments ...string) (string, error) { return f.run("", arguments...) }

func (f *Factory) run(input string, arguments ...string) (string, error) {
	// Not the test's context: it is over when what a test leaves is shown.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "kubectl", arguments...)
	command.Stdin = strings.NewReader(input)
	out, err := command.CombinedOutput()
	return string(out), err
}

// Eventually waits until a condition holds, and gives the time that took.
func (f *Factory) Eventually(within time.Duration, what string, holds func() bool) time.Duration {
	f.t.Helper()
	began := time.Now()
	for !holds() {
		if time.Since(began) > within {
			f.t.Fatalf("%s: not within %s", what, within)
		}
		time.Sleep(50 * time.Millisecond)
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
