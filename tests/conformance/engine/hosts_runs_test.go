package engine

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/conformance/cluster"
	"image-factory/conformance/manifests"
)

// hostRun is how a host tells of a run: "Pipelines API" of GitLab, "Runs - Run
// Pipeline" and "Builds - Get" of Azure DevOps, and what the descriptions of Gitea
// and Forgejo have; their words for how a run stands are in services/convert/convert.go
// and models/actions/status.go.
type hostRun struct {
	image, start, answer string
	status               int
	// show is the address of the run, header that of its token.
	show, header, value string
	// runs, good and bad are what the run is while it runs and when it has ended.
	runs, good, bad string
	page, says      string
	// described is what both requests are held against, flag is in the body.
	described, flag string
}

var hostRuns = []hostRun{
	{
		image: "lab", start: "/api/v4/projects/acme%2Fgroup%2Flab/pipeline", status: 201,
		answer: `{"id": 61, "status": "created", "web_url": "https://gitlab.example.com/p/61"}`,
		show:   "/api/v4/projects/acme%2Fgroup%2Flab/pipelines/61", header: "Private-Token", value: token,
		runs: `{"id": 61, "status": "running", "web_url": "https://gitlab.example.com/p/61"}`,
		good: `{"id": 61, "status": "success", "web_url": "https://gitlab.example.com/p/61"}`,
		bad:  `{"id": 61, "status": "failed", "web_url": "https://gitlab.example.com/p/61"}`,
		page: "https://gitlab.example.com/p/61", says: "ended as failed",
	},
	{
		image: "azure", start: "/acme/My%20Project/_apis/pipelines/42/runs?api-version=7.1", status: 200,
		answer: `{"id": 4711, "state": "inProgress", "_links": {"web": {"href": "https://azure.example.com/b/4711"}}}`,
		show:   "/acme/My%20Project/_apis/build/builds/4711?api-version=7.1", header: "Authorization", value: basic(""),
		runs: `{"id": 4711, "status": "inProgress", "_links": {"web": {"href": "https://azure.example.com/b/4711"}}}`,
		good: `{"id": 4711, "status": "completed", "result": "partiallySucceeded", "_links": {"web": {"href": "https://azure.example.com/b/4711"}}}`,
		bad:  `{"id": 4711, "status": "completed", "result": "canceled", "_links": {"web": {"href": "https://azure.example.com/b/4711"}}}`,
		page: "https://azure.example.com/b/4711", says: "ended as canceled",
	},
	{
		image: "tea", start: "/api/v1/repos/acme/tea/actions/workflows/tea.yml/dispatches?return_run_details=true", status: 200,
		answer: `{"workflow_run_id": 17, "html_url": "https://gitea.example.com/r/17", "run_url": "x"}`,
		show:   "/api/v1/repos/acme/tea/actions/runs/17", header: "Authorization", value: "token " + token,
		runs: `{"id": 17, "status": "in_progress", "conclusion": "", "html_url": "https://gitea.example.com/r/17"}`,
		good: `{"id": 17, "status": "completed", "conclusion": "success", "html_url": "https://gitea.example.com/r/17"}`,
		bad:  `{"id": 17, "status": "completed", "conclusion": "failure", "html_url": "https://gitea.example.com/r/17"}`,
		page: "https://gitea.example.com/r/17", says: "ended as failure", described: "gitea-1.27",
	},
	{
		image: "forge", start: "/api/v1/repos/acme/forge/actions/workflows/forge.yml/dispatches", status: 201,
		answer: `{"id": 23, "run_number": 4, "jobs": ["build"]}`,
		show:   "/api/v1/repos/acme/forge/actions/runs/23", header: "Authorization", value: "token " + token,
		runs: `{"id": 23, "status": "waiting", "html_url": "https://forgejo.example.com/r/4"}`,
		good: `{"id": 23, "status": "success", "html_url": "https://forgejo.example.com/r/4"}`,
		bad:  `{"id": 23, "status": "cancelled", "html_url": "https://forgejo.example.com/r/4"}`,
		page: "https://forgejo.example.com/r/4", says: "ended as cancelled", described: "forgejo", flag: `"return_run_info":true`,
	},
}

// older are hosts that know no way to be asked for a run, and answer as they always did.
var older = map[string]bool{"tea": true, "forge": true}

