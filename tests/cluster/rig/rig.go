// Package rig drives the cluster that run.sh started: one Project a test, with a GitHub of its own, so that tests run
// beside each other.
package rig

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"image-factory/conformance/github"
)

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

// All says whether tests are wanted that take too long for CI.
func All() bool { return os.Getenv("CLUSTER_ALL") != "" }

// Kargo is the release that runs, as images.yaml has it.
func Kargo() string {
	version := strings.TrimPrefix(os.Getenv("CLUSTER_KARGO"), "v")
	if last := strings.LastIndex(version, "."); last > 0 {
		version = version[:last]
	}
	return version
}

// Fails says whether this Kargo has a step that fails, which a guard and a report are.
func Fails() bool { return Kargo() != "1.9" }

// Newest says whether Kargo is the release that images.yaml means if it says nothing.
func Newest() bool { return Kargo() == "1.11" }

// Factory is one test's part of the cluster: a Project, its images.yaml and its GitHub.
type Factory struct {
	t *testing.T
	// Project is the Namespace too.
	Project string
	GitHub  *github.Server
	// Manifest is the file that Synth wrote.
	Manifest string
}

// New makes a Project's Namespace with a Secret in it, and a GitHub in which everything exists for those who have the
// Token. A test that makes several gives each a name.
func New(t *testing.T, name ...string) *Factory {
	t.Helper()
	everything := map[string]map[string]string{"*": {"actions": "write", "contents": "read", "issues": "write"}}
	return NewAt(t, &github.World{Open: true, Tokens: map[string]github.Token{Token: {Repositories: everything}}}, name...)
}

// NewAt is New with a GitHub of which all is known.
func NewAt(t *testing.T, world *github.World, name ...string) *Factory {
	t.Helper()
	Folder(t)
	description, err := github.Load("api.github.com")
	if err != nil {
		t.Fatal(err)
	}
	server, err := github.Start(github.Options{World: world, Description: description})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	full := strings.Join(append([]string{t.Name()}, name...), "-")
	project := strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(full))
	f := &Factory{t: t, Project: project, GitHub: server, Manifest: filepath.Join(t.TempDir(), "manifest.yaml")}
	t.Cleanup(f.end)
	f.Kubectl("create", "namespace", f.Project)
	f.Secret(Token)
	return f
}

// Beside gives another Project of the same images.yaml, with a Namespace and a Secret of its own. The Registry's folder
// stays that of the first.
func (f *Factory) Beside(name string) *Factory {
	f.t.Helper()
	other := *f
	other.Project = f.Project + "-" + name
	f.t.Cleanup(func() {
		_, _ = f.run("", "delete", "project", other.Project, "--wait=false", "--ignore-not-found")
	})
	other.Kubectl("create", "namespace", other.Project)
	other.Secret(Token)
	return &other
}

// end shows what a test that failed has left, holds every request against GitHub's description, and lets Kargo forget
// the Project.
func (f *Factory) end() {
	for _, request := range f.GitHub.Requests() {
		if len(request.Wrong) > 0 {
			f.t.Errorf("GitHub's description says of %s %s: %q", request.Method, request.Path, request.Wrong)
		}
	}
	if f.t.Failed() {
		out, _ := f.run("", "get", "stages,promotions,warehouses,freight", "-n", f.Project)
		f.t.Logf("%srequests:\n  %s", out, f.told())
		out, _ = f.run("", "get", "promotions", "-n", f.Project, "-o",
			`jsonpath={range .items[*]}{.status.phase}: {.status.message}{"\n"}{end}`)
		f.t.Log(out)
	}
	_, _ = f.run("", "delete", "project", f.Project, "--wait=false", "--ignore-not-found")
}

// Secret makes the token's Secret, or replaces it.
func (f *Factory) Secret(token string) {
	f.t.Helper()
	manifest := f.Kubectl("create", "secret", "generic", "github-credentials", "-n", f.Project,
		"--from-literal=password="+token, "--dry-run=client", "-o", "yaml")
	f.KubectlWith(manifest, "apply", "--server-side", "-f", "-")
}

