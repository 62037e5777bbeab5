// Package stale publishes images as builders do, into a registry of
// go-containerregistry, and has `stale` say what they are built on.
package stale

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"image-factory/conformance/provenance"
)

// shop is a registry with its bases.
type shop struct {
	t    *testing.T
	host string
	// How go-containerregistry gets in.
	options []remote.Option
	// tags are those that are watched, as images.yaml has them; latest if there are none.
	tags string
}

// open starts a registry behind a door.
func open(t *testing.T, door func(http.Handler) http.Handler, options ...remote.Option) *shop {
	t.Helper()
	server := httptest.NewServer(door(registry.New(registry.Logger(log.New(io.Discard, "", 0)))))
	t.Cleanup(server.Close)
	return &shop{t: t, host: strings.TrimPrefix(server.URL, "http://"), options: options}
}

func (s *shop) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// tag puts an image or an index under a tag and gives its digest.
func (s *shop) tag(text string, what remote.Taggable) v1.Hash {
	s.t.Helper()
	reference, err := name.NewTag(s.host + "/" + text)
	s.must(err)
	switch what := what.(type) {
	case v1.ImageIndex:
		s.must(remote.WriteIndex(reference, what, s.options...))
		digest, err := what.Digest()
		s.must(err)
		return digest
	case v1.Image:
		s.must(remote.Write(reference, what, s.options...))
		digest, err := what.Digest()
		s.must(err)
		return digest
	}
	s.t.Fatalf("%T", what)
	return v1.Hash{}
}

// image makes one of new layers on another, for a platform.
func (s *shop) image(on v1.Image, platform v1.Platform) v1.Image {
	s.t.Helper()
	layer, err := random.Layer(64, types.OCILayer)
	s.must(err)
	image, err := mutate.AppendLayers(on, layer)
	s.must(err)
	config, err := image.ConfigFile()
	s.must(err)
	config = config.DeepCopy()
	config.OS, config.Architecture, config.Variant = platform.OS, platform.Architecture, platform.Variant
	config.Created = v1.Time{Time: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}
	image, err = mutate.ConfigFile(image, config)
	s.must(err)
	return image
}

var platforms = []v1.Platform{{OS: "linux", Architecture: "amd64"}, {OS: "linux", Architecture: "arm64", Variant: "v8"}}

// base makes an image for both platforms, and puts an index of them under a tag.
func (s *shop) base(text string) (map[string]v1.Image, v1.Hash) {
	s.t.Helper()
	images := map[string]v1.Image{}
	var index v1.ImageIndex = mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, platform := range platforms {
		images[platform.Architecture] = s.image(empty.Image, platform)
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: images[platform.Architecture], Descriptor: v1.Descriptor{Platform: &platform},
		})
	}
	return images, s.tag(text, index)
}

// attest makes what buildx puts beside an image.
func (s *shop) attest(image v1.Image, version string, bases map[string]v1.Hash) mutate.IndexAddendum {
	s.t.Helper()
	made, err := provenance.Attest(image, version, s.host, bases)
	s.must(err)
	return made
}

// verdict is what stale says of one image.
type verdict struct {
	State string
	Bases []struct{ Image, State, Why string }
	Why   string
}

