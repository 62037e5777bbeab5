package github

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
)

// described loads a description, or skips the test where there is none.
func described(t *testing.T, name string) *Description {
	t.Helper()
	description, err := Load(name)
	if errors.Is(err, ErrNoNPM) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return description
}

func started(t *testing.T, options Options) *Server {
	t.Helper()
	if options.World == nil {
		world, err := ReadWorld(os.DirFS("testdata"))
		if err != nil {
			t.Fatal(err)
		}
		options.World = world
	}
	server, err := Start(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

// asked is a request of a test: what is right, and one thing changed.
type asked struct {
	method, path, body string
	headers            map[string]string
}

const dispatchPath = "/repos/acme/app/actions/workflows/build.yml/dispatches"

// send gives status, headers and body of the answer.
func (a asked) send(t *testing.T, server *Server) (int, http.Header, string) {
	t.Helper()
	if a.method == "" {
		a.method = http.MethodPost
	}
	if a.path == "" {
		a.path = dispatchPath
	}
	r, err := http.NewRequestWithContext(t.Context(), a.method, server.URL()+a.path, strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	headers := map[string]string{"Accept": "application/vnd.github+json", "Authorization": "Bearer right",
		"X-GitHub-Api-Version": "2022-11-28"}
	if a.body != "" {
		headers["Content-Type"] = "application/json"
	}
	for name, value := range a.headers {
		headers[name] = value
	}
	for name, value := range headers {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, string(text)
}

// TestDispatch has an answer for every mistake, as GitHub's documentation and the
// people who met it tell it.
func TestDispatch(t *testing.T) {
	inputs := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(`"i%d":"x"`, i))
		}
		return `{"ref":"main","inputs":{` + strings.Join(all, ",") + `}}`
	}
	const right = `{"ref":"main","inputs":{"base":"node","level":"low"}}`
	cases := []struct {
		name   string
		asked  asked
		status int
		says   string
	}{
		{"right", asked{body: right}, 204, ""},
		{"full name of the branch", asked{body: strings.Replace(right, "main", "refs/heads/main", 1)}, 204, ""},
		{"tag", asked{body: strings.Replace(right, "main", "v1", 1)}, 204, ""},
		{"branch with a slash", asked{body: strings.Replace(right, "main", "feature/x", 1)}, 204, ""},
		{"other letters in the repository", asked{path: strings.Replace(dispatchPath, "acme/app", "Acme/APP", 1), body: right}, 204, ""},
		{"run details", asked{body: strings.Replace(right, "{", `{"return_run_details":true,`, 1)}, 200, `"workflow_run_id":`},
		{"the next version", asked{body: right, headers: map[string]string{"X-GitHub-Api-Version": "2026-03-10"}}, 200, `"workflow_run_id":`},
		{"run details in the next version", asked{body: strings.Replace(right, "{", `{"return_run_details":true,`, 1),
			headers: map[string]string{"X-GitHub-Api-Version": "2026-03-10"}}, 422, `\"return_run_details\" is not a permitted key.`},
		{"no version", asked{body: right, headers: map[string]string{"X-GitHub-Api-Version": ""}}, 204, ""},

		{"another path", asked{path: strings.TrimSuffix(dispatchPath, "es"), body: right}, 404, "Not Found"},
		{"another method", asked{method: "PUT", body: right}, 404, "Not Found"},
		{"unknown repository", asked{path: strings.Replace(dispatchPath, "app", "none", 1), body: right}, 404, "Not Found"},
		{"unknown workflow", asked{path: strings.Replace(dispatchPath, "build", "none", 1), body: right}, 404, "Not Found"},
		{"a folder of workflows", asked{path: strings.Replace(dispatchPath, "build.yml", "..%2Fworkflows%2Fbuild.yml", 1), body: right}, 404, "Not Found"},
		{"unknown ref", asked{body: strings.Replace(right, "main", "nowhere", 1)}, 422, "No ref found for: nowhere"},
		{"empty ref", asked{body: `{"ref":""}`}, 422, "No ref found for: "},
		{"no trigger", asked{path: strings.Replace(dispatchPath, "build", "push", 1), body: `{"ref":"main"}`}, 422,
			"Workflow does not have 'workflow_dispatch' trigger"},
		{"not on this branch", asked{path: strings.Replace(dispatchPath, "build", "plain", 1), body: `{"ref":"feature/x"}`}, 422,
			"Workflow does not have 'workflow_dispatch' trigger"},
		{"trigger in a list", asked{path: strings.Replace(dispatchPath, "build", "list", 1), body: `{"ref":"main"}`}, 204, ""},
		{"trigger alone", asked{path: strings.Replace(dispatchPath, "build", "plain", 1), body: `{"ref":"main"}`}, 204, ""},
		{"unexpected inputs", asked{body: `{"ref":"main","inputs":{"base":"x","b":"1","a":"1"}}`}, 422, `Unexpected inputs provided: [\"a\", \"b\"]`},
		{"no required input", asked{body: `{"ref":"main"}`}, 422, "Required input 'base' not provided"},
		{"a choice that is none", asked{body: `{"ref":"main","inputs":{"base":"x","level":"top"}}`}, 422,
			"Provided value 'top' for input 'level' not in the list of allowed values"},

		{"no JSON", asked{body: `{"ref":`}, 400, "Problems parsing JSON"},
		{"JSON twice", asked{body: `{"ref":"main"}{}`}, 400, "Problems parsing JSON"},
		{"no object", asked{body: `["main"]`}, 400, "Body should be a JSON object"},
		{"no ref", asked{body: `{"inputs":{}}`}, 422, `\"ref\" wasn't supplied.`},
		{"ref is a number", asked{body: `{"ref":1}`}, 422, "For 'properties/ref', 1 is not a string."},
		{"inputs are a text", asked{body: `{"ref":"main","inputs":"x"}`}, 422, "For 'properties/inputs', \\\"x\\\" is not a object."},
		{"unknown key", asked{body: `{"ref":"main","input":{}}`}, 422, `\"input\" is not a permitted key.`},
		{"25 inputs", asked{body: inputs(25)}, 422, "Unexpected inputs"},
		{"26 inputs", asked{body: inputs(26)}, 422, "No more than 25 properties are allowed; 26 were supplied."},
		{"too much", asked{body: `{"ref":"main","inputs":{"base":"` + strings.Repeat("x", 65536) + `"}}`}, 422, "inputs are too large."},
		{"no body", asked{headers: map[string]string{"Content-Type": "application/json"}}, 400, "Problems parsing JSON"},

		{"no Content-Type", asked{body: right, headers: map[string]string{"Content-Type": ""}}, 415, "application/json"},
		{"another Content-Type", asked{body: right, headers: map[string]string{"Content-Type": "text/plain"}}, 415, "application/json"},
		{"another Accept", asked{body: right, headers: map[string]string{"Accept": "text/html"}}, 415, "Must accept 'application/json'"},
		{"an old version", asked{body: right, headers: map[string]string{"X-GitHub-Api-Version": "2021-01-01"}}, 400, "2021-01-01"},
		{"bad token", asked{body: right, headers: map[string]string{"Authorization": "Bearer wrong"}}, 401, "Bad credentials"},
		{"empty token", asked{body: right, headers: map[string]string{"Authorization": "Bearer"}}, 401, "Bad credentials"},
		{"another scheme", asked{body: right, headers: map[string]string{"Authorization": "Bear right"}}, 401, "Bad credentials"},
		{"no token", asked{body: right, headers: map[string]string{"Authorization": ""}}, 404, "Not Found"},
		{"token that reads", asked{body: right, headers: map[string]string{"Authorization": "token reads"}}, 403,
			"Resource not accessible by personal access token"},
		{"token of another repository", asked{body: right, headers: map[string]string{"Authorization": "token elsewhere"}}, 404, "Not Found"},
	}
	server := started(t, Options{Description: described(t, "api.github.com")})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			runs := len(server.Runs())
			status, _, body := c.asked.send(t, server)
			if status != c.status || !strings.Contains(body, c.says) {
				t.Errorf("%d %s\nwant %d %s", status, body, c.status, c.says)
			}
			if began := len(server.Runs()) - runs; began != map[bool]int{true: 1}[c.status < 300] {
				t.Errorf("%d runs began", began)
			}
			all := server.Requests()
			if last := all[len(all)-1]; last.Status != status || (status < 300) != (last.Run > 0) {
				t.Errorf("the record says %d, run %d", last.Status, last.Run)
			}
		})
	}
}

