package engine

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/conformance/cluster"
	"image-factory/conformance/manifests"
)

// eachReader runs a test for every Stage that reads a Dockerfile.
func eachReader(t *testing.T, test func(t *testing.T, s subject)) {
	each(t, func(s subject) bool { return len(s.reads) > 0 }, test)
}

// file answers with a Dockerfile as GitHub sends it raw.
func file(text string) answer {
	return typed("application/vnd.github.raw+json; charset=utf-8", http.StatusOK, text)
}

// dockerfile has the lines that a Stage wants, and others that decide nothing.
func dockerfile(lines []string, end string) string {
	var text strings.Builder
	for _, line := range lines {
		// What a continued line leaves behind keeps the space before the backslash.
		if strings.HasSuffix(line, " ") {
			line += "\\" + end + "    # a comment" + end + end + "    true"
		}
		text.WriteString(line + end + "RUN echo hello && \\" + end + "  echo world" + end + "# nothing" + end)
	}
	return text.String()
}

// readCase is one way in which GitHub may answer, and what must come of it.
type readCase struct {
	name     string
	script   script
	requests int
	status   kargoapi.PromotionStepStatus
	says     []string
	// drift says that the Dockerfile is another one.
	drift bool
}

func readCases(s subject) []readCase {
	const (
		failed    = kargoapi.PromotionStepStatusFailed
		errored   = kargoapi.PromotionStepStatusErrored
		succeeded = kargoapi.PromotionStepStatusSucceeded
	)
	lines := lockedLines(s)
	same := file(dockerfile(lines, "\n"))
	credential := credentialsOf(s.reads[0])[0]
	limited := func(headers ...string) answer {
		return says(http.StatusForbidden, "API rate limit exceeded", headers...)
	}
	then := func(n int, first answer) script {
		return func(i int, w http.ResponseWriter, r *http.Request) {
			if i <= n {
				first(w, r)
			} else {
				same(w, r)
			}
		}
	}
	cases := []readCase{
		{name: "same", script: always(same), requests: 1, status: succeeded},
		{name: "same with CRLF", script: always(file(dockerfile(lines, "\r\n"))), requests: 1, status: succeeded},
		{name: "same with BOM", script: always(file("\ufeff" + dockerfile(lines, "\n"))), requests: 1, status: succeeded},
		{name: "same as JSON", requests: 1, status: succeeded,
			script: always(typed("application/json", http.StatusOK, dockerfile(lines, "\n")))},
		{name: "401", script: always(says(401, "Bad credentials")), requests: 1, status: failed,
			says: []string{"Bad credentials", credential.Secret, credential.Key}},
		{name: "403", script: always(says(403, "Resource not accessible")), requests: 1, status: failed,
			says: []string{"Resource not accessible", "token", "branch"}},
		{name: "404", script: always(says(404, "Not Found")), requests: 1, status: failed,
			says: []string{"Not Found", "branch", "file"}},
		{name: "404 as HTML", script: always(htmlPage(404)), requests: 1, status: failed, says: []string{"branch", "file"}},
		{name: "404 with no body", script: always(typed("", 404, "")), requests: 1, status: failed,
			says: []string{"no reason", "branch", "file"}},
		{name: "304", script: always(typed("", 304, "")), requests: 1, status: failed},
		{name: "403 with Retry-After, then same", script: then(1, limited("Retry-After", "60")), requests: 2, status: succeeded},
		{name: "403 with no budget left, then same", script: then(1, limited("X-RateLimit-Remaining", "0")), requests: 2,
			status: succeeded},
		{name: "403 that says rate limit, then same", script: then(1, limited()), requests: 2, status: succeeded},
		{name: "429, then same", script: then(1, says(429, "slow down")), requests: 2, status: succeeded},
		{name: "500 twice, then same", script: then(2, says(500, "Server Error")), requests: 3, status: succeeded},
		{name: "503 with no body, then same", script: then(1, typed("", 503, "")), requests: 2, status: succeeded},
		{name: "500 for ever", script: always(says(500, "Server Error")), requests: polled, status: errored,
			says: []string{"timed out after"}},
		{name: "hangs for ever", script: always(hang), requests: untilThreshold, status: errored,
			says: []string{"met error threshold"}},
	}
	if len(lines) == 0 {
		return append(cases, readCase{name: "an empty file", script: always(file("")), requests: 1, status: succeeded})
	}
	other := []string{"has drifted", "discover"}
	return append(cases,
		readCase{name: "one FROM more", script: always(file(dockerfile(append(slices.Clone(lines), "FROM evil:${V}}"), "\n"))),
			requests: 1, status: failed, says: append(other, "New: FROM evil:${V}}; gone: "), drift: true},
		readCase{name: "one COPY --from more", requests: 1, status: failed, says: append(other, "COPY --from=evil a b"),
			script: always(file(dockerfile(append(slices.Clone(lines), "COPY \\\n  --from=evil a b"), "\n"))), drift: true},
		readCase{name: "one line less", script: always(file(dockerfile(lines[:len(lines)-1], "\n"))), requests: 1,
			status: failed, says: other, drift: true},
		readCase{name: "an empty file", script: always(file("")), requests: 1, status: failed, says: other, drift: true},
		readCase{name: "500, then drift", requests: 2, status: failed, says: other, drift: true,
			script: func(i int, w http.ResponseWriter, r *http.Request) {
				if i == 1 {
					says(500, "Server Error")(w, r)
				} else {
					file("FROM evil")(w, r)
				}
			}},
	)
}

