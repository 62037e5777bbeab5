// Package workflow compares what image-factory says that a workflow builds with
// the programs that do it: buildx's bake, compose-go, act's matrices.
package workflow

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"reflect"
	"sort"
	"strings"
)

// Ship is the workflow of a request.
const Ship = ".github/workflows/ship.yml"

// Request is a repository, and the inputs of a dispatch of its workflow.
type Request struct {
	Files  map[string]string `json:"files"`
	Inputs map[string]string `json:"inputs,omitempty"`
}

// Build is a build as the reader gives it; what is not known in it is an object
// with the key unknown.
type Build struct {
	Name       string         `json:"name"`
	Dockerfile any            `json:"dockerfile"`
	Context    any            `json:"context"`
	Target     any            `json:"target"`
	Args       map[string]any `json:"args"`
	Contexts   map[string]any `json:"contexts"`
	Tags       []any          `json:"tags"`
	Platforms  []any          `json:"platforms"`
	Outputs    []any          `json:"outputs"`
	Pushed     any            `json:"pushed"`
	Runs       any            `json:"runs"`
}

// Reader is the Rust program, at work.
type Reader struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// Start runs the program at a path.
func Start(path string) (*Reader, error) {
	command := exec.Command(path)
	in, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &Reader{command, in, bufio.NewReaderSize(out, 1<<20)}, command.Start()
}

// Stop ends it.
func (r *Reader) Stop() error {
	if err := r.in.Close(); err != nil {
		return err
	}
	return r.command.Wait()
}

// Ask gives the builds of a request.
func (r *Reader) Ask(request Request) ([]Build, error) {
	line, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	if _, err := r.in.Write(append(line, '\n')); err != nil {
		return nil, err
	}
	answer, err := r.out.ReadBytes('\n')
	if err != nil {
		return nil, err
	}
	var builds []Build
	return builds, json.Unmarshal(answer, &builds)
}

// Workflow gives a workflow with one job of these steps, as JSON, which is YAML.
func Workflow(job map[string]any) string {
	text, err := json.Marshal(map[string]any{"on": "workflow_dispatch", "jobs": map[string]any{"job": job}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// Same compares what is expected with what the reader gives. Where that is not
// known there is no difference, and unknown counts it.
func Same(want, got any, unknown *int) bool {
	switch got := got.(type) {
	case map[string]any:
		if _, is := got["unknown"]; is {
			*unknown++
			return true
		}
		want, ok := want.(map[string]any)
		if !ok || len(want) != len(got) {
			return false
		}
		for key, value := range got {
			wanted, ok := want[key]
			if !ok || !Same(wanted, value, unknown) {
				return false
			}
		}
		return true
	case []any:
		// A list that is not known as a whole is one that holds one thing that is not.
		if len(got) == 1 && reflect.TypeOf(got[0]) == reflect.TypeOf(map[string]any{}) {
			return Same(nil, got[0], unknown)
		}
		want, ok := want.([]any)
		if !ok || len(want) != len(got) {
			return false
		}
		for i := range got {
			if !Same(want[i], got[i], unknown) {
				return false
			}
		}
		return true
	default:
		return reflect.DeepEqual(want, got)
	}
}

// Plain gives a value as JSON reads it back.
func Plain(value any) any {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	var plain any
	if err := json.Unmarshal(text, &plain); err != nil {
		panic(err)
	}
	return plain
}

// Known counts the parts of builds that are not known.
func unknowns(value any) int {
	switch value := value.(type) {
	case map[string]any:
		if _, is := value["unknown"]; is {
			return 1
		}
		count := 0
		for _, part := range value {
			count += unknowns(part)
		}
		return count
	case []any:
		count := 0
		for _, part := range value {
			count += unknowns(part)
		}
		return count
	}
	return 0
}

// show is a value in one line, for a report.
func show(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}

// sorted gives keys in order.
func sorted[T any](values map[string]T) []string {
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// clean is a path as the reader gives it: from the root, without dots.
func clean(path string) string {
	path = strings.TrimSuffix(path, "/")
	if path == "." {
		return ""
	}
	return strings.TrimPrefix(path, "./")
}
