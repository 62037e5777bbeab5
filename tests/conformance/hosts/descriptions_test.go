package hosts

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestCheck breaks a request that each description takes, in one place each.
func TestCheck(t *testing.T) {
	const (
		place  = "/api/v1/repos/acme/tea/actions/workflows/build.yml/dispatches"
		taken  = `{"ref": "refs/heads/main", "inputs": {"a": "b"}}`
		asJSON = "application/json"
	)
	for name := range sources {
		t.Run(name, func(t *testing.T) {
			d, err := Load(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct{ is, method, path, kind, body, says string }{
				{"a dispatch", "POST", place, asJSON, taken, ""},
				{"a workflow in a file with a space", "POST", strings.Replace(place, "build", "b%20u", 1), asJSON, taken, ""},
				{"the probe", "GET", "/api/v1/version", "", "", ""},
				{"a file", "GET", "/api/v1/repos/acme/tea/raw/a/b/Dockerfile?ref=main", "", "", ""},
				{"a repository", "GET", "/api/v1/repos/acme/tea", "", "", ""},
				{"another method", "PUT", place, asJSON, taken, "no operation"},
				{"another path", "POST", strings.Replace(place, "dispatches", "dispatch", 1), asJSON, taken, "no operation"},
				{"another base", "POST", strings.TrimPrefix(place, "/api/v1"), asJSON, taken, "no operation"},
				{"a parameter that there is not", "POST", place + "?deep=1", asJSON, taken, "no parameter"},
				{"no Content-Type", "POST", place, "", taken, "Content-Type"},
				{"a form", "POST", place, "application/x-www-form-urlencoded", taken, "Content-Type"},
				{"no ref", "POST", place, asJSON, `{"inputs": {}}`, "ref"},
				{"a ref that is no text", "POST", place, asJSON, `{"ref": 1}`, "ref"},
				{"an input that is no text", "POST", place, asJSON, `{"ref": "a", "inputs": {"a": true}}`, "inputs"},
				{"inputs as a list", "POST", place, asJSON, `{"ref": "a", "inputs": []}`, "inputs"},
				{"GitLab's key", "POST", place, asJSON, `{"ref": "a", "variables": {}}`, "variables"},
				{"no JSON", "POST", place, asJSON, `{`, "JSON"},
			} {
				r := httptest.NewRequest(c.method, "https://tea.example.com"+c.path, strings.NewReader(c.body))
				if c.kind != "" {
					r.Header = http.Header{"Content-Type": {c.kind}}
				}
				wrong := strings.Join(d.Check(r, "/api/v1", []byte(c.body)), "; ")
				if (c.says == "") != (wrong == "") || !strings.Contains(wrong, c.says) {
					t.Errorf("%s: %q, want %q", c.is, wrong, c.says)
				}
			}
		})
	}
}
