// What is told of the node that was chosen.

import { reached } from "./data.js";
import { count, el } from "./dom.js";

/** A list of more than so many is cut, with a button for the rest. */
const SHOWN = 60;

const link = (node, choose) => el("button", { class: "link", type: "button", onclick: () => choose(node) }, node.name);

/** Rows of a list, the first of them at once. */
function list(rows, row) {
  const items = el("ul", { class: "rows" }, rows.slice(0, SHOWN).map(row));
  if (rows.length <= SHOWN) return items;
  const more = el("button", { type: "button", class: "more", onclick: () => { items.append(...rows.slice(SHOWN).map(row)); more.remove(); } },
    `Show ${rows.length - SHOWN} more`);
  return [items, more];
}

function edgeRow(edge, node, choose) {
  const uses = new Map();
  for (const { kind, file, line } of edge.uses) {
    const key = `${kind} in ${file}`;
    uses.set(key, [...(uses.get(key) ?? []), ...(line ? [line] : [])]);
  }
  return el("li", {},
    el("div", {}, link(node, choose), el("span", { class: `badge ${edge.kind}` }, edge.automatic ? edge.delay : "by hand")),
    el("p", { class: "muted" }, edge.when, edge.pinned ? "; a digest is pinned, so a rebuild changes nothing" : "",
      edge.moves ? "" : "; only if a release moves this tag"),
    edge.base === edge.from.name ? "" : el("p", { class: "muted" }, "as ", el("code", {}, edge.base)),
    [...uses].map(([what, lines]) => el("p", { class: "muted" },
      el("code", {}, lines.length ? `${what}, line ${lines.join(", ")}` : what))));
}

function section(title, node, isDown, choose) {
  const direct = isDown ? node.down : node.up;
  const far = [...reached(node, isDown)].filter(([, steps]) => steps > 1);
  const other = (edge) => (isDown ? edge.to : edge.from);
  return el("section", {},
    el("h3", {}, title, el("span", { class: "number" }, (direct.length + far.length).toLocaleString("en"))),
    direct.length ? list(direct, (edge) => edgeRow(edge, other(edge), choose)) : el("p", { class: "muted" }, "Nothing."),
    far.length ? [el("h4", {}, "By chains"), list(far, ([it, steps]) =>
      el("li", {}, el("div", {}, link(it, choose), el("span", { class: "muted" }, `${steps} steps`))))] : "");
}

/** Fills the panel. */
export function tell(panel, graph, node, choose) {
  if (!node) {
    const images = graph.nodes.filter((it) => it.kind === "image");
    const idle = images.filter((it) => it.up.length === 0);
    panel.replaceChildren(
      el("h2", {}, "Nothing is chosen"),
      el("p", { class: "muted" }, "Choose a base or an image: the picture then shows what rebuilds it and what it rebuilds, and this panel when, and where that is written."),
      graph.cycles.length ? el("section", {}, el("h3", {}, "Cycles"), list(graph.cycles, (cycle) =>
        el("li", {}, [...cycle, cycle[0]].map((it, place) => [place ? " \u2192 " : "", link(it, choose)])))) : "",
      idle.length ? el("section", {}, el("h3", {}, "Nothing rebuilds", el("span", { class: "number" }, idle.length.toLocaleString("en"))),
        list(idle, (it) => el("li", {}, link(it, choose)))) : "");
    return;
  }
  const built = node.built;
  const rows = [["published at", node.reference]];
  if (built) {
    rows.push(["written in", `${built.file}, line ${built.line}`], ["built by", [built.provider, built.repo].filter(Boolean).join(" ")],
      ["branch", built.branch], ["workflow", built.workflow], ["Dockerfile", built.dockerfile], ["Project", built.project]);
  }
  panel.replaceChildren(
    el("p", { class: "kind" }, node.kind),
    el("h2", {}, node.name),
    el("p", { class: "muted" }, node.kind === "base"
      ? `A new digest rebuilds ${count(reached(node, true).size, "image")}.`
      : `${count(reached(node, false).size, "base or image")} can rebuild it; it rebuilds ${count(reached(node, true).size, "image")}.`.replace("base or images", "bases and images")),
    el("dl", {}, rows.filter(([, value]) => value).map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
    node.kind === "image" ? section("Rebuilt by", node, false, choose) : "",
    section("Rebuilds", node, true, choose));
}
