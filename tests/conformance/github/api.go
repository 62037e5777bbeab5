package github

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Run is a run of a workflow.
type Run struct {
	ID         int64     `json:"id"`
	Repository string    `json:"repository"`
	Workflow   string    `json:"workflow"`
	Ref        string    `json:"ref"`
	Inputs     any       `json:"inputs,omitempty"`
	CreatedAt  time.Time `json:"created_at"`
	// Status and Conclusion are as GitHub has them.
	Status     string `json:"status"`
	Conclusion string `json:"conclusion,omitempty"`
}

// Runs gives the runs that were started, the oldest first.
func (s *Server) Runs() []Run {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.runs)
}

// Conclude says how a run stands; 0 means all runs, also those to come.
func (s *Server) Conclude(id int64, status, conclusion string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if id == 0 {
		s.outcome, s.outcomes = Run{Status: status, Conclusion: conclusion}, map[string]Run{}
	}
	for i := range s.runs {
		if id == 0 || s.runs[i].ID == id {
			s.runs[i].Status, s.runs[i].Conclusion = status, conclusion
		}
	}
}

// Begin says how the runs of one repository stand that are still to come.
func (s *Server) Begin(repository, status, conclusion string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.outcomes[repository] = Run{Status: status, Conclusion: conclusion}
}

// do does what a request asks for, which is right by the description.
func (s *Server) do(c *call) *answer {
	world := s.options.World
	if _, known := world.Tokens[c.token]; len(world.Tokens) > 0 && c.token != "" && !known {
		return failure(http.StatusUnauthorized, "Bad credentials")
	}
	switch c.operation {
	case "meta/root":
		return s.json(http.StatusOK, map[string]string{"repository_url": s.URL() + "/repos/{owner}/{repo}"})
	case "meta/get-zen":
		return &answer{status: http.StatusOK, kind: "text/plain;charset=utf-8", body: []byte("Keep it logically awesome.")}
	case "meta/get-all-versions":
		return s.json(http.StatusOK, []string{oldestVersion})
	case "rate-limit/get":
		return s.rateLimit()
	}
	owner, name := c.parameters["owner"], c.parameters["repo"]
	full := owner + "/" + name
	repository := world.repository(owner, name)
	if repository == nil && world.Open {
		repository = &Repository{DefaultBranch: "main", Refs: map[string]fs.FS{}}
	}
	if c.token == "" || repository == nil || !world.may(c.token, full, "", "") {
		// Of what is private GitHub does not say that it is there.
		return failure(http.StatusNotFound, "Not Found")
	}
	switch c.operation {
	case "repos/get":
		return s.json(http.StatusOK, map[string]any{"full_name": full, "name": name, "default_branch": repository.DefaultBranch, "private": true})
	case "repos/get-content":
		return s.contents(c, full, repository)
	case "actions/create-workflow-dispatch":
		return s.dispatch(c, full, repository)
	case "issues/create":
		if !world.may(c.token, full, "issues", "write") {
			return forbidden()
		}
		return s.json(http.StatusCreated, map[string]any{"number": 1, "html_url": "https://github.example/" + full + "/issues/1"})
	}
	if c.operation == "actions/get-github-actions-permissions-repository" {
		if !world.may(c.token, full, "administration", "read") {
			return forbidden()
		}
		return s.json(http.StatusOK, map[string]any{"enabled": true, "allowed_actions": "all"})
	}
	if !world.may(c.token, full, "actions", "read") {
		return forbidden()
	}
	if s.isGone(repository, c.parameters["workflow_id"]) {
		return failure(http.StatusNotFound, "Not Found")
	}
	switch c.operation {
	case "actions/get-workflow":
		return s.json(http.StatusOK, map[string]any{"name": c.parameters["workflow_id"], "state": "active",
			"path": ".github/workflows/" + c.parameters["workflow_id"]})
	case "actions/list-workflow-runs", "actions/list-workflow-runs-for-repo":
		return s.listRuns(c, full)
	case "actions/get-workflow-run":
		for _, run := range s.Runs() {
			if strings.EqualFold(run.Repository, full) && strconv.FormatInt(run.ID, 10) == c.parameters["run_id"] {
				return s.json(http.StatusOK, s.details(run))
			}
		}
		return failure(http.StatusNotFound, "Not Found")
	}
	return failure(http.StatusNotImplemented, "this stand-in does not answer "+c.operation)
}

