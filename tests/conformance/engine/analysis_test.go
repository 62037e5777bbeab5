package engine

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/conformance/cluster"
	"image-factory/conformance/github"
	"image-factory/conformance/manifests"
)

// eachReader runs a test for every Stage that reads a Dockerfile.
func eachReader(t *testing.T, test func(t *testing.T, s subject)) {
	each(t, func(s subject) bool { return len(s.reads) > 0 }, test)
}

// file answers with a Dockerfile as GitHub sends it raw.
func file(text string) github.Fault {
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
	name   string
	faults []github.Fault
	// requests is how often it must be asked; 0 stands for "again and again".
	requests int
	status   kargoapi.PromotionStepStatus
	says     []string
	// drift says that the Dockerfile is another one.
	drift bool
	// hangs says that requests must run into their timeout.
	hangs bool
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
	limited := func(headers ...string) github.Fault {
		return says(http.StatusForbidden, "API rate limit exceeded", headers...)
	}
	faults := func(all ...github.Fault) []github.Fault { return all }
	then := func(n int, fault github.Fault) []github.Fault { return faults(first(n, fault), same) }
	empty := ""
	cases := []readCase{
		{name: "same", faults: faults(same), requests: 1, status: succeeded},
		{name: "same with CRLF", faults: faults(file(dockerfile(lines, "\r\n"))), requests: 1, status: succeeded},
		{name: "same with BOM", faults: faults(file("\ufeff" + dockerfile(lines, "\n"))), requests: 1, status: succeeded},
		{name: "same as JSON", requests: 1, status: succeeded,
			faults: faults(typed("application/json", http.StatusOK, dockerfile(lines, "\n")))},
		{name: "401", faults: faults(says(401, "Bad credentials")), requests: 1, status: failed,
			says: []string{"Bad credentials", credential.Secret, credential.Key}},
		{name: "403", faults: faults(says(403, "Resource not accessible")), requests: 1, status: failed,
			says: []string{"Resource not accessible", "token", "branch"}},
		{name: "404", faults: faults(says(404, "Not Found")), requests: 1, status: failed,
			says: []string{"Not Found", "branch", "file"}},
		{name: "404 as HTML", faults: faults(htmlPage(404)), requests: 1, status: failed, says: []string{"branch", "file"}},
		{name: "404 with no body", faults: faults(typed("", 404, "")), requests: 1, status: failed,
			says: []string{"no reason", "branch", "file"}},
		{name: "304", faults: faults(typed("", 304, "")), requests: 1, status: failed},
		{name: "403 with Retry-After, then same", faults: then(1, limited("Retry-After", "60")), requests: 2, status: succeeded},
		{name: "403 with no budget left, then same", faults: then(1, limited("X-RateLimit-Remaining", "0")), requests: 2,
			status: succeeded},
		{name: "403 that says rate limit, then same", faults: then(1, limited()), requests: 2, status: succeeded},
		{name: "429, then same", faults: then(1, says(429, "slow down")), requests: 2, status: succeeded},
		{name: "500 twice, then same", faults: then(2, says(500, "Server Error")), requests: 3, status: succeeded},
		{name: "503 with no body, then same", faults: then(1, github.Fault{Status: 503, Body: &empty}), requests: 2, status: succeeded},
		{name: "500 for ever", faults: faults(says(500, "Server Error")), status: errored, says: []string{"timed out after"}},
		{name: "hangs for ever", faults: faults(github.Fault{Hang: true}), status: errored, hangs: true},
	}
	if s.expected != nil {
		// GitHub has the file that the fixture's author wrote.
		cases = append(cases, readCase{name: "as expected", requests: 1, status: succeeded})
	}
	if len(lines) == 0 {
		return append(cases, readCase{name: "an empty file", faults: faults(file("")), requests: 1, status: succeeded})
	}
	other := []string{"has drifted", "discover"}
	return append(cases,
		readCase{name: "one FROM more", faults: faults(file(dockerfile(append(slices.Clone(lines), "FROM evil:${V}}"), "\n"))),
			requests: 1, status: failed, says: append(other, "New: FROM evil:${V}}; gone: "), drift: true},
		readCase{name: "one COPY --from more", requests: 1, status: failed, says: append(other, "COPY --from=evil a b"),
			faults: faults(file(dockerfile(append(slices.Clone(lines), "COPY \\\n  --from=evil a b"), "\n"))), drift: true},
		readCase{name: "one line less", faults: faults(file(dockerfile(lines[:len(lines)-1], "\n"))), requests: 1,
			status: failed, says: other, drift: true},
		readCase{name: "an empty file", faults: faults(file("")), requests: 1, status: failed, says: other, drift: true},
		readCase{name: "500, then drift", requests: 2, status: failed, says: other, drift: true,
			faults: faults(first(1, says(500, "Server Error")), file("FROM evil"))},
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
	hurry := haste{path: read.path}
	if c.requests == 0 {
		hurry.retry = stepTimeout
	}
	if c.hangs {
		hurry.request = requestTimeout
	}
	var server *github.Server
	var ended outcome
	hurry.patiently(func(hurry haste) bool {
		server = s.github(t, read, c.faults...)
		stage := s.pointedAt(t, server, hurry)
		ended = s.promote(t, stage, cluster.Secrets(stage, token+"\n"))
		return c.requests > 0 || len(to(server, read)) > 1
	})
	step := ended.step(t, read.alias)
	if step.Status != c.status {
		t.Errorf("step ended %s, want %s: %s", step.Status, c.status, step.Message)
	}
	sent := to(server, read)
	if c.requests == 0 && len(sent) < 2 {
		t.Errorf("sent %d times, want it again and again", len(sent))
	}
	if c.requests > 0 && len(sent) != c.requests {
		t.Errorf("sent %d times, want %d", len(sent), c.requests)
	}
	for _, request := range sent {
		checkHeaders(t, request, headersOfAll("application/vnd.github.raw+json"))
		if request.Operation != "repos/get-content" {
			t.Errorf("%s is %q", request.Path, request.Operation)
		}
	}
	if want := kargoapi.PromotionPhase(c.status); ended.Status != want || ended.Message != step.Message {
		t.Errorf("the Promotion ended %s, %q, want %s, %q", ended.Status, ended.Message, want, step.Message)
	}
	if _, explains := read.config["errorExpression"]; explains && c.status == kargoapi.PromotionStepStatusFailed {
		wants := append(c.says, manifests.ImageOf(read.alias), read.url.Query().Get("ref"))
		if where := address.FindStringSubmatch(read.url.Path); where != nil {
			wants = append(wants, where[1], where[3])
		}
		for _, want := range wants {
			if !strings.Contains(step.Message, quoted(want)) {
				t.Errorf("the message does not say %q: %s", want, step.Message)
			}
		}
	}

	// With onDrift: dispatch, drift and nothing else starts the workflow, and the
	// Promotion still says what has drifted.
	for _, d := range s.dispatches {
		sent := to(server, d.request)
		if want := map[bool]int{true: 1}[c.drift]; len(sent) != want {
			t.Errorf("the workflow was started %d times, want %d: %s", len(sent), want, ended.step(t, d.alias).Message)
		}
		for _, request := range sent {
			checkDispatch(t, request)
		}
		if status := ended.step(t, d.alias).Status; c.drift != (status == kargoapi.PromotionStepStatusSucceeded) {
			t.Errorf("%s ended %s", d.alias, status)
		}
	}
}

// TestAnalysisDispatchFails has a drift and a factory whose workflow cannot be
// started: the Promotion tells of the drift, the step of the factory.
func TestAnalysisDispatchFails(t *testing.T) {
	each(t, func(s subject) bool { return len(s.reads) > 0 && len(s.dispatches) > 0 }, func(t *testing.T, s subject) {
		read, d := s.reads[0], s.dispatches[0]
		server := s.github(t, read, file("FROM evil"))
		fault := says(404, "Not Found")
		fault.Path = d.path
		server.Fail(fault)
		stage := s.pointedAt(t, server, haste{})
		ended := s.promote(t, stage, cluster.Secrets(stage, token))
		if message := ended.step(t, d.alias).Message; !strings.Contains(message, d.image) {
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
		server := s.github(t, s.reads[0])
		stage := s.pointedAt(t, server, haste{})
		ended := s.promote(t, stage, cluster.Secrets(stage, " \n"))
		credential := credentialsOf(s.reads[0])[0]
		if sent := len(server.Requests()); sent != 0 || ended.Status != kargoapi.PromotionPhaseFailed {
			t.Errorf("%d requests, ended %s", sent, ended.Status)
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
		server := s.github(t, s.reads[0], redirect(http.StatusFound, other))
		stage := s.pointedAt(t, server, haste{})
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
	if testing.Short() {
		t.Skip("the expressions are those of every manifest")
	}
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
			server := reader.github(t, reader.reads[0], file(string(text)))
			for _, locked := range [][]string{lines, append(slices.Clone(lines), "FROM evil")} {
				stage := reader.pointedAt(t, server, haste{})
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
