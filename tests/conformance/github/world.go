package github

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
)

// World is what exists at GitHub: repositories with files, and tokens.
type World struct {
	// Repositories by owner/name.
	Repositories map[string]*Repository
	// Tokens by their text. Where there is none, every token may do everything.
	Tokens map[string]Token
	// Open says that whatever is asked for exists: each repository, ref and
	// workflow, with the inputs that are given.
	Open bool
}

// Repository is one repository.
type Repository struct {
	DefaultBranch string
	// Refs by full name, such as refs/heads/main.
	Refs map[string]fs.FS
}

// Token is what one token may do.
type Token struct {
	// Repositories by owner/name, or * for all: what may be done there, such as
	// {actions: write, contents: read}. Others cannot be seen.
	Repositories map[string]map[string]string `yaml:"repositories"`
}

// ReadWorld reads a folder: OWNER/REPOSITORY/heads/BRANCH/... and .../tags/TAG/...
// are files at a ref, whose name is percent-escaped as in an address (so a slash
// is %2F); OWNER/REPOSITORY/default names the branch that is not main;
// tokens.yaml holds the tokens.
func ReadWorld(dir fs.FS) (*World, error) {
	world := &World{Repositories: map[string]*Repository{}}
	text, err := fs.ReadFile(dir, "tokens.yaml")
	switch {
	case err == nil:
		if err := yaml.Unmarshal(text, &world.Tokens); err != nil {
			return nil, fmt.Errorf("tokens.yaml: %w", err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	folders, err := fs.Glob(dir, "*/*/*/*")
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		words := strings.Split(folder, "/")
		name := words[0] + "/" + words[1]
		if words[2] != "heads" && words[2] != "tags" {
			return nil, fmt.Errorf("%s: want heads or tags", folder)
		}
		ref, err := url.PathUnescape(words[3])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", folder, err)
		}
		if world.Repositories[name] == nil {
			world.Repositories[name] = &Repository{DefaultBranch: "main", Refs: map[string]fs.FS{}}
			if branch, err := fs.ReadFile(dir, name+"/default"); err == nil {
				world.Repositories[name].DefaultBranch = strings.TrimSpace(string(branch))
			}
		}
		files, err := fs.Sub(dir, folder)
		if err != nil {
			return nil, err
		}
		world.Repositories[name].Refs["refs/"+words[2]+"/"+ref] = files
	}
	return world, world.check()
}

// check reads every workflow file once, so that a mistake in one is no 404.
func (w *World) check() error {
	for name, repository := range w.Repositories {
		for ref, files := range repository.Refs {
			paths, err := fs.Glob(files, ".github/workflows/*")
			if err != nil {
				return err
			}
			for _, file := range paths {
				if _, err := readWorkflow(files, path.Base(file)); err != nil {
					return fmt.Errorf("%s at %s: %w", name, ref, err)
				}
			}
		}
	}
	return nil
}

// repository finds a repository; their names have no case.
func (w *World) repository(owner, name string) *Repository {
	for full, repository := range w.Repositories {
		if strings.EqualFold(full, owner+"/"+name) {
			return repository
		}
	}
	return nil
}

// may says whether a token may do something in a repository: see it, if no more
// is asked for.
func (w *World) may(token, repository, permission, level string) bool {
	if len(w.Tokens) == 0 {
		return true
	}
	for full, granted := range w.Tokens[token].Repositories {
		if full != "*" && !strings.EqualFold(full, repository) {
			continue
		}
		if level == "" || granted[permission] == level || granted[permission] == "write" {
			return true
		}
	}
	return false
}

// at gives the files at a ref, which may be a branch, a tag or a full name.
func (r *Repository) at(ref string) fs.FS {
	for _, full := range []string{ref, "refs/" + ref, "refs/heads/" + ref, "refs/tags/" + ref} {
		if files, ok := r.Refs[full]; ok {
			return files
		}
	}
	return nil
}

// workflow is the part of a workflow file that a dispatch depends on.
type workflow struct {
	Name string
	// dispatchable says that workflow_dispatch starts it.
	dispatchable bool
	inputs       map[string]input
}

// input is one input of workflow_dispatch.
type input struct {
	Type     string
	Required bool
	Default  yaml.Node
	Options  []string
}

// readWorkflow reads a workflow file by its name; nothing where there is none.
func readWorkflow(files fs.FS, name string) (*workflow, error) {
	if name != path.Base(name) {
		return nil, nil
	}
	text, err := fs.ReadFile(files, ".github/workflows/"+name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var file struct {
		Name string
		On   yaml.Node
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	found := &workflow{Name: file.Name}
	const event = "workflow_dispatch"
	switch file.On.Kind {
	case yaml.ScalarNode:
		found.dispatchable = file.On.Value == event
	case yaml.SequenceNode:
		for _, one := range file.On.Content {
			found.dispatchable = found.dispatchable || one.Value == event
		}
	case yaml.MappingNode:
		var events map[string]struct{ Inputs map[string]input }
		for i := 0; i+1 < len(file.On.Content); i += 2 {
			if file.On.Content[i].Value != event {
				continue
			}
			found.dispatchable = true
			alone := yaml.Node{Kind: yaml.MappingNode, Content: file.On.Content[i : i+2]}
			if err := alone.Decode(&events); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			found.inputs = events[event].Inputs
		}
	}
	return found, nil
}