// stale runs the program over an images.yaml with one image, on these bases.
func (s *shop) stale(env []string, bases ...string) (verdict, int) {
	s.t.Helper()
	for i, base := range bases {
		bases[i] = fmt.Sprintf("%q", s.host+"/"+base)
	}
	tags := s.tags
	if tags == "" {
		tags = "{strategy: Digest, constraint: latest}"
	}
	images := fmt.Sprintf(`images:
- name: web
  registry: %q
  repository: acme/web
  source: {repo: acme/web}
  tags: %s
  baseImages: [%s]
`, s.host, tags, strings.Join(bases, ", "))
	folder := s.t.TempDir()
	s.must(os.WriteFile(filepath.Join(folder, "images.yaml"), []byte(images), 0o600))
	command := exec.CommandContext(s.t.Context(), os.Getenv("CONFORMANCE_PROGRAM"), "stale", "--format", "json",
		"--plain-http", s.host, "--images", "images.yaml")
	command.Dir = folder
	command.Env = append(append(os.Environ(), "DOCKER_CONFIG="+folder), env...)
	out, err := command.Output()
	if _, is := err.(*exec.ExitError); err != nil && !is {
		s.t.Fatal(err)
	}
	var document struct {
		Result struct{ Images []verdict }
	}
	if err := json.Unmarshal(out, &document); err != nil || len(document.Result.Images) != 1 {
		s.t.Fatalf("%v: %s", err, out)
	}
	return document.Result.Images[0], command.ProcessState.ExitCode()
}

func TestMain(m *testing.M) {
	if os.Getenv("CONFORMANCE_PROGRAM") == "" {
		fmt.Println("skipped: CONFORMANCE_PROGRAM names no image-factory")
		return
	}
	os.Exit(m.Run())
}

func unlocked(h http.Handler) http.Handler { return h }

// TestBuilders publishes an image as each kind of builder does, on what its base
// is now and on what it was.
func TestBuilders(t *testing.T) {
	s := open(t, unlocked)
	olds, old := s.base("acme/node:22")
	news, now := s.base("acme/node:22")
	_, tools := s.base("acme/tools:1")

	index := func(version string, node, tools v1.Hash, media types.MediaType) remote.Taggable {
		var made v1.ImageIndex = mutate.IndexMediaType(empty.Index, media)
		for _, platform := range platforms {
			// Its layers say nothing: a build that squashes leaves none of the base.
			image := s.image(empty.Image, platform)
			made = mutate.AppendManifests(made, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &platform}},
				s.attest(image, version, map[string]v1.Hash{"acme/node:22": node, "acme/tools:1": tools}))
		}
		return made
	}
	plain := func(on map[string]v1.Image, media types.MediaType) remote.Taggable {
		image := s.image(on["amd64"], platforms[0])
		return mutate.ConfigMediaType(mutate.MediaType(image, media), types.DockerConfigJSON)
	}
	many := func(on map[string]v1.Image, media types.MediaType) remote.Taggable {
		var made v1.ImageIndex = mutate.IndexMediaType(empty.Index, media)
		for _, platform := range platforms {
			made = mutate.AppendManifests(made, mutate.IndexAddendum{
				Add: s.image(on[platform.Architecture], platform), Descriptor: v1.Descriptor{Platform: &platform},
			})
		}
		return made
	}
	labelled := func(digest v1.Hash) remote.Taggable {
		image := s.image(empty.Image, platforms[0])
		config, err := image.ConfigFile()
		s.must(err)
		config = config.DeepCopy()
		config.Config.Labels = map[string]string{
			"org.opencontainers.image.base.name": s.host + "/acme/node:22", "org.opencontainers.image.base.digest": digest.String(),
		}
		image, err = mutate.ConfigFile(image, config)
		s.must(err)
		return image
	}
	annotated := func(digest v1.Hash) remote.Taggable {
		image := s.image(empty.Image, platforms[0])
		return mutate.Annotations(mutate.MediaType(image, types.OCIManifestSchema1), map[string]string{
			"org.opencontainers.image.base.name": s.host + "/acme/node:22", "org.opencontainers.image.base.digest": digest.String(),
		}).(remote.Taggable)
	}
	both, one := []string{"acme/node:22", "acme/tools:1"}, []string{"acme/node:22"}
	other, err := v1.NewHash("sha256:" + strings.Repeat("0", 64))
	s.must(err)
	for _, row := range []struct {
		name  string
		image remote.Taggable
		bases []string
		want  string
	}{
		{"buildx, SLSA 0.2", index("v0.2", now, tools, types.OCIImageIndex), both, "fresh"},
		{"buildx, SLSA 0.2, old base", index("v0.2", old, tools, types.OCIImageIndex), both, "stale"},
		{"buildx, SLSA 0.2, old base of a build stage", index("v0.2", now, other, types.OCIImageIndex), both, "stale"},
		{"buildx, SLSA 1", index("v1", now, tools, types.OCIImageIndex), both, "fresh"},
		{"buildx, SLSA 1, old base", index("v1", old, tools, types.OCIImageIndex), both, "stale"},
		{"buildx, Docker's list", index("v0.2", old, tools, types.DockerManifestList), both, "stale"},
		{"docker build, no index", plain(news, types.DockerManifestSchema2), one, "fresh"},
		{"docker build, old base", plain(olds, types.DockerManifestSchema2), one, "stale"},
		{"podman, OCI", plain(news, types.OCIManifestSchema1), one, "fresh"},
		{"two platforms without provenance", many(news, types.DockerManifestList), one, "fresh"},
		{"two platforms, old base", many(olds, types.OCIImageIndex), one, "stale"},
		{"kaniko with labels", labelled(now), one, "fresh"},
		{"kaniko with labels, old base", labelled(old), one, "stale"},
		{"annotations", annotated(now), one, "fresh"},
		{"annotations, old base", annotated(old), one, "stale"},
		{"without provenance, two bases", plain(news, types.OCIManifestSchema1), both, "unknown"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s.tag("acme/web:latest", row.image)
			got, code := s.stale(nil, append([]string{}, row.bases...)...)
			if got.State != row.want {
				t.Errorf("%s, want %s: %+v", got.State, row.want, got)
			}
			if want := map[string]int{"stale": 1}[row.want]; code != want {
				t.Errorf("exit code %d, want %d", code, want)
			}
		})
	}
}