// runServer is all of these hosts; the run of one image ends badly.
type runServer struct {
	*httptest.Server
	older   map[string]bool
	mutex   sync.Mutex
	started map[string]int
	looks   map[string]int
}

func (s *runServer) URL() string { return s.Server.URL }

func serveRuns(t *testing.T, bad string) *runServer {
	s := &runServer{started: map[string]int{}, looks: map[string]int{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		w.Header().Set("Content-Type", "application/json")
		for _, run := range hostRuns {
			at := r.Method + " " + r.URL.RequestURI()
			if at != "POST "+run.start && at != "GET "+run.show {
				continue
			}
			sent, _ := io.ReadAll(r.Body)
			if run.described != "" {
				if wrong := against(t, run.described).Check(r, "/api/v1", sent); len(wrong) > 0 {
					t.Errorf("%s: %q", at, wrong)
				}
			}
			switch at {
			case "POST " + run.start:
				if !strings.Contains(string(sent), run.flag) {
					t.Errorf("%s is sent %s", at, sent)
				}
				s.started[run.image]++
				if s.older[run.image] {
					w.WriteHeader(http.StatusNoContent)
					return
				}
				w.WriteHeader(run.status)
				_, _ = io.WriteString(w, run.answer)
				return
			case "GET " + run.show:
				if len(s.started) != len(hostRuns) {
					t.Errorf("%s is looked at before all were dispatched", run.image)
				}
				if r.Header.Get(run.header) != run.value {
					t.Errorf("%s: %s is %q", run.image, run.header, r.Header.Get(run.header))
				}
				s.looks[run.image]++
				body := run.good
				if s.looks[run.image] < 3 {
					body = run.runs
				} else if run.image == bad {
					body = run.bad
				}
				_, _ = io.WriteString(w, body)
				return
			}
		}
		t.Errorf("nobody knows %s %s", r.Method, r.URL.RequestURI())
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(s.Close)
	return s
}

// TestHostRuns waits for runs of other hosts: all end well, or one does not.
func TestHostRuns(t *testing.T) {
	text, err := os.ReadFile(os.Getenv("CONFORMANCE_HOSTS") + "/runs.yaml")
	if err != nil {
		t.Skip("CONFORMANCE_HOSTS names no folder")
	}
	objects, err := manifests.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range subjects(t, manifests.Set{Name: "runs", Objects: objects}) {
		if len(s.dispatches) != len(hostRuns) {
			t.Fatalf("%s starts %d images, want %d", s.stage.Name, len(s.dispatches), len(hostRuns))
		}
		t.Run("older", func(t *testing.T) {
			t.Parallel()
			server := serveRuns(t, "")
			server.older = older
			stage := s.pointedAt(t, server, haste{})
			ended := s.promote(t, stage, cluster.Secrets(stage, token))
			says := strings.Contains(ended.Message, "The answers to the dispatches of forge, tea name no run, so none was waited for.")
			if ended.Status != kargoapi.PromotionPhaseFailed || !says || server.looks["lab"] != 3 || server.looks["tea"]+server.looks["forge"] != 0 {
				t.Errorf("ended %s: %s; looks %v", ended.Status, ended.Message, server.looks)
			}
		})
		for _, bad := range append([]hostRun{{}}, hostRuns...) {
			t.Run("bad "+bad.image, func(t *testing.T) {
				t.Parallel()
				server := serveRuns(t, bad.image)
				stage := s.pointedAt(t, server, haste{})
				ended := s.promote(t, stage, cluster.Secrets(stage, token))
				if bad.image == "" && ended.Status != kargoapi.PromotionPhaseSucceeded {
					t.Errorf("ended %s: %s", ended.Status, ended.Message)
				}
				if bad.image != "" && (ended.Status != kargoapi.PromotionPhaseFailed ||
					!strings.Contains(ended.Message, "1 of 4 runs did not end well: "+bad.image) ||
					!strings.Contains(ended.Message, bad.says) || !strings.Contains(ended.Message, bad.page)) {
					t.Errorf("ended %s: %s", ended.Status, ended.Message)
				}
				for _, run := range hostRuns {
					if server.started[run.image] != 1 || server.looks[run.image] != 3 {
						t.Errorf("%s was started %d times and looked at %d times, want 1 and 3", run.image, server.started[run.image], server.looks[run.image])
					}
				}
			})
		}
	}
}