// TestEnterpriseServer does not know what came later.
func TestEnterpriseServer(t *testing.T) {
	for _, name := range Names[1:] {
		server := started(t, Options{Description: described(t, name), Base: "/api/v3"})
		for body, want := range map[string]int{
			`{"ref":"main","inputs":{"base":"node"}}`:                           204,
			`{"ref":"main","return_run_details":true,"inputs":{"base":"node"}}`: 422,
		} {
			status, headers, text := asked{body: body}.send(t, server)
			if status != want || status == 422 && !strings.Contains(text, `\"return_run_details\" is not a permitted key.`) {
				t.Errorf("%s: %s: %d %s", name, body, status, text)
			}
			if headers.Get("X-RateLimit-Remaining") != "" {
				t.Errorf("%s has a rate limit", name)
			}
		}
		if status, _, text := (asked{body: `{"ref":"main"}`, path: "/../.." + dispatchPath}).send(t, server); status != 404 {
			t.Errorf("%s outside of /api/v3: %d %s", name, status, text)
		}
	}
}

// TestRead has the files, runs and addresses that answer to GET.
func TestRead(t *testing.T) {
	server := started(t, Options{Description: described(t, "api.github.com")})
	raw := map[string]string{"Accept": "application/vnd.github.raw+json"}
	asked{body: `{"ref":"main","inputs":{"base":"node"}}`}.send(t, server)
	server.Conclude(1, "completed", "success")
	asked{body: `{"ref":"v1","inputs":{"base":"node"}}`}.send(t, server)
	cases := []struct {
		path    string
		headers map[string]string
		status  int
		says    string
	}{
		{"/repos/acme/app/contents/deploy/Dockerfile?ref=main", raw, 200, "FROM node:22\n"},
		{"/repos/acme/app/contents/deploy/Dockerfile", raw, 200, "FROM node:22\n"},
		{"/repos/acme/app/contents/deploy/Dockerfile", nil, 200, `"encoding":"base64"`},
		{"/repos/acme/app/contents/deploy/none", raw, 404, "Not Found"},
		{"/repos/acme/app/contents/deploy/Dockerfile?ref=none", raw, 404, "No commit found for the ref none"},
		{"/repos/acme/app/actions/workflows/build.yml/runs", nil, 200, `{"total_count":2,`},
		{"/repos/acme/app/actions/workflows/build.yml/runs?status=completed", nil, 200, `{"total_count":1,`},
		{"/repos/acme/app/actions/workflows/build.yml/runs?status=queued", nil, 200, `{"total_count":1,`},
		{"/repos/acme/app/actions/workflows/build.yml/runs?status=nonsense", nil, 422, "status"},
		{"/repos/acme/app/actions/workflows/build.yml/runs?branch=v1", nil, 200, `{"total_count":1,`},
		{"/repos/acme/app/actions/workflows/build.yml/runs?created=%3E%3D2020-01-01", nil, 200, `{"total_count":2,`},
		{"/repos/acme/app/actions/workflows/build.yml/runs?created=%3C2020-01-01T00:00:00Z", nil, 200, `{"total_count":0,`},
		{"/repos/acme/app/actions/workflows/plain.yml/runs", nil, 200, `{"total_count":0,`},
		{"/repos/acme/app/actions/workflows/none.yml/runs", nil, 404, "Not Found"},
		{"/repos/acme/app/actions/runs/1", nil, 200, `"conclusion":"success"`},
		{"/repos/acme/app/actions/runs/9", nil, 404, "Not Found"},
		{"/repos/acme/app/actions/runs/one", nil, 422, "run_id"},
		{"/repos/acme/app/actions/permissions", nil, 403, "Resource not accessible"},
		{"/rate_limit", nil, 200, `"remaining":5000`},
		{"/zen", nil, 200, ""},
		{"/", nil, 200, "repository_url"},
		{"/repos/acme/app", nil, 200, `"default_branch":"main"`},
		{"/user", nil, 404, "Not Found"},
	}
	for _, c := range cases {
		status, headers, body := asked{method: "GET", path: c.path, headers: c.headers}.send(t, server)
		if status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %s\nwant %d %s", c.path, status, body, c.status, c.says)
		}
		if headers.Get("X-RateLimit-Limit") != "5000" || headers.Get("X-GitHub-Request-Id") == "" {
			t.Errorf("%s: headers %v", c.path, headers)
		}
	}
}

