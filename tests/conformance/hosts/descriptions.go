// Package hosts has what code hosts that are not GitHub say of their own APIs.
package hosts

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"

	"image-factory/conformance/openapi"
)

// source is where a registry has a description, and what it was seen to be.
type source struct {
	// fetch gives the file.
	fetch func(version string) (string, error)
	// version is the package's, sum the SHA-256 of the file.
	version, sum string
}

// sources are the releases that are asked, by the names that tests give them: of
// Gitea the first that starts workflows and the newest that is served, of Forgejo
// the newest that a package has.
var sources = map[string]source{
	"gitea-1.24": {module, "v1.24.0", "569c1c05537eeb1fbcd040146f5e99268692c8826b28b517dc2208b721e39707"},
	"gitea-1.27": {module, "v1.27.0", "26be8ba513e5f18c48a0e1d95c53b44aaa83b3ca275275e0edff87358473610a"},
	"forgejo":    {crate, "0.12.0", "b5af42bb3b44ac445c18d39d4a1cf735930d77112faab76a8c51d4459a111953"},
}

// operations are what image-factory asks of either: their paths differ in the
// names of parameters.
var operations = openapi.Wanted{
	"/repos/{owner}/{repo}":                                                 {"GET": "repoGet"},
	"/repos/{owner}/{repo}/raw/{filepath}":                                  {"GET": "repoGetRawFile"},
	"/version":                                                              {"GET": "getVersion"},
	"/repos/{owner}/{repo}/actions/runs/{run}":                              {"GET": "GetWorkflowRun"},
	"/repos/{owner}/{repo}/actions/runs/{run_id}":                           {"GET": "GetActionRun"},
	"/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches":      {"POST": "ActionsDispatchWorkflow"},
	"/repos/{owner}/{repo}/actions/workflows/{workflowfilename}/dispatches": {"POST": "DispatchWorkflow"},
}

// Description is what one release of a host says of its API.
type Description struct {
	operations []openapi.Operation
}

// Load reads a description from the cache, and fetches it where it is not there.
func Load(name string) (*Description, error) {
	from, known := sources[name]
	if !known {
		return nil, fmt.Errorf("no description %q", name)
	}
	path, err := operations.Cached("hosts", name, from.version+from.sum)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		text, err = from.load(path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	api, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	// A path of a file has slashes in it, and no description of either says so.
	if file := api.Paths.Find("/repos/{owner}/{repo}/raw/{filepath}"); file != nil {
		file.Get.Parameters.GetByInAndName("path", "filepath").Extensions = map[string]any{"x-multi-segment": true}
	}
	return &Description{openapi.Operations(api)}, nil
}

// load fetches a description, which is of Swagger 2, and puts what is needed of
// it, as OpenAPI 3, where it is kept.
func (s source) load(path string) ([]byte, error) {
	file, err := s.fetch(s.version)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	if is := hex.EncodeToString(sum[:]); is != s.sum {
		return nil, fmt.Errorf("%s has the SHA-256 %s, want %s", filepath.Base(file), is, s.sum)
	}
	// Gitea's is a template of the instance's version and of what its paths begin with.
	text = bytes.ReplaceAll(text, []byte("{{.SwaggerAppSubUrl}}"), nil)
	var whole map[string]any
	if err := json.Unmarshal(text, &whole); err != nil {
		return nil, err
	}
	if text, err = json.Marshal(operations.Cut(whole)); err != nil {
		return nil, err
	}
	var old openapi2.T
	if err := json.Unmarshal(text, &old); err != nil {
		return nil, err
	}
	api, err := openapi2conv.ToV3(&old)
	if err != nil {
		return nil, err
	}
	if text, err = json.Marshal(api); err != nil {
		return nil, err
	}
	return text, openapi.Replace(path, text)
}

// module gives Gitea's description, which its Go module has.
func module(version string) (string, error) {
	download := exec.Command("go", "mod", "download", "-json", "code.gitea.io/gitea@"+version)
	// Outside of any module.
	download.Dir = os.TempDir()
	said, err := download.Output()
	var it struct{ Dir, Error string }
	if json.Unmarshal(said, &it) != nil || it.Dir == "" {
		return "", fmt.Errorf("go mod download: %v: %s", err, it.Error)
	}
	return filepath.Join(it.Dir, "templates", "swagger", "v1_json.tmpl"), nil
}

// crate gives Forgejo's description, which the crate of a client has beside its
// code. `cargo info` is what fetches one crate and nothing that it needs.
func crate(version string) (string, error) {
	info := exec.Command("cargo", "info", "--quiet", "forgejo-api@"+version)
	info.Dir = os.TempDir()
	if said, err := info.CombinedOutput(); err != nil {
		return "", fmt.Errorf("cargo info: %w: %s", err, said)
	}
	home := os.Getenv("CARGO_HOME")
	if home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		home = filepath.Join(user, ".cargo")
	}
	found, err := filepath.Glob(filepath.Join(home, "registry", "src", "*", "forgejo-api-"+version, "swagger.v1.json"))
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("cargo info left no swagger.v1.json in %s: %w", home, err)
	}
	return found[0], nil
}

// Check says what a description has against a request whose path begins with
// base: the method, the path, its parameters, the Content-Type, and the body with
// keys that the description does not have.
func (d *Description) Check(r *http.Request, base string, body []byte) []string {
	path, under := strings.CutPrefix(r.URL.EscapedPath(), base)
	o, values, found := openapi.Find(d.operations, r.Method, path)
	if !under || !found {
		return []string{fmt.Sprintf("no operation is %s %s", r.Method, r.URL.EscapedPath())}
	}
	var wrong []string
	for _, one := range o.Validate(r, body, values) {
		wrong = append(wrong, one.Error())
	}
	for key := range r.URL.Query() {
		if o.Parameters.GetByInAndName("query", key) == nil {
			wrong = append(wrong, fmt.Sprintf("no parameter is %q", key))
		}
	}
	if o.RequestBody == nil {
		return wrong
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	content := o.RequestBody.Value.Content.Get(kind)
	if err != nil || content == nil {
		return append(wrong, fmt.Sprintf("the Content-Type is %q", r.Header.Get("Content-Type")))
	}
	var object map[string]any
	if err := json.Unmarshal(body, &object); err != nil {
		return append(wrong, err.Error())
	}
	// The description does not forbid other keys, and the host does not read them.
	for key := range object {
		if content.Schema.Value.Properties[key] == nil {
			wrong = append(wrong, fmt.Sprintf("no key of the body is %q", key))
		}
	}
	return wrong
}
