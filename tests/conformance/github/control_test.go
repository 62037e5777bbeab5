package github

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestControl steers a server as another process does.
func TestControl(t *testing.T) {
	server := started(t, Options{World: &World{Open: true}})
	control := httptest.NewServer(server.Control())
	t.Cleanup(control.Close)
	do := func(method, path, body string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), method, control.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
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
		return answer.StatusCode, string(text)
	}
	want := func(method, path, body string, status int, says string) {
		t.Helper()
		if is, text := do(method, path, body); is != status || !strings.Contains(text, says) {
			t.Errorf("%s %s %s: %d %s, want %d %s", method, path, body, is, text, status, says)
		}
	}
	want("GET", "/", "", 200, server.URL())
	want("GET", "/requests", "", 200, "[]")
	want("GET", "/runs", "", 200, "[]")
	want("POST", "/faults", `[{"path":"`+dispatchPath+`","to":1,"status":503,"message":"busy","wait":"1ms"}]`, 200, "")
	want("POST", "/faults", `[{"paths":"/"}]`, 400, "unknown field")
	want("POST", "/refuse", `{"for":"soon"}`, 400, "invalid duration")
	want("POST", "/runs", `{"status":"completed","conclusion":"failure"}`, 200, "")
	for _, status := range []int{503, 204} {
		if is, _, text := (asked{body: `{"ref":"main"}`}).send(t, server); is != status {
			t.Errorf("%d %s, want %d", is, text, status)
		}
	}
	_, text := do("GET", "/requests?path="+dispatchPath, "")
	var requests []Request
	if err := json.Unmarshal([]byte(text), &requests); err != nil {
		t.Fatal(err)
	}
	if len(requests) != 2 || requests[0].Fault != "503" || requests[0].Status != 0 || requests[1].Run != 1 ||
		requests[1].Operation != "actions/create-workflow-dispatch" || requests[1].Body != `{"ref":"main"}` {
		t.Errorf("the record is %s", text)
	}
	want("GET", "/runs", "", 200, `"conclusion":"failure"`)
	want("DELETE", "/faults", "", 200, "")
	want("DELETE", "/requests", "", 200, "")
	want("GET", "/requests", "", 200, "[]")
}