// TestNewestBuild looks at the tag that was built last: by its annotation, its label or its configuration, on any platform.
func TestNewestBuild(t *testing.T) {
	s := open(t, unlocked)
	s.tags = `{strategy: NewestBuild, allow: ["^main-"], ignore: ["-rc$"]}`
	olds, _ := s.base("acme/node:22")
	news, _ := s.base("acme/node:22")
	day := func(image v1.Image, day int) v1.Image {
		config, err := image.ConfigFile()
		s.must(err)
		config = config.DeepCopy()
		config.Created = v1.Time{Time: time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC)}
		image, err = mutate.ConfigFile(image, config)
		s.must(err)
		return image
	}
	on := func(base map[string]v1.Image, built int) v1.Image {
		return day(s.image(base["amd64"], platforms[0]), built)
	}
	said := func(image v1.Image, key, value string) v1.Image {
		config, err := image.ConfigFile()
		s.must(err)
		config = config.DeepCopy()
		config.Config.Labels = map[string]string{key: value}
		image, err = mutate.ConfigFile(image, config)
		s.must(err)
		return image
	}
	for _, row := range []struct {
		tag   string
		image remote.Taggable
		want  string
	}{
		{"main-9", on(olds, 10), "stale"},
		{"main-1", on(news, 11), "fresh"},
		{"main-2-rc", on(olds, 30), "fresh"},
		{"other", on(olds, 30), "fresh"},
		{"main-2", said(on(olds, 1), "org.label-schema.build-date", "2026-11-12T00:00:00Z"), "stale"},
		{"main-3", mutate.Annotations(mutate.MediaType(on(news, 1), types.OCIManifestSchema1), map[string]string{
			"org.opencontainers.image.created": "2026-11-13T01:00:00+02:00"}).(remote.Taggable), "fresh"},
		{"main-4", mutate.AppendManifests(mutate.IndexMediaType(empty.Index, types.OCIImageIndex), mutate.IndexAddendum{
			Add: on(olds, 14), Descriptor: v1.Descriptor{Platform: &platforms[0]}}), "stale"},
	} {
		s.tag("acme/web:"+row.tag, row.image)
		if got, _ := s.stale(nil, "acme/node:22"); got.State != row.want {
			t.Errorf("with %s: %s, want %s: %+v", row.tag, got.State, row.want, got)
		}
	}
}

