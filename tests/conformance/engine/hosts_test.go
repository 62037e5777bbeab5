package engine

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"image-factory/conformance/cluster"
	"image-factory/conformance/hosts"
	"image-factory/conformance/manifests"
)

const (
	usual  = `"version_bump": "patch", "triggered_by": "kargo-base-image-update", "base_image": "node-22"`
	digest = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

// route is what one image is started by: what GitLab's and Microsoft's own clients
// send (TestClients), what the descriptions of Gitea and Forgejo allow, and what the
// fixture says of webhooks.
type route struct {
	image string
	// address is path and query, as they are sent.
	address string
	// header has the token, after a word.
	header, value string
	// body is JSON.
	body string
	// status and answer are those of a request that was taken.
	status int
	answer string
	// wrong is the status of a host that does not take what is sent.
	wrong int
	// secret is where the token is from.
	secret string
	// advice is a part of what to check when it is 404, and when it is wrong.
	missing, advice string
	// described are the descriptions that the request is held against, where there
	// are any; base is what their paths begin with here.
	described []string
	base      string
}

var (
	gitea   = []string{"gitea-1.24", "gitea-1.27"}
	forgejo = []string{"forgejo"}
)

func basic(user string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+token))
}

var routes = map[string][]route{
	"images": {
		{"lab", "/api/v4/projects/acme%2Fgroup%2Flab/pipeline", "Private-Token", token,
			`{"ref": "main", "variables": [{"key": "version_bump", "value": "patch"}, {"key": "triggered_by", "value": "kargo-base-image-update"}, {"key": "base_image", "value": "node-22"}]}`,
			201, `{"id": 61, "status": "created"}`, 400, "gitlab-credentials", "scope api", "workflow:rules", nil, ""},
		{"lab-inputs", "/api/v4/projects/acme%2Finputs/pipeline", "Private-Token", token,
			`{"ref": "dev", "inputs": {"version_bump": "patch", "base_image": "node-22", "digest": "` + digest + `"}}`,
			201, `{"id": 62, "status": "created"}`, 400, "gitlab-credentials", "scope api", "spec:inputs", nil, ""},
		{"tea", "/api/v1/repos/acme/tea/actions/workflows/build.yml/dispatches", "Authorization", "token " + token,
			`{"ref": "refs/heads/main", "inputs": {` + usual + `}}`,
			204, "", 422, "gitea-credentials", "write:repository", "on.workflow_dispatch", gitea, "/api/v1"},
		{"forge", "/git/api/v1/repos/acme/forge/actions/workflows/forge.yml/dispatches", "Authorization", "token " + token,
			`{"ref": "refs/tags/v1", "inputs": {"version_bump": "patch"}}`,
			204, "", 400, "forge", "write:repository", "on.workflow_dispatch", forgejo, "/git/api/v1"},
		{"azure", "/acme/My%20Project/_apis/pipelines/42/runs?api-version=7.1", "Authorization", basic(""),
			`{"resources": {"repositories": {"self": {"refName": "refs/heads/main"}}}, "templateParameters": {` + usual + `}}`,
			200, `{"id": 4711, "state": "inProgress"}`, 400, "azure-devops-credentials", "Build", "parameters", nil, ""},
		{"azure-variables", "/acme/shop/_apis/pipelines/7/runs?api-version=7.1", "Authorization", basic(""),
			`{"resources": {"repositories": {"self": {"refName": "refs/heads/main"}}}, "variables": {"version_bump": {"value": "patch"}}}`,
			200, `{"id": 4712, "state": "inProgress"}`, 400, "azure-devops-credentials", "Build", "variables", nil, ""},
		{"jenkins", "/job/web/build?delay=0sec", "Authorization", basic("builder"),
			`{"image": "docker.io/library/node:22", "digest": "` + digest + `", "deep": {"tag": "22"}}`,
			201, "", 422, "jenkins", "webhook", "webhook", nil, ""},
		{"circle", "/api/v2/run", "Circle-Token", token,
			`{"ref": "main", "inputs": {` + usual + `}}`,
			202, `{"id": "x"}`, 422, "circle", "webhook", "webhook", nil, ""},
	},
	"trigger": {
		{"lab", "/api/v4/projects/acme%2Flab/trigger/pipeline", "", "",
			`{"token": "` + token + `", "ref": "main", "variables": {` + usual + `}}`,
			201, `{"id": 63, "status": "created"}`, 400, "trigger", "trigger token", "workflow:rules", nil, ""},
	},
}

