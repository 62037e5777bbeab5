package stale

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// buildkit is a BuildKit of its own, which builds without running anything.
type buildkit struct {
	shop    *shop
	control string
	address string
	folder  string
}

// startBuildKit builds BuildKit from its module and starts it, or says why that cannot be.
func startBuildKit(t *testing.T, s *shop) *buildkit {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("BuildKit mounts, so only root can start it")
	}
	// Addresses of sockets are short.
	folder, err := os.MkdirTemp("", "bk")
	s.must(err)
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	build := exec.CommandContext(t.Context(), "go", "build", "-o", folder+"/", "tool")
	build.Dir = "../buildkit"
	if out, err := build.CombinedOutput(); err != nil {
		if bytes.Contains(out, []byte("reading http")) || bytes.Contains(out, []byte("dial tcp")) {
			t.Skipf("BuildKit's modules are not served: %s", out)
		}
		t.Fatalf("%v: %s", err, out)
	}
	b := &buildkit{s, filepath.Join(folder, "buildctl"), "unix://" + filepath.Join(folder, "sock"), folder}
	// Nothing is run in a build, so there need be nothing that could.
	s.must(os.WriteFile(filepath.Join(folder, "config.toml"), fmt.Appendf(nil, `
root = %q
[grpc]
  address = [%q]
[worker.oci]
  enabled = true
  snapshotter = "native"
  networkMode = "host"
  binary = "/bin/true"
[worker.containerd]
  enabled = false
[registry.%q]
  http = true
`, filepath.Join(folder, "root"), b.address, s.host), 0o600))
	var said bytes.Buffer
	daemon := exec.Command(filepath.Join(folder, "buildkitd"), "--config", filepath.Join(folder, "config.toml"))
	daemon.Stdout, daemon.Stderr = &said, &said
	s.must(daemon.Start())
	t.Cleanup(func() {
		_ = daemon.Process.Kill()
		_ = daemon.Wait()
	})
	for tries := 0; exec.CommandContext(t.Context(), b.control, "--addr", b.address, "debug", "workers").Run() != nil; tries++ {
		if tries == 300 {
			t.Fatalf("BuildKit does not start: %s", &said)
		}
		time.Sleep(100 * time.Millisecond)
	}
	return b
}

// build builds a Dockerfile over some files and pushes what comes of it, with provenance if a kind of it is named.
func (b *buildkit) build(tag, dockerfile, provenance string, files ...string) {
	b.shop.t.Helper()
	folder := b.shop.t.TempDir()
	b.shop.must(os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte(strings.ReplaceAll(dockerfile, "HERE/", b.shop.host+"/")), 0o600))
	for _, file := range files {
		name, text, _ := strings.Cut(file, "=")
		b.shop.must(os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	arguments := []string{"--addr", b.address, "build", "--frontend", "dockerfile.v0", "--local", "context=" + folder, "--local", "dockerfile=" + folder,
		"--output", fmt.Sprintf("type=image,name=%s/%s,push=true", b.shop.host, tag)}
	if provenance != "" {
		arguments = append(arguments, "--opt", "attest:provenance="+provenance)
	}
	if out, err := exec.CommandContext(b.shop.t.Context(), b.control, arguments...).CombinedOutput(); err != nil {
		b.shop.t.Fatalf("buildctl: %v\n%s", err, out)
	}
}

// TestBuildKit has BuildKit itself build: bases, what is built on them, and both again.
func TestBuildKit(t *testing.T) {
	s := open(t, unlocked)
	b := startBuildKit(t, s)
	const on = "FROM scratch\nCOPY file /file\n"
	const two = "FROM HERE/acme/tools:1 AS build\nCOPY app /app\nFROM HERE/acme/node:22\nCOPY --from=build /app /app\n"
	const one = "FROM HERE/acme/node:22\nCOPY app /app\n"
	said := func(when, want string, bases ...string) {
		t.Helper()
		got, _ := s.stale(nil, bases...)
		if got.State != want {
			t.Errorf("%s: %s, want %s: %+v", when, got.State, want, got)
		}
		for _, base := range got.Bases {
			t.Logf("BUILDKIT | %s | %s | %s", when, strings.TrimPrefix(base.Image, s.host+"/"), base.State)
		}
	}
	for round, row := range []struct {
		name, dockerfile, provenance string
		bases                        []string
		moves                        []string
	}{
		{"SLSA 0.2, two stages", two, "mode=max,version=v0.2", []string{"acme/node:22", "acme/tools:1"}, []string{"acme/node:22", "acme/tools:1"}},
		{"SLSA 1, two stages", two, "mode=max,version=v1", []string{"acme/node:22", "acme/tools:1"}, []string{"acme/node:22", "acme/tools:1"}},
		{"mode=min", two, "mode=min", []string{"acme/node:22", "acme/tools:1"}, []string{"acme/tools:1"}},
		{"without provenance", one, "", []string{"acme/node:22"}, []string{"acme/node:22"}},
	} {
		base := func(tag string, time int) { b.build(tag, on, "", fmt.Sprintf("file=%s %d of %d", tag, time, round)) }
		bases := func() []string { return append([]string{}, row.bases...) }
		base("acme/node:22", 1)
		base("acme/tools:1", 1)
		b.build("acme/web:latest", row.dockerfile, row.provenance, "app=1")
		said(row.name+", built", "fresh", bases()...)
		for i, moved := range row.moves {
			base(moved, 2+i)
			said(row.name+", "+moved+" was pushed", "stale", bases()...)
			b.build("acme/web:latest", row.dockerfile, row.provenance, "app=2")
			said(row.name+", built again", "fresh", bases()...)
		}
	}
}
