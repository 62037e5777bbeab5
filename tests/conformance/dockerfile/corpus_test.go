package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// corpusDir holds the Dockerfiles by which the Rust reader is tested; its
// README says what stands in the .edges files.
const corpusDir = "../../fixtures/dockerfiles"

// expectation is the part of an .edges file that BuildKit has an opinion on.
type expectation struct {
	request Request
	edges   []string
	// refused says that there is a diagnostic of the severity error.
	refused bool
	// unresolved says that an ARG of a needed FROM has no value: the reader asks
	// for one where BuildKit takes the empty text.
	unresolved bool
}

// TestCorpus wants BuildKit to read every Dockerfile of the corpus as the Rust
// reader does: the same edges, or refused by both.
func TestCorpus(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(corpusDir, "*.Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Skipf("no Dockerfile in %s", corpusDir)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".Dockerfile"), func(t *testing.T) {
			want := readExpectation(t, path)
			if why := differs(path, want); why != "" {
				t.Skip(why)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want.request.Dockerfile = string(text)
			answer := Read(want.request)
			if answer.Disagreement != "" {
				t.Fatal(answer.Disagreement)
			}
			refusal := answer.Error + answer.BuildError
			if want.refused != (refusal != "") {
				t.Fatalf("the reader refuses it: %t; BuildKit says %q", want.refused, refusal)
			}
			if !want.refused && !slices.Equal(images(answer.Edges), want.edges) {
				t.Errorf("BuildKit reads %q\nthe reader %q", images(answer.Edges), want.edges)
			}
		})
	}
}

// differs says why the reader and BuildKit are meant to differ on a file.
func differs(path string, want expectation) string {
	name := filepath.Base(path)
	switch {
	case want.unresolved, strings.Contains(name, "_without_value"):
		return "the reader wants values where BuildKit takes the empty text"
	case strings.HasPrefix(name, "form_nested_200_deep"):
		return "the reader refuses what nests too deep"
	default:
		return ""
	}
}

// images gives edges without their lines, sorted: the reader counts the line
// of the reference, BuildKit that of the instruction.
func images(edges []Edge) []string {
	texts := []string{}
	for _, edge := range edges {
		texts = append(texts, fmt.Sprintf("%s %s", edge.Kind, edge.Image))
	}
	slices.Sort(texts)
	return texts
}

func readExpectation(t *testing.T, path string) expectation {
	t.Helper()
	text, err := os.ReadFile(strings.TrimSuffix(path, ".Dockerfile") + ".edges")
	if err != nil {
		t.Fatal(err)
	}
	want := expectation{edges: []string{}, request: Request{BuildArgs: map[string]string{}}}
	for _, line := range strings.Split(string(text), "\n") {
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "target:":
			want.request.Target = rest
		case "platform:":
			want.request.Platform = rest
		case "arg:":
			name, value, _ := strings.Cut(rest, "=")
			want.request.BuildArgs[name] = value
		case "error:":
			want.refused = true
		case "unresolved":
			want.unresolved = true
		case "final", "build", "copy", "mount", "frontend":
			want.edges = append(want.edges, word+" "+rest[:strings.LastIndex(rest, " ")])
		case "unreachable", "warning:":
		default:
			t.Fatalf("%s: unknown line %q", path, line)
		}
	}
	slices.Sort(want.edges)
	return want
}
