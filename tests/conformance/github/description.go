package github

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
)

// oldestVersion is the version of the API that GitHub takes a request to mean
// that names none.
const oldestVersion = "2022-11-28"

// Description is GitHub's own description of one of its APIs: github.com's, or
// that of a release of GitHub Enterprise Server.
type Description struct {
	// Name is one of Names.
	Name     string
	versions map[string][]operation
}

// operation is one method of one path.
type operation struct {
	path      *regexp.Regexp
	names     []string
	method    string
	operation *openapi3.Operation
	route     *routers.Route
}

// Load reads a description from the cache, and fetches it where it is not there.
func Load(name string) (*Description, error) {
	if !slices.Contains(Names, name) {
		return nil, fmt.Errorf("no description %q, there are %s", name, strings.Join(Names, ", "))
	}
	if err := Fetch(); err != nil {
		return nil, err
	}
	path, err := cached(name)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return read(name, text)
}

func read(name string, text []byte) (*Description, error) {
	var document map[string]any
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	description := &Description{Name: name, versions: map[string][]operation{}}
	for version := range document[versionsKey].(map[string]any) {
		var err error
		if description.versions[version], err = atVersion(text, version); err != nil {
			return nil, fmt.Errorf("%s at %s: %w", name, version, err)
		}
	}
	return description, nil
}

// atVersion gives the operations as one version of the API has them: newer
// versions are written as patches of the oldest.
func atVersion(text []byte, version string) ([]operation, error) {
	var document map[string]any
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	for _, item := range document["paths"].(map[string]any) {
		for method, old := range item.(map[string]any) {
			changed, err := patched(old, version)
			if err != nil {
				return nil, err
			}
			item.(map[string]any)[method] = changed
		}
	}
	text, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	api, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	if created := api.Components.Parameters["created"]; created != nil {
		// Its own text says that it is a range of GitHub's search.
		created.Value.Schema.Value.Format = ""
	}
	var found []operation
	for template, item := range api.Paths.Map() {
		for method, o := range item.Operations() {
			pattern, names := matcher(template, o)
			found = append(found, operation{pattern, names, method, o, &routers.Route{
				Spec: api, Path: template, PathItem: item, Method: method, Operation: o,
			}})
		}
	}
	return found, nil
}

func patched(object any, version string) (any, error) {
	changes, _ := object.(map[string]any)["x-github-breaking-changes"].([]any)
	text, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	for _, entry := range changes {
		change := entry.(map[string]any)
		// Versions are dates.
		if change["version"].(string) > version {
			continue
		}
		raw, err := json.Marshal(change["patch"])
		if err != nil {
			return nil, err
		}
		if _, merge := change["patch"].(map[string]any); merge {
			text, err = jsonpatch.MergePatch(text, raw)
		} else {
			var patch jsonpatch.Patch
			if patch, err = jsonpatch.DecodePatch(raw); err == nil {
				text, err = patch.Apply(text)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	var out any
	return out, json.Unmarshal(text, &out)
}

var parameter = regexp.MustCompile(`\\\{(\w+)\\\}`)

// matcher gives the expression that the paths of an operation match. Only a
// parameter that is marked so has slashes in it.
func matcher(template string, o *openapi3.Operation) (*regexp.Regexp, []string) {
	var names []string
	pattern := parameter.ReplaceAllStringFunc(regexp.QuoteMeta(template), func(part string) string {
		name := parameter.FindStringSubmatch(part)[1]
		names = append(names, name)
		if p := o.Parameters.GetByInAndName("path", name); p != nil && p.Extensions["x-multi-segment"] == true {
			return "(.+)"
		}
		return "([^/]+)"
	})
	return regexp.MustCompile("^" + pattern + "$"), names
}

// undescribed knows what each path means and nothing more: for a machine that has
// no description and no npm to fetch one.
func undescribed() *Description {
	var all []operation
	for template, methods := range operations {
		for method, name := range methods {
			o := &openapi3.Operation{OperationID: name}
			if template == "/repos/{owner}/{repo}/contents/{path}" {
				file := openapi3.NewPathParameter("path")
				file.Extensions = map[string]any{"x-multi-segment": true}
				o.AddParameter(file)
			}
			pattern, names := matcher(template, o)
			all = append(all, operation{path: pattern, names: names, method: method, operation: o})
		}
	}
	return &Description{versions: map[string][]operation{oldestVersion: all}}
}

// Versions are the values that X-GitHub-Api-Version may have, the oldest first.
func (d *Description) Versions() []string {
	return slices.Sorted(maps.Keys(d.versions))
}

// find gives the operation that a request means and the parameters in its path,
// which must be escaped; nothing where the description has none.
func (d *Description) find(r *http.Request, path, version string) (operation, []string, bool) {
	for _, o := range d.versions[version] {
		if match := o.path.FindStringSubmatch(path); match != nil && o.method == r.Method {
			return o, match[1:], true
		}
	}
	return operation{}, nil, false
}