// TestDoors has a registry ask for names, passwords and tokens.
func TestDoors(t *testing.T) {
	const user, password, refresh = "robot$web", "pass:w0rd", "identity&token"
	is := func(r *http.Request) bool {
		u, p, ok := r.BasicAuth()
		return ok && u == user && p == password
	}
	basic := func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !is(r) {
				w.Header().Set("WWW-Authenticate", `Basic realm="shop"`)
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
	bearer := func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			// Where somebody logged in with a browser: "Token Authentication Specification", OAuth2.
			if r.URL.Path == "/token" && r.Method == http.MethodPost {
				_ = r.ParseForm()
				if r.PostForm.Get("grant_type") != "refresh_token" || r.PostForm.Get("refresh_token") != refresh ||
					r.PostForm.Get("service") != "the shop" || r.PostForm.Get("client_id") == "" || r.Header.Get("Authorization") != "" {
					w.WriteHeader(http.StatusUnauthorized)
					return
				}
				fmt.Fprintf(w, `{"access_token": %q}`, "for-"+r.PostForm.Get("scope"))
				return
			}
			if r.URL.Path == "/token" {
				scopes := r.URL.Query()["scope"]
				if !is(r) || len(scopes) != 1 || !strings.HasPrefix(scopes[0], "repository:acme/") || r.URL.Query().Get("service") != "the shop" {
					w.WriteHeader(http.StatusUnauthorized)
					return
				}
				fmt.Fprintf(w, `{"access_token": %q}`, "for-"+scopes[0])
				return
			}
			// go-containerregistry, which fills the registry, may come in by Basic.
			repository := strings.Split(strings.TrimPrefix(r.URL.Path, "/v2/"), "/")
			want := ""
			if len(repository) > 1 {
				want = "Bearer for-repository:" + repository[0] + "/" + repository[1] + ":pull"
			}
			if r.Header.Get("Authorization") != want && !is(r) {
				w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="http://%s/token",service="the shop"`, r.Host))
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
	// What fills the registry comes in by the back door.
	back := remote.WithTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.SetBasicAuth(user, password)
		return http.DefaultTransport.RoundTrip(r)
	}))
	for kind, door := range map[string]func(http.Handler) http.Handler{"basic": basic, "bearer": bearer} {
		t.Run(kind, func(t *testing.T) {
			s := open(t, door, back)
			news, _ := s.base("acme/node:22")
			s.tag("acme/web:latest", s.image(news["amd64"], platforms[0]))
			if got, _ := s.stale(nil, "acme/node:22"); got.State != "unknown" || !strings.Contains(got.Why, "docker login "+s.host) {
				t.Errorf("without credentials: %+v", got)
			}
			// A helper, as `docker login` writes it where there is one.
			folder := t.TempDir()
			helper := fmt.Sprintf("#!/bin/sh\ncat >/dev/null\nprintf '%%s' '{\"ServerURL\": \"%s\", \"Username\": \"%s\", \"Secret\": \"%s\"}'\n", s.host, user, password)
			s.must(os.WriteFile(filepath.Join(folder, "docker-credential-shop"), []byte(helper), 0o700))
			config := fmt.Sprintf(`{"credHelpers": {%q: "shop"}}`, s.host)
			s.must(os.WriteFile(filepath.Join(folder, "config.json"), []byte(config), 0o600))
			env := []string{"DOCKER_CONFIG=" + folder, "PATH=" + folder + ":" + os.Getenv("PATH")}
			if got, _ := s.stale(env, "acme/node:22"); got.State != "fresh" {
				t.Errorf("with a helper: %+v", got)
			}
			if kind != "bearer" {
				return
			}
			// A helper has it as the secret of a user without a name; docker's own file beside one.
			helper = fmt.Sprintf("#!/bin/sh\ncat >/dev/null\nprintf '%%s' '{\"ServerURL\": \"%s\", \"Username\": \"<token>\", \"Secret\": \"%s\"}'\n", s.host, refresh)
			s.must(os.WriteFile(filepath.Join(folder, "docker-credential-shop"), []byte(helper), 0o700))
			if got, _ := s.stale(env, "acme/node:22"); got.State != "fresh" {
				t.Errorf("with a refresh token of a helper: %+v", got)
			}
			config = fmt.Sprintf(`{"auths": {%q: {"auth": "PHRva2VuPjo=", "identitytoken": %q}}}`, s.host, refresh)
			s.must(os.WriteFile(filepath.Join(folder, "config.json"), []byte(config), 0o600))
			if got, _ := s.stale(env, "acme/node:22"); got.State != "fresh" {
				t.Errorf("with a refresh token: %+v", got)
			}
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }

// TestThousand looks at a thousand images of buildx on one base: what is asked
// for, and that memory does not grow with what was read.
func TestThousand(t *testing.T) {
	if testing.Short() {
		t.Skip("publishes a thousand images")
	}
	const many = 1000
	var asked, manifests atomic.Int64
	counted := func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/manifests/") {
				manifests.Add(1)
			}
			h.ServeHTTP(w, r)
		})
	}
	s := open(t, counted)
	_, node := s.base("acme/node:22")
	var images strings.Builder
	images.WriteString("images:\n")
	var group sync.WaitGroup
	turns := make(chan struct{}, 8)
	for i := range many {
		fmt.Fprintf(&images, "- {name: web-%d, registry: %q, repository: acme/web-%d, source: {repo: acme/web}, tags: {strategy: Digest, constraint: latest}, baseImages: [%q]}\n",
			i, s.host, i, s.host+"/acme/node:22")
		group.Add(1)
		turns <- struct{}{}
		go func() {
			defer func() { <-turns; group.Done() }()
			image := s.image(empty.Image, platforms[0])
			made := mutate.AppendManifests(mutate.IndexMediaType(empty.Index, types.OCIImageIndex),
				mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &platforms[0]}},
				s.attest(image, "v1", map[string]v1.Hash{"acme/node:22": node}))
			s.tag(fmt.Sprintf("acme/web-%d:latest", i), made)
		}()
	}
	group.Wait()
	folder := t.TempDir()
	s.must(os.WriteFile(filepath.Join(folder, "images.yaml"), []byte(images.String()), 0o600))
	asked.Store(0)
	manifests.Store(0)
	command := exec.CommandContext(t.Context(), os.Getenv("CONFORMANCE_PROGRAM"), "stale", "--plain-http", s.host, "--images", "images.yaml")
	command.Dir = folder
	command.Env = append(os.Environ(), "DOCKER_CONFIG="+folder)
	began := time.Now()
	out, err := command.CombinedOutput()
	took := time.Since(began)
	if err != nil || !strings.Contains(string(out), "1,000 images: 0 stale, 0 unknown, 1,000 fresh") {
		t.Fatalf("%v: %s", err, out[max(0, len(out)-400):])
	}
	state := command.ProcessState
	usage := state.SysUsage().(*syscall.Rusage)
	t.Logf("%d images: %.1f s, %.1f s of a processor, %d MB, %d requests, %d of them for manifests",
		many, took.Seconds(), (state.UserTime() + state.SystemTime()).Seconds(), usage.Maxrss/1024, asked.Load(), manifests.Load())
	// An index, an image and its attestation, its configuration and its statement; the base once, by HEAD.
	if want := int64(5*many + 1); asked.Load() != want {
		t.Errorf("%d requests, want %d", asked.Load(), want)
	}
	if limit := int64(200); usage.Maxrss/1024 > limit {
		t.Errorf("%d MB, want %d at most", usage.Maxrss/1024, limit)
	}
}
