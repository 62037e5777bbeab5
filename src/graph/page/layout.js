// Which nodes are drawn, and where: a layered layout by dagre, bases on the left.

import { graphlib, layout } from "@dagrejs/dagre";
import { reached } from "./data.js";

/** More than so many boxes are no picture any longer, and take seconds to lay out. */
export const MOST = 250;
/** So many images that are alike are drawn as one box. */
const ALIKE = 4;
const WIDTH = 208;
const HEIGHT = 44;

/** The boxes to draw. `keep` says which nodes may be drawn; what is left out is counted. */
export function boxes(graph, { selected, keep, opened }) {
  let nodes;
  if (selected) {
    const around = [...reached(selected, false), ...reached(selected, true)].sort(([, a], [, b]) => a - b);
    nodes = [selected, ...new Set(around.map(([node]) => node))];
  } else {
    const images = graph.nodes.filter((node) => node.kind === "image" && keep(node));
    const bases = new Set(images.flatMap((node) => node.up.map((edge) => edge.from)));
    nodes = [...new Set([...bases, ...images])];
    // What rebuilds most says most.
    nodes.sort((a, b) => b.down.length - a.down.length || a.id - b.id);
  }
  const found = LIKENESS.map((likeness) => grouped(nodes, likeness, selected, opened)).find((some, level) => some.length <= MOST || level === LIKENESS.length - 1);
  const drawn = found.slice(0, MOST);
  const count = (some) => some.reduce((sum, box) => sum + box.nodes.length, 0);
  return { drawn, shown: count(drawn), left: count(found) - count(drawn) };
}

/** What makes images alike that rebuild nothing: as much as leaves few enough boxes. */
const LIKENESS = [
  (node) => node.up.map((edge) => `${edge.from.id} ${edge.kind} ${edge.delay}`).sort().join("|"),
  (node, selected) => { const edge = nearest(node, selected); return edge ? `${edge.from.id} ${edge.kind} ${edge.delay}` : ""; },
  (node, selected) => nearest(node, selected)?.from.id ?? "",
];

/** The edge that says most of where an image belongs: from the one that was chosen, else from an image, else from a base. */
const nearest = (node, selected) =>
  node.up.find((edge) => edge.from === selected) ?? node.up.find((edge) => edge.from.kind === "image") ?? node.up[0];

function grouped(nodes, likeness, selected, opened) {
  const groups = new Map();
  for (const node of nodes) {
    const isLeaf = node.kind === "image" && node !== selected && node.down.length === 0;
    const key = isLeaf ? `g${likeness(node, selected)}` : `n${node.id}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(node);
  }
  return [...groups].flatMap(([key, members]) =>
    members.length < ALIKE || opened.has(key) ? members.map((node) => ({ key: `n${node.id}`, nodes: [node] })) : [{ key, nodes: members }]);
}

/** Places boxes, and finds the lines between them: `x`, `y`, `width`, `height` of each box, and `points` of each line. */
export function place(drawn) {
  const boxOf = new Map(drawn.flatMap((box) => box.nodes.map((node) => [node, box])));
  const lines = new Map();
  for (const box of drawn) {
    for (const { from: node } of box.nodes[0].up) {
      const from = boxOf.get(node);
      const key = `${from?.key} ${box.key}`;
      const edges = box.nodes.map((it) => it.up.filter((edge) => edge.from === node));
      // A box of several has the lines that all of them have.
      if (from && edges.every((some) => some.length)) lines.set(key, { key, from, to: box, edges: edges.flat() });
    }
  }
  const dag = new graphlib.Graph();
  dag.setGraph({ rankdir: "LR", nodesep: 12, ranksep: 84, edgesep: 10, marginx: 24, marginy: 24 });
  dag.setDefaultEdgeLabel(() => ({}));
  const fed = new Set([...lines.values()].filter((line) => line.from !== line.to).map((line) => line.to));
  // Whatever has nothing before it stands in the first column.
  dag.setNode("root", { width: 0, height: 0 });
  for (const box of drawn) {
    dag.setNode(box.key, { width: WIDTH, height: HEIGHT });
    if (!fed.has(box)) dag.setEdge("root", box.key, { weight: 20 });
  }
  for (const line of lines.values()) dag.setEdge(line.from.key, line.to.key, { weight: 1 });
  layout(dag);
  // The column of the node that is not drawn goes.
  const left = Math.min(...drawn.map((box) => dag.node(box.key).x - WIDTH / 2)) - 24;
  for (const box of drawn) {
    const { x, y } = dag.node(box.key);
    Object.assign(box, { x: x - left, y, width: WIDTH, height: HEIGHT });
  }
  for (const line of lines.values()) {
    const [, ...between] = dag.edge(line.from.key, line.to.key).points.map(({ x, y }) => ({ x: x - left, y }));
    between.pop();
    // From side to side, wherever dagre has a line meet its box.
    const isBack = line.from.x >= line.to.x;
    const side = (box, way) => ({ x: box.x + (way * WIDTH) / 2, y: box.y });
    line.points = [side(line.from, isBack ? -1 : 1), ...between, side(line.to, isBack ? 1 : -1)];
  }
  const end = (box) => [box.x + WIDTH / 2 + 24, box.y + HEIGHT / 2 + 24];
  return {
    boxes: drawn, lines: [...lines.values()],
    width: Math.max(WIDTH, ...drawn.map((box) => end(box)[0])), height: Math.max(HEIGHT, ...drawn.map((box) => end(box)[1])),
  };
}
