package main

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/containerd/platforms"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// scratch is the base that is no image.
const scratch = "scratch"

// node is a stage, or an image that an instruction names.
type node struct {
	name string
	// base is the reference after FROM, or of the instruction.
	base string
	line int
	// on is the stage that this one is built on, nil for an image.
	on *node
	// needs are the nodes that this one's instructions read.
	needs []*node
	// kind is set for an image that an instruction names.
	kind Kind
	// onBuild are the instructions that run in the stages built on this one;
	// triggered says that those of its own base have run in it.
	onBuild   []string
	triggered bool
	reachable bool
}

// graph is the stages in their order, then the images that they name.
type graph struct {
	nodes  []*node
	byName map[string]*node
	count  int
	target *node
	lex    *shell.Lex
}

// newGraph follows BuildKit's conversion: it expands the bases, names the
// stages, and connects them.
func newGraph(
	escape rune,
	stages []instructions.Stage,
	globals []instructions.ArgCommand,
	request Request,
	platform ocispecs.Platform,
) (*graph, error) {
	if len(stages) == 0 {
		return nil, errors.New("dockerfile contains no stages to build")
	}
	g := &graph{byName: map[string]*node{}, count: len(stages), lex: shell.NewLex(escape)}
	target := request.Target
	if target == "" {
		target = stages[len(stages)-1].Name
	}
	args, err := g.arguments(globals, request.BuildArgs, target, platform)
	if err != nil {
		return nil, err
	}
	for _, stage := range stages {
		base, _, err := g.lex.ProcessWord(stage.BaseName, args)
		if err != nil {
			return nil, err
		}
		if base == "" {
			return nil, fmt.Errorf("base name (%s) should not be blank", stage.BaseName)
		}
		if err := g.checkPlatform(stage.Platform, args); err != nil {
			return nil, err
		}
		g.add(&node{name: stage.Name, base: base, line: firstLine(stage.Location)})
	}
	g.target = g.nodes[len(stages)-1]
	if request.Target != "" {
		if g.target = g.byName[strings.ToLower(request.Target)]; g.target == nil {
			return nil, fmt.Errorf("target stage %q could not be found", request.Target)
		}
	}
	for i, stage := range stages {
		for _, command := range stage.Commands {
			if err := g.connect(g.nodes[i], command, 0); err != nil {
				return nil, err
			}
		}
	}
	if err := g.checkCycles(); err != nil {
		return nil, err
	}
	// ONBUILD of a stage runs in the stages that are built on it, of which only
	// those matter that are needed; each may make more of them needed.
	for more := true; more; {
		g.reach()
		if more, err = g.trigger(); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// arguments gives the values that FROM sees: those of the platform, then those
// of the ARGs before the first FROM.
func (g *graph) arguments(
	globals []instructions.ArgCommand,
	given map[string]string,
	target string,
	platform ocispecs.Platform,
) (shell.EnvGetter, error) {
	if target == "" {
		target = "default"
	}
	values := map[string]string{}
	for prefix, p := range map[string]ocispecs.Platform{"BUILD": platform, "TARGET": platform} {
		values[prefix+"PLATFORM"] = platforms.Format(p)
		values[prefix+"OS"] = p.OS
		values[prefix+"OSVERSION"] = p.OSVersion
		values[prefix+"ARCH"] = p.Architecture
		values[prefix+"VARIANT"] = p.Variant
	}
	values["TARGETSTAGE"] = target
	for name := range values {
		if value, ok := given[name]; ok {
			values[name] = value
		}
	}
	for _, command := range globals {
		for _, arg := range command.Args {
			if value, ok := given[arg.Key]; ok {
				values[arg.Key] = value
				continue
			}
			if arg.Value == nil {
				continue
			}
			value, _, err := g.lex.ProcessWord(*arg.Value, environment(values))
			if err != nil {
				return nil, err
			}
			values[arg.Key] = value
		}
	}
	return environment(values), nil
}

func (g *graph) checkPlatform(written string, args shell.EnvGetter) error {
	if written == "" {
		return nil
	}
	platform, _, err := g.lex.ProcessWord(written, args)
	if err != nil {
		return err
	}
	if platform == "" {
		return fmt.Errorf("empty platform value from expression %s", written)
	}
	if _, err = platforms.Parse(platform); err != nil {
		return fmt.Errorf("failed to parse platform %s: %w", written, err)
	}
	return nil
}

// add puts a stage or an image at the end. A stage's base is a stage only if
// that stands before it, by its name in lower case.
func (g *graph) add(n *node) {
	g.nodes = append(g.nodes, n)
	n.on = g.byName[n.base]
	if n.name != "" {
		g.byName[strings.ToLower(n.name)] = n
	}
}

// connect adds what an instruction reads to a stage's needs. Line is that of the
// stage for an instruction which comes from an ONBUILD, else 0.
func (g *graph) connect(stage *node, command instructions.Command, line int) error {
	if line == 0 {
		line = firstLine(command.Location())
	}
	switch c := command.(type) {
	case *instructions.OnbuildCommand:
		stage.onBuild = append(stage.onBuild, c.Expression)
	case *instructions.CopyCommand:
		if c.From == "" {
			return nil
		}
		expanded, _, err := g.lex.ProcessWord(c.From, environment(nil))
		if err != nil {
			return err
		}
		if expanded != c.From {
			return errors.New("variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround")
		}
		if index, err := strconv.Atoi(c.From); err == nil {
			if index < 0 || index >= len(g.nodes) {
				return fmt.Errorf("invalid stage index %d", index)
			}
			stage.needs = append(stage.needs, g.nodes[index])
			return nil
		}
		g.need(stage, c.From, Copy, line)
	case *instructions.RunCommand:
		for _, mount := range instructions.GetMounts(c) {
			// BuildKit makes a node of every mount, so that those without an image
			// count in the numbers that COPY --from may name.
			g.need(stage, cmp.Or(mount.From, scratch), Mount, line)
		}
	}
	return nil
}

// need adds a stage by its name, else an image.
func (g *graph) need(stage *node, from string, kind Kind, line int) {
	needed, ok := g.byName[strings.ToLower(from)]
	if !ok {
		needed = &node{base: from, kind: kind, line: line}
		g.add(needed)
	}
	stage.needs = append(stage.needs, needed)
}

// trigger runs the ONBUILDs of stages in those that are built on them, once for
// each, and says whether there were any.
func (g *graph) trigger() (bool, error) {
	some := false
	for _, stage := range g.stages() {
		if !stage.reachable || stage.triggered || stage.on == nil {
			continue
		}
		stage.triggered = true
		for _, expression := range stage.on.onBuild {
			some = true
			file, err := parser.Parse(strings.NewReader(expression))
			if err != nil {
				return false, err
			}
			if len(file.AST.Children) != 1 {
				return false, errors.New("onbuild trigger should be a single expression")
			}
			command, err := instructions.ParseCommand(file.AST.Children[0])
			if err != nil {
				return false, err
			}
			if err := g.connect(stage, command, stage.line); err != nil {
				return false, err
			}
		}
	}
	return some, nil
}

// stages gives the nodes that are stages.
func (g *graph) stages() []*node { return g.nodes[:g.count] }

// environment lets BuildKit's lexer look names up.
type environment map[string]string

// Get gives the value of a name.
func (e environment) Get(name string) (string, bool) {
	value, ok := e[name]
	return value, ok
}

// Keys gives every name.
func (e environment) Keys() []string {
	names := make([]string, 0, len(e))
	for name := range e {
		names = append(names, name)
	}
	return names
}
