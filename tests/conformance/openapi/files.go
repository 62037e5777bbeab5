package openapi

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
)

// CacheVariable names the environment variable that says where descriptions
// are kept; the user's cache folder is the default.
const CacheVariable = "CONFORMANCE_GITHUB_CACHE"

// Wanted are the operations that are kept of a description, by path and method,
// with the description's names for them: to load all takes seconds.
type Wanted map[string]map[string]string

// Cached gives the path of a description that was cut down, whether it is there
// or not. Other contents, by their pin, or other operations have another path.
func (w Wanted) Cached(folder, name, pin string) (string, error) {
	dir := os.Getenv(CacheVariable)
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(user, "image-factory-conformance")
	}
	wanted, err := json.Marshal(w)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append(wanted, pin...))
	return filepath.Join(dir, folder, name+"-"+hex.EncodeToString(sum[:4])+".json"), nil
}

// Replace writes a file that others may be reading or writing.
func Replace(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), "new")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	if _, err := file.Write(text); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// Cut keeps of a description, of OpenAPI 3 or Swagger 2, the operations and what
// they refer to.
func (w Wanted) Cut(whole map[string]any) map[string]any {
	EachObject(whole, func(object map[string]any) {
		// Nothing is checked against an example.
		if _, media := object["schema"]; media {
			delete(object, "examples")
		}
	})
	all := whole["paths"].(map[string]any)
	paths := map[string]any{}
	for path, wanted := range w {
		item, ok := all[path].(map[string]any)
		if !ok {
			continue
		}
		for method := range item {
			if wanted[strings.ToUpper(method)] == "" {
				delete(item, method)
			}
		}
		paths[path] = item
	}
	kept := map[string]any{"info": whole["info"], "paths": paths}
	if whole["swagger"] == nil {
		components := map[string]any{}
		keep(paths, "#/components/", whole["components"].(map[string]any), components)
		kept["openapi"], kept["components"] = whole["openapi"], components
		return kept
	}
	kept["swagger"], kept["consumes"], kept["produces"] = whole["swagger"], whole["consumes"], whole["produces"]
	keep(paths, "#/", whole, kept)
	return kept
}

// keep copies the components below a place that a part of a description refers
// to, and those that they refer to.
func keep(part any, place string, from, to map[string]any) {
	EachObject(part, func(object map[string]any) {
		reference, ok := object["$ref"].(string)
		if !ok {
			return
		}
		words := strings.Split(strings.TrimPrefix(reference, place), "/")
		kind, name := words[0], words[1]
		if to[kind] == nil {
			to[kind] = map[string]any{}
		}
		kept := to[kind].(map[string]any)
		if _, known := kept[name]; known {
			return
		}
		component := from[kind].(map[string]any)[name]
		kept[name] = component
		keep(component, place, from, to)
	})
}

// EachObject visits every object of a JSON value, the outer ones first.
func EachObject(value any, visit func(map[string]any)) {
	switch value := value.(type) {
	case map[string]any:
		visit(value)
		for _, inner := range value {
			EachObject(inner, visit)
		}
	case []any:
		for _, inner := range value {
			EachObject(inner, visit)
		}
	}
}
