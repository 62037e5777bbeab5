// The page: what is chosen, searched and filtered, and what is shown of it.

import { hashOf, nodeOf, read } from "./data.js";
import { tell } from "./details.js";
import { byId, count, el } from "./dom.js";
import { draw, neighbour } from "./draw.js";
import { boxes, place } from "./layout.js";

/** Names that are listed at once. */
const LISTED = 100;

const graph = read(byId("graph").textContent);
const picture = byId("picture");
const canvas = byId("canvas");
const state = { selected: undefined, opened: new Set(), zoom: 1 };
let shown;

const FILTERS = [
  ["project", "Project", (node) => [node.built.project]],
  ["file", "File", (node) => [node.built.file]],
  ["registry", "Registry", (node) => [node.registry]],
  ["policy", "Policy", (node) => (node.up.length ? node.up.map((edge) => edge.delay) : ["nothing rebuilds it"])],
  ["provider", "Built by", (node) => [node.built.provider]],
];

/** A choice for each filter that has something to choose. */
function filters() {
  const images = graph.nodes.filter((node) => node.kind === "image");
  return FILTERS.flatMap(([id, label, values]) => {
    const all = [...new Set(images.flatMap(values))].sort();
    if (all.length < 2) return [];
    const select = el("select", { id: `filter-${id}`, onchange: () => { state.selected = undefined; show(true); } },
      el("option", { value: "" }, "All"), all.map((value) => el("option", { value }, value)));
    byId("filters").append(el("label", { for: select.id }, label), select);
    return [(node) => !select.value || values(node).includes(select.value)];
  });
}
const chosen = filters();
const keep = (node) => chosen.every((filter) => filter(node));
const isFiltered = () => [...byId("filters").querySelectorAll("select")].some((select) => select.value);

function choose(node) {
  state.selected = node;
  const hash = node ? hashOf(node) : "";
  if (hash !== location.hash) history.pushState(null, "", hash || location.pathname + location.search);
  show(true);
}

function chooseBox(box) {
  if (box.nodes.length === 1) return choose(box.nodes[0] === state.selected ? undefined : box.nodes[0]);
  state.opened.add(box.key);
  show(false);
  shown.boxes.find((it) => it.nodes[0] === box.nodes[0])?.element.focus();
}

function show(isNew) {
  const { selected } = state;
  if (isNew) state.opened.clear();
  const { drawn, shown: number, left } = boxes(graph, { ...state, keep });
  const groups = drawn.filter((box) => box.nodes.length > 1);
  const hadFocus = picture.contains(document.activeElement);
  shown = drawn.length ? place(drawn) : { boxes: [], lines: [], width: 1, height: 1 };
  draw(picture, shown, { selected, choose: chooseBox });
  byId("said").textContent = [
    drawn.length ? `${count(number, "base or image").replace("base or images", "bases and images")} drawn` : "Nothing is left by these filters",
    groups.length ? `${count(groups.reduce((sum, box) => sum + box.nodes.length, 0), "image")} of them in ${count(groups.length, "box").replace("boxs", "boxes")} of images that are alike` : "",
    left ? `${left.toLocaleString("en")} more are not drawn: choose, search or filter to see them` : "",
  ].filter(Boolean).join("; ") + ".";
  byId("clear").hidden = !selected && !isFiltered();
  tell(byId("details"), graph, selected, choose);
  document.title = selected ? `${selected.name} \u2013 what is built on what` : "What is built on what";
  const box = shown.boxes.find((it) => it.nodes[0] === selected && it.nodes.length === 1);
  if (isNew) fit();
  if (hadFocus && isNew) (box ?? shown.boxes[0])?.element.focus({ preventScroll: true });
  if (box) canvas.scrollTo({ left: box.x * state.zoom - canvas.clientWidth / 2, top: box.y * state.zoom - canvas.clientHeight / 2 });
  list();
}

/** As large as fits, but never too small to read. */
function fit() {
  zoom(Math.min(1, Math.max(0.8, Math.min((canvas.clientWidth - 2) / shown.width, (canvas.clientHeight - 2) / shown.height))));
  canvas.scrollTo(0, 0);
}

function zoom(to) {
  state.zoom = Math.min(2, Math.max(0.25, to));
  picture.setAttribute("width", Math.round(shown.width * state.zoom));
  picture.setAttribute("height", Math.round(shown.height * state.zoom));
}

/** The names that a search finds. */
function list() {
  const asked = byId("search").value.trim().toLowerCase();
  const rank = (node) => {
    const at = node.name.toLowerCase().indexOf(asked);
    return at === 0 ? 0 : at > 0 ? 1 : node.reference.toLowerCase().includes(asked) ? 2 : -1;
  };
  const isKept = (node) => (node.kind === "base" ? !isFiltered() || node.down.some((edge) => keep(edge.to)) : keep(node));
  const found = graph.nodes.map((node) => [rank(node), node]).filter(([rank, node]) => rank >= 0 && isKept(node));
  found.sort(([a, left], [b, right]) => a - b || left.id - right.id);
  byId("found").textContent = found.length > LISTED ? `${count(LISTED, "name")} of ${found.length.toLocaleString("en")}: search for the others` : count(found.length, "name");
  byId("names").replaceChildren(...found.slice(0, LISTED).map(([, node]) => el("li", {},
    el("button", { type: "button", "aria-current": node === state.selected ? "true" : undefined, onclick: () => choose(node) },
      el("span", { class: `mark ${node.kind}`, "aria-hidden": "true" }), el("span", { class: "text" }, node.name)))));
  return found;
}

byId("search").addEventListener("input", list);
byId("search").addEventListener("keydown", (event) => {
  const [first] = event.key === "Enter" ? list() : [];
  if (first) choose(first[1]);
});
byId("clear").addEventListener("click", () => {
  for (const select of byId("filters").querySelectorAll("select")) select.value = "";
  choose(undefined);
});
byId("in").addEventListener("click", () => zoom(state.zoom * 1.25));
byId("out").addEventListener("click", () => zoom(state.zoom / 1.25));
byId("fit").addEventListener("click", fit);
byId("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const isDark = (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  root.dataset.theme = isDark ? "light" : "dark";
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.target.matches("input, select")) { event.preventDefault(); byId("search").focus(); }
  if (event.key === "Escape" && state.selected) choose(undefined);
});
picture.addEventListener("keydown", (event) => {
  const box = shown.boxes.find((it) => it.element === document.activeElement);
  const next = box && neighbour(shown, box, event.key);
  if (!next) return;
  event.preventDefault();
  box.element.setAttribute("tabindex", -1);
  next.element.setAttribute("tabindex", 0);
  next.element.focus();
});
let drag;
canvas.addEventListener("pointerdown", (event) => {
  if (event.pointerType === "mouse" && event.button === 0 && !event.target.closest(".box")) {
    drag = { x: event.clientX + canvas.scrollLeft, y: event.clientY + canvas.scrollTop };
  }
});
addEventListener("pointermove", (event) => drag && canvas.scrollTo(drag.x - event.clientX, drag.y - event.clientY));
addEventListener("pointerup", () => { drag = undefined; });
const fromLink = () => { state.selected = nodeOf(graph.nodes, location.hash); show(true); };
addEventListener("hashchange", fromLink);
addEventListener("popstate", fromLink);
const bases = graph.nodes.filter((node) => node.kind === "base").length;
const rebuilds = graph.nodes.reduce((sum, node) => sum + node.down.length, 0);
byId("counts").textContent = [count(bases, "base"), count(graph.nodes.length - bases, "image"), count(rebuilds, "rebuild")].join(" \u00b7 ");
fromLink();