func (s *Server) json(status int, body any) *answer {
	text, err := json.Marshal(body)
	if err != nil {
		return failure(http.StatusInternalServerError, err.Error())
	}
	return &answer{status: status, kind: "application/json; charset=utf-8", body: text}
}

func forbidden() *answer {
	return failure(http.StatusForbidden, "Resource not accessible by personal access token")
}

func (s *Server) rateLimit() *answer {
	if d := s.options.Description; d != nil && strings.HasPrefix(d.Name, "ghes-") {
		return failure(http.StatusNotFound, "Rate limiting is not enabled.")
	}
	rate := map[string]any{"limit": rateLimit, "used": 0, "remaining": rateLimit, "reset": time.Now().Add(time.Hour).Unix()}
	return s.json(http.StatusOK, map[string]any{"resources": map[string]any{"core": rate, "search": rate}, "rate": rate})
}

// isGone says that a workflow is named that is not on the default branch, where
// GitHub looks for its name.
func (s *Server) isGone(repository *Repository, workflow string) bool {
	if workflow == "" || s.options.World.Open {
		return false
	}
	files := repository.at(repository.DefaultBranch)
	if files == nil {
		return true
	}
	found, err := readWorkflow(files, workflow)
	return err != nil || found == nil
}

// dispatch starts a workflow, or says why it cannot be started.
func (s *Server) dispatch(c *call, full string, repository *Repository) *answer {
	name := c.parameters["workflow_id"]
	if s.isGone(repository, name) {
		return failure(http.StatusNotFound, "Not Found")
	}
	if !s.options.World.may(c.token, full, "actions", "write") {
		return forbidden()
	}
	var body struct {
		Ref     string         `json:"ref"`
		Inputs  map[string]any `json:"inputs"`
		Details bool           `json:"return_run_details"`
	}
	if err := json.Unmarshal(c.body, &body); err != nil {
		return failure(http.StatusBadRequest, "Problems parsing JSON")
	}
	if message := s.refuses(repository, name, body.Ref, body.Inputs); message != "" {
		return failure(http.StatusUnprocessableEntity, message)
	}
	s.mutex.Lock()
	run := s.outcome
	if of, is := s.outcomes[full]; is {
		run = of
	}
	run.ID, run.Repository, run.Workflow, run.Ref = int64(len(s.runs)+1), full, name, body.Ref
	run.Inputs, run.CreatedAt = body.Inputs, time.Now().UTC()
	s.runs = append(s.runs, run)
	s.mutex.Unlock()
	// From the second version on there are always details, and no key asks for them.
	if !body.Details && (c.version == oldestVersion || c.knows("return_run_details")) {
		return &answer{status: http.StatusNoContent, run: run.ID}
	}
	details := s.details(run)
	started := s.json(http.StatusOK, map[string]any{"workflow_run_id": run.ID,
		"run_url": details["url"], "html_url": details["html_url"]})
	started.run = run.ID
	return started
}

// refuses says why a workflow cannot be started with these inputs, in GitHub's
// words and in the order in which GitHub looks.
func (s *Server) refuses(repository *Repository, name, ref string, inputs map[string]any) string {
	if text, _ := json.Marshal(inputs); len(text) > 65535 {
		return "inputs are too large."
	}
	if s.options.World.Open {
		return ""
	}
	files := repository.at(ref)
	if files == nil || ref == "" {
		return "No ref found for: " + ref
	}
	found, err := readWorkflow(files, name)
	if err != nil {
		return err.Error()
	}
	if found == nil || !found.dispatchable {
		return "Workflow does not have 'workflow_dispatch' trigger"
	}
	var unexpected []string
	for _, input := range slices.Sorted(maps.Keys(inputs)) {
		if _, known := found.inputs[input]; !known {
			unexpected = append(unexpected, strconv.Quote(input))
		}
	}
	if len(unexpected) > 0 {
		return "Unexpected inputs provided: [" + strings.Join(unexpected, ", ") + "]"
	}
	for _, name := range slices.Sorted(maps.Keys(found.inputs)) {
		input := found.inputs[name]
		value, given := inputs[name]
		if !given && input.Required && input.Default.IsZero() {
			return "Required input '" + name + "' not provided"
		}
		if given && input.Type == "choice" && !slices.Contains(input.Options, fmt.Sprint(value)) {
			return fmt.Sprintf("Provided value '%v' for input '%s' not in the list of allowed values", value, name)
		}
	}
	return ""
}