// TestFaults breaks the connection in every way.
func TestFaults(t *testing.T) {
	server := started(t, Options{World: &World{Open: true}})
	body := `{"ref":"main"}`
	client := &http.Client{Timeout: 200 * time.Millisecond, Transport: &http.Transport{DisableKeepAlives: true}}
	post := func() (int, error) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL()+dispatchPath, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer x"}}
		answer, err := client.Do(r)
		if err != nil {
			return 0, err
		}
		defer answer.Body.Close()
		return answer.StatusCode, nil
	}
	server.Fail(Fault{Path: dispatchPath, To: 1, Status: 503},
		Fault{Path: "/repos/*", Method: "POST", From: 2, To: 2, Cut: true},
		Fault{From: 3, To: 3, Hang: true},
		Fault{From: 4, To: 4, Cut: true, Accept: true},
		Fault{From: 5, To: 5, Status: 502, Accept: true},
		Fault{Method: "GET", Status: 500}, Fault{Path: "/zen", Status: 500})
	want := []struct {
		status, runs int
		says         string
	}{{503, 0, ""}, {0, 0, "EOF"}, {0, 0, "Timeout"}, {0, 1, "EOF"}, {502, 2, ""}, {204, 3, ""}}
	for i, w := range want {
		status, err := post()
		if status != w.status || (w.says != "") != (err != nil) || err != nil && !strings.Contains(err.Error(), w.says) ||
			len(server.Runs()) != w.runs {
			t.Errorf("request %d: %d, %v, %d runs; want %+v", i+1, status, err, len(server.Runs()), w)
		}
	}
	server.Refuse(300 * time.Millisecond)
	if _, err := post(); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("%v, want it refused", err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if status, _ := post(); status == 204 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("is never back")
		}
	}
	server.Mend()
	server.Forget()
	if status, err := post(); status != 204 || len(server.Requests()) != 1 {
		t.Errorf("%d, %v, after all is mended", status, err)
	}
}

// TestRefusedPort gives the port of a server that refuses connections to no other
// one: its caller would meet a stranger that takes what it sends.
func TestRefusedPort(t *testing.T) {
	var taken, refusing sync.Map
	var others sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		others.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				listener, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					t.Error(err)
					return
				}
				if _, is := refusing.Load(listener.Addr().String()); is {
					taken.Store(listener.Addr().String(), true)
				}
				_ = listener.Close()
			}
		})
	}
	for range 10000 {
		server, err := Start(Options{})
		if err != nil {
			t.Fatal(err)
		}
		refusing.Store(server.address, true)
		server.Refuse(time.Hour)
		refusing.Delete(server.address)
		server.Close()
	}
	close(done)
	others.Wait()
	taken.Range(func(address, _ any) bool {
		t.Errorf("%s was given to another server", address)
		return true
	})
}

// TestWorld refuses folders that mean nothing.
func TestWorld(t *testing.T) {
	if _, err := ReadWorld(fstest.MapFS{"a/b/branches/main/x": {}}); err == nil {
		t.Error("a folder that is neither heads nor tags is taken")
	}
}
