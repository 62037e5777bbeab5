package github

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/getkin/kin-openapi/openapi3"

	"image-factory/conformance/openapi"
)

// oldestVersion is the version of the API that GitHub takes a request to mean
// that names none.
const oldestVersion = "2022-11-28"

// Description is GitHub's own description of one of its APIs: github.com's, or
// that of a release of GitHub Enterprise Server.
type Description struct {
	// Name is one of Names.
	Name     string
	versions map[string][]openapi.Operation
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
	description := &Description{Name: name, versions: map[string][]openapi.Operation{}}
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
func atVersion(text []byte, version string) ([]openapi.Operation, error) {
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
	return openapi.Operations(api), nil
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

// undescribed knows what each path means and nothing more: for a machine that has
// no description and no npm to fetch one.
func undescribed() *Description {
	var all []openapi.Operation
	for template, methods := range operations {
		for method, name := range methods {
			o := &openapi3.Operation{OperationID: name}
			if template == "/repos/{owner}/{repo}/contents/{path}" {
				file := openapi3.NewPathParameter("path")
				file.Extensions = map[string]any{"x-multi-segment": true}
				o.AddParameter(file)
			}
			all = append(all, openapi.New(template, method, o))
		}
	}
	return &Description{versions: map[string][]openapi.Operation{oldestVersion: all}}
}

// Versions are the values that X-GitHub-Api-Version may have, the oldest first.
func (d *Description) Versions() []string {
	return slices.Sorted(maps.Keys(d.versions))
}
