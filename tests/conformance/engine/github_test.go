package engine

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// hangFor is how long a hanging server takes: longer than any timeout that the
// tests set, short enough to end with them.
const hangFor = 900 * time.Millisecond

// request is one request as the server saw it.
type request struct {
	Method, Path, Query, Body string
	Headers                   http.Header
}

// github stands for GitHub's API: it answers each path by that path's script,
// and 204 where there is none, and keeps every request.
type github struct {
	server  *httptest.Server
	scripts map[string]script

	mutex    sync.Mutex
	requests []request
}

// script answers the nth request for one path, counted from 1.
type script func(n int, w http.ResponseWriter, r *http.Request)

func newGitHub(t *testing.T, scripts map[string]script) *github {
	t.Helper()
	g := &github{scripts: scripts}
	g.server = httptest.NewServer(g)
	t.Cleanup(g.server.Close)
	return g
}

// ServeHTTP keeps the request and answers it.
func (g *github) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	path := r.URL.EscapedPath()
	g.mutex.Lock()
	g.requests = append(g.requests, request{r.Method, path, r.URL.RawQuery, string(body), r.Header.Clone()})
	g.mutex.Unlock()
	answer, ok := g.scripts[path]
	if !ok {
		answer = always(noContent)
	}
	answer(len(g.to(path)), w, r)
}

// to gives the requests for one path in the order of their arrival.
func (g *github) to(path string) []request {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	var found []request
	for _, request := range g.requests {
		if request.Path == path {
			found = append(found, request)
		}
	}
	return found
}

// count gives the number of all requests.
func (g *github) count() int {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return len(g.requests)
}

// answer writes one response.
type answer func(w http.ResponseWriter, r *http.Request)

// always answers every request alike.
func always(a answer) script {
	return func(_ int, w http.ResponseWriter, r *http.Request) { a(w, r) }
}

// times answers the first n requests alike and the rest with 204.
func times(n int, a answer) script {
	return func(i int, w http.ResponseWriter, r *http.Request) {
		if i <= n {
			a(w, r)
			return
		}
		noContent(w, r)
	}
}

func noContent(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }

// runDetails is the answer of newer versions of GitHub's API.
func runDetails(w http.ResponseWriter, r *http.Request) {
	jsonBody(http.StatusOK, `{"workflow_run_id":1,"run_url":"https://example.com/1"}`)(w, r)
}

// says answers with a status and GitHub's usual error object; headers come in
// pairs of name and value.
func says(status int, message string, headers ...string) answer {
	body := fmt.Sprintf(`{"message":%q,"documentation_url":"https://docs.github.com/rest"}`, message)
	return jsonBody(status, body, headers...)
}

func jsonBody(status int, body string, headers ...string) answer {
	return typed("application/json; charset=utf-8", status, body, headers...)
}

// htmlPage is what a proxy in front of GitHub answers.
func htmlPage(status int) answer {
	return typed("text/html", status, "<!DOCTYPE html><html><body>Unicorn!</body></html>")
}

func typed(contentType string, status int, body string, headers ...string) answer {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// hang answers nothing until the client has given up.
func hang(_ http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-time.After(hangFor):
	}
}

// cut closes the connection in the middle of its answer.
func cut(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	_ = conn.Close()
}