// Synth writes the manifest of an images.yaml, to which it adds where Project, GitHub and registry are. BASE/ in it is
// the Registry's folder of this test. Kargo looks only when it is told to (Poll), unless there are defaults.
func (f *Factory) Synth(images string) {
	f.t.Helper()
	manifest := f.synth(images, "--stdout")
	if err := os.WriteFile(f.Manifest, manifest, 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// Split writes the same as a file for each object, and gives their folder.
func (f *Factory) Split(images string) string {
	f.t.Helper()
	folder := filepath.Join(f.t.TempDir(), "dist")
	f.synth(images, "--split", "--out", folder)
	return folder
}

func (f *Factory) synth(images string, flags ...string) []byte {
	f.t.Helper()
	arguments := append([]string{"synth", "--locked", "--images", "images.yaml"}, flags...)
	out, problems, code := f.Run(images, arguments...)
	if code != 0 {
		f.t.Fatalf("synth: %d\n%s", code, problems)
	}
	return []byte(out)
}

// Run runs the program in a folder with an images.yaml, and gives what it prints, what it says and its exit code.
func (f *Factory) Run(images string, arguments ...string) (string, string, int) {
	f.t.Helper()
	folder := f.t.TempDir()
	head := fmt.Sprintf("project: %s\nkargoVersion: %q\ngithub: {apiUrl: %q, server: cloud}\n", f.Project, Kargo(), f.GitHub.URL())
	if !strings.Contains(images, "defaults:") {
		head += fmt.Sprintf("defaults: {registry: %q, baseInterval: 1h, imageInterval: 1h}\n", Registry)
	}
	text := strings.NewReplacer("BASE/", f.Image(""), "REPOSITORY/", f.Project+"/").Replace(head + images)
	if err := os.WriteFile(filepath.Join(folder, "images.yaml"), []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
	command := exec.CommandContext(f.t.Context(), os.Getenv("IMAGE_FACTORY"), arguments...)
	command.Dir = folder
	// The token of this GitHub, which is the environment's to trust.
	command.Env = append(os.Environ(), "GITHUB_API_URL="+f.GitHub.URL(), "GITHUB_TOKEN="+Token)
	var out, said bytes.Buffer
	command.Stdout, command.Stderr = &out, &said
	var failed *exec.ExitError
	if err := command.Run(); err != nil && !errors.As(err, &failed) {
		f.t.Fatal(err)
	}
	return out.String(), said.String(), command.ProcessState.ExitCode()
}

// Rest brings a factory to where nothing is left to do: images pushed, the manifest applied, everything promoted, and
// GitHub's memory of that gone. Requests and the time between two are as short as Kargo lets them be.
func (f *Factory) Rest(images string, tags ...string) {
	f.t.Helper()
	f.Push(tags...)
	f.Synth(images)
	if Newest() {
		f.Edit("pollInterval: 1m0s", "pollInterval: 10s")
	}
	f.Edit("timeout: 30s", "timeout: 5s")
	f.Apply()
	f.AwaitStages(5 * time.Minute)
	f.GitHub.Forget()
}

// Edit changes the text of the manifest, which must have what is replaced.
func (f *Factory) Edit(old, replacement string) {
	f.t.Helper()
	text, err := os.ReadFile(f.Manifest)
	if err != nil {
		f.t.Fatal(err)
	}
	if !bytes.Contains(text, []byte(old)) {
		f.t.Fatalf("the manifest has no %q", old)
	}
	text = bytes.ReplaceAll(text, []byte(old), []byte(replacement))
	if err := os.WriteFile(f.Manifest, text, 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// Apply applies the manifest as the README says. Kargo's webhook may still see a Namespace that was there before as it
// was before, and refuse the Project; the second time it does not.
func (f *Factory) Apply() {
	f.t.Helper()
	f.ApplyBy("--server-side")
}

// ApplyBy is Apply with other flags, and gives what kubectl says.
func (f *Factory) ApplyBy(flags ...string) string {
	f.t.Helper()
	arguments := append([]string{"apply", "-f", f.Manifest}, flags...)
	out, err := f.run("", arguments...)
	if err != nil && strings.Contains(out, "is not labeled as a Project namespace") {
		return f.Kubectl(arguments...)
	}
	if err != nil {
		f.t.Fatalf("kubectl %s: %v\n%s", strings.Join(arguments, " "), err, out)
	}
	return out
}
