package main

import "fmt"

// reach marks the target and all that it needs.
func (g *graph) reach() {
	seen := map[*node]bool{}
	todo := []*node{g.target}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[n] {
			continue
		}
		seen[n] = true
		n.reachable = true
		todo = append(todo, n.needs...)
		if n.on != nil {
			todo = append(todo, n.on)
		}
	}
}

// edges gives the images of the nodes that the target needs.
func (g *graph) edges() []Edge {
	final := g.target
	for final.on != nil {
		final = final.on
	}
	var edges []Edge
	seen := map[Edge]bool{}
	for _, n := range g.nodes {
		if !n.reachable || n.on != nil || n.base == scratch {
			continue
		}
		edge := Edge{Kind: n.kind, Image: n.base, Canonical: canonical(n.base), Line: n.line}
		if edge.Kind == "" {
			edge.Kind = Build
			if n == final {
				edge.Kind = Final
			}
		}
		// One ONBUILD makes an edge in every stage that is built on its own.
		if !seen[edge] {
			seen[edge] = true
			edges = append(edges, edge)
		}
	}
	return edges
}

// checkCycles refuses stages that need themselves by what their instructions
// read. BuildKit does not look at what they are built on here: such a circle is
// refused where the conversion runs it, as a stage that is read too early.
func (g *graph) checkCycles() error {
	const (
		entered = 1
		left    = 2
	)
	state := map[*node]int{}
	var visit func(n *node) error
	visit = func(n *node) error {
		switch state[n] {
		case entered:
			return fmt.Errorf("circular dependency detected on stage: %s", n.name)
		case left:
			return nil
		}
		state[n] = entered
		for _, needed := range n.needs {
			if err := visit(needed); err != nil {
				return err
			}
		}
		state[n] = left
		return nil
	}
	for _, n := range g.stages() {
		if err := visit(n); err != nil {
			return err
		}
	}
	return nil
}