func lockedLines(s subject) []string {
	return manifests.Locked(&testing.T{}, s.stage)
}

// TestAnalysis runs every such Stage against every answer.
func TestAnalysis(t *testing.T) {
	eachReader(t, func(t *testing.T, s subject) {
		for _, c := range readCases(s) {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				s.answered(t, c)
			})
		}
	})
}

// answered runs one Promotion in which GitHub answers in one way.
func (s subject) answered(t *testing.T, c readCase) {
	read := s.reads[0]
	github := newGitHub(t, map[string]script{read.path: c.script})
	timeout := patientTimeout
	if c.requests == polled {
		timeout = polledTimeout
	}
	stage := s.pointedAt(t, github.server.URL, timeout)
	ended := s.promote(t, stage, cluster.Secrets(stage, token+"\n"))
	step := ended.step(t, read.alias)
	if step.Status != c.status {
		t.Errorf("step ended %s, want %s: %s", step.Status, c.status, step.Message)
	}
	sent := github.to(read.path)
	switch want := c.requests; {
	case want == polled && len(sent) < 2:
		t.Errorf("sent %d times, want it polled", len(sent))
	case want == untilThreshold && len(sent) != read.errorThreshold:
		t.Errorf("sent %d times, want errorThreshold, %d", len(sent), read.errorThreshold)
	case want > 0 && len(sent) != want:
		t.Errorf("sent %d times, want %d", len(sent), want)
	}
	for _, request := range sent {
		checkRead(t, read, request)
	}
	if want := kargoapi.PromotionPhase(c.status); ended.Status != want || ended.Message != step.Message {
		t.Errorf("the Promotion ended %s, %q, want %s, %q", ended.Status, ended.Message, want, step.Message)
	}
	if _, explains := read.config["errorExpression"]; explains && c.status == kargoapi.PromotionStepStatusFailed {
		address, err := url.Parse(read.config["url"].(string))
		if err != nil {
			t.Fatal(err)
		}
		repo, path, _ := strings.Cut(strings.SplitN(address.Path, "/repos/", 2)[1], "/contents/")
		for _, want := range append(c.says, manifests.ImageOf(read.alias), repo, path, address.Query().Get("ref")) {
			if !strings.Contains(step.Message, quoted(want)) {
				t.Errorf("the message does not say %q: %s", want, step.Message)
			}
		}
	}

	// With onDrift: dispatch, drift and nothing else starts the workflow, and the
	// Promotion still says what has drifted.
	for _, d := range s.dispatches {
		sent := github.to(d.path)
		if want := map[bool]int{true: 1}[c.drift]; len(sent) != want {
			t.Errorf("the workflow was started %d times, want %d: %s", len(sent), want, ended.step(t, d.alias).Message)
		}
		for _, request := range sent {
			checkRequest(t, d, request)
		}
		if status := ended.step(t, d.alias).Status; c.drift != (status == kargoapi.PromotionStepStatusSucceeded) {
			t.Errorf("%s ended %s", d.alias, status)
		}
	}
}

func checkRead(t *testing.T, read dispatch, r request) {
	t.Helper()
	headers := map[string]string{
		"Accept":               "application/vnd.github.raw+json",
		"X-Github-Api-Version": "2022-11-28",
		"Authorization":        "Bearer " + token,
	}
	for name, want := range headers {
		if got := r.Headers.Values(name); !reflect.DeepEqual(got, []string{want}) {
			t.Errorf("header %s is %q, want %q", name, got, want)
		}
	}
	if r.Method != http.MethodGet || r.Body != "" {
		t.Errorf("%s with body %q", r.Method, r.Body)
	}
	if want := strings.SplitN(read.config["url"].(string), "?", 2)[1]; r.Query != want {
		t.Errorf("asks with %q, want %q", r.Query, want)
	}
}