// probes are what hosts are asked before something is sent again: "Version API" of
// GitLab, and what the descriptions of Gitea and Forgejo have.
var probes = []string{"/api/v4/version", "/api/v1/version", "/git/api/v1/version", "/robots.txt"}

// against gives a description by its name.
func against(t *testing.T, name string) *hosts.Description {
	description, err := described[name]()
	if err != nil {
		t.Error(err)
		return &hosts.Description{}
	}
	return description
}

var described = func() map[string]func() (*hosts.Description, error) {
	all := map[string]func() (*hosts.Description, error){}
	for _, name := range slices.Concat(gitea, forgejo) {
		all[name] = sync.OnceValues(func() (*hosts.Description, error) { return hosts.Load(name) })
	}
	return all
}()

// everyHost is a server that stands for all of them: what the table does not have is
// refused, and is an error of the test.
type everyHost struct {
	*httptest.Server
	mutex sync.Mutex
	// asked counts the requests that start something, by image.
	asked map[string]int
}

func (h *everyHost) URL() string { return h.Server.URL }

// answerer says what the n-th request for an image is answered, from 1; false is
// for what the host does otherwise.
type answerer func(w http.ResponseWriter, n int) bool

func serve(t *testing.T, known []route, target string, answers answerer) *everyHost {
	h := &everyHost{asked: map[string]int{}}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && slices.Contains(probes, r.URL.EscapedPath()) {
			for _, one := range known {
				if one.base+"/version" != r.URL.EscapedPath() {
					continue
				}
				for _, name := range one.described {
					for _, wrong := range against(t, name).Check(r, one.base, nil) {
						t.Errorf("the probe of %s is what the description of %s has against: %s", one.image, name, wrong)
					}
				}
			}
			return
		}
		i := slices.IndexFunc(known, func(one route) bool { return r.Method == http.MethodPost && r.URL.RequestURI() == one.address })
		if i < 0 {
			t.Errorf("nobody knows %s %s", r.Method, r.URL.RequestURI())
			w.WriteHeader(http.StatusNotFound)
			return
		}
		one := known[i]
		if one.header != "" && r.Header.Get(one.header) != one.value {
			t.Errorf("%s: %s is %q", one.image, one.header, r.Header.Get(one.header))
		}
		if one.header != "Authorization" && r.Header.Get("Authorization") != "" {
			t.Errorf("%s has an Authorization too", one.image)
		}
		if kind := r.Header.Get("Content-Type"); kind != "application/json" {
			t.Errorf("%s: the Content-Type is %q", one.image, kind)
		}
		body, _ := io.ReadAll(r.Body)
		for _, name := range one.described {
			for _, wrong := range against(t, name).Check(r, one.base, body) {
				t.Errorf("%s is sent what the description of %s has against: %s", one.image, name, wrong)
			}
		}
		var sent, want any
		if err := json.Unmarshal([]byte(one.body), &want); err != nil {
			t.Error(err)
		}
		if err := json.Unmarshal(body, &sent); err != nil || !reflect.DeepEqual(sent, want) {
			t.Errorf("%s is sent %s, want %s", one.image, body, one.body)
		}
		h.mutex.Lock()
		h.asked[one.image]++
		n := h.asked[one.image]
		h.mutex.Unlock()
		w.Header().Set("Content-Type", "application/json")
		if one.image == target && answers(w, n) {
			return
		}
		w.WriteHeader(one.status)
		_, _ = io.WriteString(w, one.answer)
	}))
	t.Cleanup(h.Close)
	return h
}

func refuses(w http.ResponseWriter, status int) bool {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `{"message": "the host says so"}`)
	return true
}

