// The graph as the page works with it, from the rows that `page.rs` writes: numbers that stand for texts of one table.

/** Reads the rows of the page. */
export function read(text) {
  const { texts, nodes, edges, cycles } = JSON.parse(text);
  const at = (number) => texts[number];
  const all = nodes.map((row, id) => {
    const [kind, name, reference, registry, ...built] = row;
    const node = { id, kind: kind ? "image" : "base", name: at(name), reference: at(reference), registry: at(registry), up: [], down: [] };
    if (kind) {
      const [project, file, line, provider, repo, branch, workflow, dockerfile] = built;
      node.built = {
        project: at(project), file: at(file), line, provider: at(provider), repo: at(repo), branch: at(branch),
        workflow: at(workflow), dockerfile: at(dockerfile),
      };
    }
    return node;
  });
  const round = new Set(cycles.flatMap((cycle) => cycle.map((from, place) => `${from} ${cycle[(place + 1) % cycle.length]}`)));
  for (const [from, to, base, when, delay, window, flags, uses] of edges) {
    const edge = {
      from: all[from], to: all[to], base: at(base), when: at(when), delay: at(delay), window: window < 0 ? "" : at(window),
      automatic: !!(flags & 1), pinned: !!(flags & 2), moves: !!(flags & 4), isCycle: round.has(`${from} ${to}`),
      uses: uses.map(([kind, file, line]) => ({ kind: at(kind), file: at(file), line })),
    };
    edge.kind = !edge.automatic || edge.pinned ? "quiet" : edge.delay.startsWith("no delay") ? "prompt" : "delayed";
    edge.short = edge.window ? edge.delay.replace(`, within ${edge.window}`, " \u00b7 in a window") : edge.delay;
    edge.from.down.push(edge);
    edge.to.up.push(edge);
  }
  return { nodes: all, cycles: cycles.map((cycle) => cycle.map((id) => all[id])) };
}

/** All nodes that are reached from one over edges, nearest first, each with its number of steps; without the node itself. */
export function reached(node, isDown) {
  const steps = new Map([[node, 0]]);
  for (const here of steps.keys()) {
    for (const edge of isDown ? here.down : here.up) {
      const next = isDown ? edge.to : edge.from;
      if (!steps.has(next)) steps.set(next, steps.get(here) + 1);
    }
  }
  steps.delete(node);
  return steps;
}

/** What is written behind `#` for a node, and the node that is meant by it. */
export const hashOf = (node) => `#${node.kind}=${encodeURIComponent(node.name)}`;
export function nodeOf(nodes, hash) {
  let asked = hash;
  try { asked = decodeURIComponent(hash); } catch { /* Somebody has written it by hand. */ }
  return nodes.find((node) => `#${node.kind}=${node.name}` === asked);
}