// TestAnalysisDispatchFails has a drift and a factory whose workflow cannot be
// started: the Promotion tells of the drift, the step of the factory.
func TestAnalysisDispatchFails(t *testing.T) {
	each(t, func(s subject) bool { return len(s.reads) > 0 && len(s.dispatches) > 0 }, func(t *testing.T, s subject) {
		read, d := s.reads[0], s.dispatches[0]
		github := newGitHub(t, map[string]script{
			read.path: always(file("FROM evil")),
			d.path:    always(says(404, "Not Found")),
		})
		stage := s.pointedAt(t, github.server.URL, patientTimeout)
		ended := s.promote(t, stage, cluster.Secrets(stage, token))
		if message := ended.step(t, d.alias).Message; !strings.Contains(message, manifests.ImageOf(d.alias)) {
			t.Errorf("%s says %s", d.alias, message)
		}
		if ended.Status != kargoapi.PromotionPhaseFailed || ended.Message != ended.step(t, read.alias).Message {
			t.Errorf("the Promotion ended %s: %s", ended.Status, ended.Message)
		}
	})
}

// TestAnalysisGuard takes the token away: nothing is sent, and the Promotion
// names what is missing.
func TestAnalysisGuard(t *testing.T) {
	eachReader(t, func(t *testing.T, s subject) {
		if !guarded(s) {
			t.Skip("no fail step: this manifest is for a release that has none")
		}
		github := newGitHub(t, nil)
		stage := s.pointedAt(t, github.server.URL, patientTimeout)
		ended := s.promote(t, stage, cluster.Secrets(stage, " \n"))
		credential := credentialsOf(s.reads[0])[0]
		if github.count() != 0 || ended.Status != kargoapi.PromotionPhaseFailed {
			t.Errorf("%d requests, ended %s", github.count(), ended.Status)
		}
		for _, want := range []string{credential.Secret, credential.Key, stage.Namespace} {
			if !strings.Contains(ended.Message, want) {
				t.Errorf("the message does not name %q: %s", want, ended.Message)
			}
		}
	})
}

// TestAnalysisTokenStaysHome redirects the request to another host.
func TestAnalysisTokenStaysHome(t *testing.T) {
	eachReader(t, func(t *testing.T, s subject) {
		other, visits, leaks := elsewhere(t)
		github := newGitHub(t, map[string]script{s.reads[0].path: always(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other, http.StatusFound)
		})})
		stage := s.pointedAt(t, github.server.URL, patientTimeout)
		s.promote(t, stage, cluster.Secrets(stage, token))
		if visits.Load() == 0 || leaks.Load() > 0 {
			t.Errorf("%d redirected requests, %d with the token", visits.Load(), leaks.Load())
		}
	})
}

// TestAnalysisLines gives Kargo's http step every Dockerfile of the corpus and,
// as the lines of the lock, those that the Rust reader found in it, which a
// snapshot of its tests holds: both must find the same.
func TestAnalysisLines(t *testing.T) {
	root := filepath.Join("..", "..")
	snapshot, err := os.ReadFile(filepath.Join(root, "integration/snapshots/integration__dockerfile__lines_of_the_corpus.snap"))
	if err != nil {
		t.Fatal(err)
	}
	var corpus map[string][]string
	if err := json.Unmarshal([]byte(strings.SplitN(string(snapshot), "---\n", 3)[2]), &corpus); err != nil {
		t.Fatal(err)
	}
	if len(corpus) < 200 {
		t.Fatalf("%d Dockerfiles", len(corpus))
	}
	reader := anyReader(t)
	for name, lines := range corpus {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join(root, "fixtures/dockerfiles", name+".Dockerfile"))
			if err != nil {
				t.Fatal(err)
			}
			github := newGitHub(t, map[string]script{reader.reads[0].path: always(file(string(text)))})
			for _, locked := range [][]string{lines, append(slices.Clone(lines), "FROM evil")} {
				stage := reader.pointedAt(t, github.server.URL, patientTimeout)
				for i, v := range stage.Spec.PromotionTemplate.Spec.Vars {
					if v.Name == "locked" {
						list, err := json.Marshal(locked)
						if err != nil {
							t.Fatal(err)
						}
						stage.Spec.PromotionTemplate.Spec.Vars[i].Value = string(list)
					}
				}
				ended := reader.promote(t, stage, cluster.Secrets(stage, token))
				if same := ended.Status == kargoapi.PromotionPhaseSucceeded; same != (len(locked) == len(lines)) {
					t.Errorf("the Promotion ended %s: %s", ended.Status, ended.Message)
				}
			}
		})
	}
}

// anyReader is a Stage that compares lines, made for Kargo's newest release.
func anyReader(t *testing.T) subject {
	t.Helper()
	for _, set := range manifests.All(t) {
		for _, s := range subjects(t, set) {
			if len(s.reads) > 0 && len(s.dispatches) == 0 && len(manifests.Locked(t, s.stage)) > 0 {
				if _, explains := s.reads[0].config["errorExpression"]; explains {
					return s
				}
			}
		}
	}
	t.Skip("no Stage compares lines")
	return subject{}
}