// TestHosts runs a Stage with an image of each host over all that hosts answer.
// The manifests are those of tests/conformance/hosts, in the folder that
// CONFORMANCE_HOSTS names.
func TestHosts(t *testing.T) {
	dir := os.Getenv("CONFORMANCE_HOSTS")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("CONFORMANCE_HOSTS names no folder")
	}
	for name, known := range routes {
		text, err := os.ReadFile(dir + "/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		objects, err := manifests.Read(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range subjects(t, manifests.Set{Name: name, Objects: objects}) {
			if len(s.dispatches) != len(known) {
				t.Fatalf("%s starts %d images, want %d", s.stage.Name, len(s.dispatches), len(known))
			}
			for _, one := range known {
				t.Run(name+"/"+one.image, func(t *testing.T) { s.byHost(t, known, one) })
			}
		}
	}
}

// byHost runs a Promotion for each answer to one image; the others are taken.
func (s subject) byHost(t *testing.T, known []route, one route) {
	once := func(answer func(w http.ResponseWriter)) answerer {
		return func(w http.ResponseWriter, n int) bool {
			if n == 1 {
				answer(w)
			}
			return n == 1
		}
	}
	always := func(status int) answerer {
		return func(w http.ResponseWriter, _ int) bool { return refuses(w, status) }
	}
	failed, succeeded := kargoapi.PromotionPhaseFailed, kargoapi.PromotionPhaseSucceeded
	for _, c := range []struct {
		name    string
		answers answerer
		sent    int
		ends    kargoapi.PromotionPhase
		says    []string
	}{
		{"taken", func(http.ResponseWriter, int) bool { return false }, 1, succeeded, nil},
		{"401", always(401), 1, failed, []string{"the host says so", one.secret}},
		{"404", always(404), 1, failed, []string{"the host says so", one.missing}},
		{"wrong", always(one.wrong), 1, failed, []string{"the host says so", one.advice}},
		{"429", once(func(w http.ResponseWriter) { w.Header().Set("Retry-After", "1"); refuses(w, 429) }), 2, succeeded, nil},
		{"500", once(func(w http.ResponseWriter) { refuses(w, 500) }), 2, succeeded, nil},
		{"cut", once(func(http.ResponseWriter) { panic(http.ErrAbortHandler) }), 2, succeeded, nil},
		// What is taken by one host is not by another: a page to sign in, a redirect that was followed.
		{"page", func(w http.ResponseWriter, _ int) bool {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(203)
			_, _ = io.WriteString(w, "<html>sign in</html>")
			return true
		}, 1, failed, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, known, one.image, c.answers)
			stage := s.pointedAt(t, server, haste{})
			ended := s.promote(t, stage, cluster.Secrets(stage, token))
			if ended.Status != c.ends {
				t.Errorf("ended %s, want %s: %s", ended.Status, c.ends, ended.Message)
			}
			for _, want := range c.says {
				if !strings.Contains(ended.Message, want) {
					t.Errorf("the message does not say %q: %s", want, ended.Message)
				}
			}
			for _, other := range known {
				want := 1
				if other.image == one.image {
					want = c.sent
				}
				if server.asked[other.image] != want {
					t.Errorf("%s was sent %d times, want %d", other.image, server.asked[other.image], want)
				}
			}
		})
	}
	t.Run("no secret", func(t *testing.T) {
		t.Parallel()
		server := serve(t, known, "", nil)
		stage := s.pointedAt(t, server, haste{})
		secrets := slices.DeleteFunc(cluster.Secrets(stage, token), func(secret client.Object) bool { return secret.GetName() == one.secret })
		ended := s.promote(t, stage, secrets)
		if ended.Status != failed || !strings.Contains(ended.Message, "Secret "+one.secret) {
			t.Errorf("ended %s: %s", ended.Status, ended.Message)
		}
		for _, other := range known {
			want := 1
			if other.secret == one.secret {
				want = 0
			}
			if server.asked[other.image] != want {
				t.Errorf("%s was sent %d times, want %d", other.image, server.asked[other.image], want)
			}
		}
	})
}