// details are what GitHub says of a run, as far as anybody asks.
func (s *Server) details(run Run) map[string]any {
	address := fmt.Sprintf("%s/repos/%s/actions/runs/%d", s.URL(), run.Repository, run.ID)
	var conclusion any
	if run.Conclusion != "" {
		conclusion = run.Conclusion
	}
	return map[string]any{
		"id": run.ID, "event": "workflow_dispatch", "status": run.Status, "conclusion": conclusion,
		"path": ".github/workflows/" + run.Workflow, "head_branch": strings.TrimPrefix(run.Ref, "refs/heads/"),
		"run_number": run.ID, "run_attempt": 1, "url": address,
		"html_url":   fmt.Sprintf("https://github.example/%s/actions/runs/%d", run.Repository, run.ID),
		"created_at": run.CreatedAt.Format(time.RFC3339), "run_started_at": run.CreatedAt.Format(time.RFC3339),
		"repository": map[string]any{"full_name": run.Repository},
	}
}

// listRuns gives the runs of a workflow or of all, the newest first.
func (s *Server) listRuns(c *call, full string) *answer {
	count := 30
	if asked, err := strconv.Atoi(c.query.Get("per_page")); err == nil {
		count = min(asked, 100)
	}
	page := 1
	if asked, err := strconv.Atoi(c.query.Get("page")); err == nil {
		page = max(1, asked)
	}
	var wanted []Run
	for _, run := range s.Runs() {
		if !strings.EqualFold(run.Repository, full) ||
			c.parameters["workflow_id"] != "" && run.Workflow != c.parameters["workflow_id"] ||
			c.query.Get("event") != "" && c.query.Get("event") != "workflow_dispatch" ||
			c.query.Get("branch") != "" && c.query.Get("branch") != strings.TrimPrefix(run.Ref, "refs/heads/") ||
			c.query.Get("status") != "" && !slices.Contains([]string{run.Status, run.Conclusion}, c.query.Get("status")) ||
			!createdIn(c.query.Get("created"), run.CreatedAt) {
			continue
		}
		wanted = append(wanted, run)
	}
	slices.Reverse(wanted)
	runs := []any{}
	for i := (page - 1) * count; i < min(page*count, len(wanted)); i++ {
		runs = append(runs, s.details(wanted[i]))
	}
	return s.json(http.StatusOK, map[string]any{"total_count": len(wanted), "workflow_runs": runs})
}

// createdIn says whether a time is in a range of GitHub's search: FROM..TO, >=FROM,
// >FROM, <=TO, <TO, with * for an open end.
func createdIn(span string, at time.Time) bool {
	from, to, between := strings.Cut(span, "..")
	if !between {
		from, to = "", ""
		if rest, ok := strings.CutPrefix(span, ">"); ok {
			from = strings.TrimPrefix(rest, "=")
		}
		if rest, ok := strings.CutPrefix(span, "<"); ok {
			to = strings.TrimPrefix(rest, "=")
		}
	}
	bound := func(text string) (time.Time, bool) {
		for _, layout := range []string{time.RFC3339, time.DateOnly} {
			if parsed, err := time.Parse(layout, text); err == nil {
				return parsed, true
			}
		}
		return time.Time{}, false
	}
	// GitHub counts in seconds.
	at = at.Truncate(time.Second)
	if first, ok := bound(from); ok && at.Before(first) {
		return false
	}
	if last, ok := bound(to); ok && at.After(last) {
		return false
	}
	return true
}

// contents gives a file, raw or as an object.
func (s *Server) contents(c *call, full string, repository *Repository) *answer {
	if !s.options.World.may(c.token, full, "contents", "read") {
		return forbidden()
	}
	ref := c.query.Get("ref")
	if ref == "" {
		ref = repository.DefaultBranch
	}
	files := repository.at(ref)
	if files == nil {
		return failure(http.StatusNotFound, "No commit found for the ref "+ref)
	}
	name := path.Clean(c.parameters["path"])
	text, err := fs.ReadFile(files, name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return failure(http.StatusNotFound, "Not Found")
	}
	if err != nil {
		return failure(http.StatusInternalServerError, err.Error())
	}
	if c.raw {
		return &answer{status: http.StatusOK, kind: "application/vnd.github.raw+json; charset=utf-8", body: text}
	}
	return s.json(http.StatusOK, map[string]any{"type": "file", "encoding": "base64", "size": len(text), "name": path.Base(name),
		"path": name, "content": base64.StdEncoding.EncodeToString(text)})
}
