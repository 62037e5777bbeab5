package main

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/containerd/platforms"
	"github.com/distribution/reference"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// Request is one Dockerfile and how it is built.
type Request struct {
	Dockerfile string            `json:"dockerfile"`
	Target     string            `json:"target,omitempty"`
	BuildArgs  map[string]string `json:"buildArgs,omitempty"`
	Platform   string            `json:"platform,omitempty"`
	// Contexts are named contexts, as buildx takes them: docker-image://REFERENCE,
	// or anything else, which is no image. Sources alone knows them.
	Contexts map[string]string `json:"contexts,omitempty"`
}

// Kind is how an image is used.
type Kind string

// The kinds of use: final is what the shipped stage is built on, through stages
// that are built on stages; build is what another stage is built on.
const (
	Final    Kind = "final"
	Build    Kind = "build"
	Copy     Kind = "copy"
	Mount    Kind = "mount"
	Frontend Kind = "frontend"
)

// Edge is one use of an image by what the shipped stage needs.
type Edge struct {
	Kind Kind `json:"kind"`
	// Image is the reference with its variables expanded.
	Image string `json:"image"`
	// Canonical is the reference in full: docker.io/library/node:latest. Nothing
	// where it is none.
	Canonical string `json:"canonical,omitempty"`
	// Line is the first line of the instruction, from 1.
	Line int `json:"line"`
}

// Stage is one stage of the file.
type Stage struct {
	Name string `json:"name,omitempty"`
	// Base is what stands after FROM, expanded.
	Base string `json:"base"`
	// On is the index of the stage that Base means, nil where it means none.
	On        *int `json:"on,omitempty"`
	Line      int  `json:"line"`
	Reachable bool `json:"reachable"`
}

// Answer is what BuildKit says of a request.
type Answer struct {
	Stages []Stage `json:"stages,omitempty"`
	Edges  []Edge  `json:"edges"`
	// Error is why no edges can be told: the file does not parse, or its stages
	// make no graph.
	Error string `json:"error,omitempty"`
	// BuildError is why BuildKit would not build it all the same.
	BuildError string `json:"buildError,omitempty"`
	// Disagreement is set when BuildKit's conversion asked for other images than
	// those of the edges: a fault of this program.
	Disagreement string `json:"disagreement,omitempty"`
}

// Read asks BuildKit which images a build uses.
func Read(request Request) (answer Answer) {
	answer.Edges = []Edge{}
	defer func() {
		// BuildKit guards its own conversion against panics in the same way.
		if panicked := recover(); panicked != nil {
			answer.Error = fmt.Sprintf("panic: %v", panicked)
		}
	}()
	if request.Platform == "" {
		request.Platform = "linux/amd64"
	}
	platform, err := platforms.Parse(request.Platform)
	if err != nil {
		answer.Error = err.Error()
		return answer
	}
	// As BuildKit does with what `--platform` gives it.
	platform = platforms.Normalize(platform)
	text := []byte(request.Dockerfile)
	if len(text) == 0 {
		answer.Error = "the Dockerfile cannot be empty"
		return answer
	}
	file, err := parser.Parse(strings.NewReader(request.Dockerfile))
	if err != nil {
		answer.Error = err.Error()
		return answer
	}
	stages, globals, err := instructions.Parse(file.AST, linter.New(&linter.Config{}))
	if err != nil {
		answer.Error = err.Error()
		return answer
	}
	graph, err := newGraph(file.EscapeToken, stages, globals, request, platform)
	if err != nil {
		answer.Error = err.Error()
		return answer
	}
	for _, node := range graph.stages() {
		stage := Stage{Name: node.name, Base: node.base, Line: node.line, Reachable: node.reachable}
		if on := slices.Index(graph.nodes, node.on); on >= 0 {
			stage.On = &on
		}
		answer.Stages = append(answer.Stages, stage)
	}
	answer.Edges = append(frontend(text, request), graph.edges()...)
	sort.SliceStable(answer.Edges, func(i, j int) bool {
		if answer.Edges[i].Line != answer.Edges[j].Line {
			return answer.Edges[i].Line < answer.Edges[j].Line
		}
		return answer.Edges[i].Kind < answer.Edges[j].Kind
	})
	answer.BuildError, answer.Disagreement = crossCheck(text, request, platform, answer.Edges)
	return answer
}

// Sources gives the images, in full, that the build of a request reads by
// BuildKit's conversion, those whose configuration the conversion asks for, and
// why it refuses.
func Sources(request Request) (read, asked []string, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("panic: %v", panicked)
		}
	}()
	platform, err := platforms.Parse(cmp.Or(request.Platform, "linux/amd64"))
	if err != nil {
		return nil, nil, err
	}
	of, configurations := &recorder{}, &recorder{}
	state, err := convert([]byte(request.Dockerfile), request, platforms.Normalize(platform), configurations)
	if err == nil {
		err = sources(*state, of)
	}
	slices.Sort(of.images)
	slices.Sort(configurations.images)
	return of.images, configurations.images, err
}

// frontend gives the edge to what reads the file: by BUILDKIT_SYNTAX, else by
// the directive in it.
func frontend(text []byte, request Request) []Edge {
	// A blank one counts too, and names nothing that can be loaded.
	if line, ok := request.BuildArgs["BUILDKIT_SYNTAX"]; ok {
		image, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		return []Edge{{Kind: Frontend, Image: image, Canonical: canonical(image)}}
	}
	image, _, location, ok := parser.DetectSyntax(text)
	if !ok {
		return []Edge{}
	}
	return []Edge{{Kind: Frontend, Image: image, Canonical: canonical(image), Line: firstLine(location)}}
}

// canonical gives a reference in full, nothing for what is none.
func canonical(image string) string {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return ""
	}
	return reference.TagNameOnly(named).String()
}

func firstLine(location []parser.Range) int {
	if len(location) == 0 {
		return 0
	}
	return location[0].Start.Line
}
