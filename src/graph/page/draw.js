// The picture: boxes and lines of one layout.

import { count, svg } from "./dom.js";

const LONGEST = 27;
const short = (text, longest = LONGEST) => (text.length > longest ? `${text.slice(0, longest - 9)}\u2026${text.slice(-8)}` : text);

/** Draws a layout into an SVG. `choose` is told which box was chosen. */
export function draw(picture, { boxes, lines, width, height }, { selected, choose }) {
  picture.replaceChildren(
    svg("defs", {}, ["prompt", "delayed", "quiet", "round"].map((kind) =>
      svg("marker", { id: `end-${kind}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
        svg("path", { d: "M0 0.5 8 4 0 7.5z", class: `tip ${kind}` })))),
    svg("g", { "aria-hidden": "true" }, lines.map((line) => drawLine(line))),
    svg("g", {}, boxes.map((box) => drawBox(box, selected, choose))),
  );
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  // One box can be reached by Tab, the others by arrows.
  const first = boxes.find((box) => box.nodes[0] === selected) ?? boxes[0];
  for (const box of boxes) box.element.setAttribute("tabindex", box === first ? 0 : -1);
}

function drawLine(line) {
  const [first, ...rest] = line.points;
  const path = rest.reduce(([text, from], to) => {
    const middle = (from.x + to.x) / 2;
    return [`${text}C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`, to];
  }, [`M${first.x} ${first.y}`, first])[0];
  const kinds = line.edges.map((edge) => edge.kind);
  const kind = line.edges.some((edge) => edge.isCycle) ? "round" : ["prompt", "delayed", "quiet"].find((it) => kinds.includes(it));
  return svg("path", { d: path, class: `line ${kind}`, "marker-end": `url(#end-${kind})` });
}

function drawBox(box, selected, choose) {
  const [node] = box.nodes;
  const isGroup = box.nodes.length > 1;
  const delays = [...new Set(box.nodes.flatMap((it) => it.up.map((edge) => edge.short)))];
  const names = box.nodes.map((it) => it.name);
  const when = delays.length === 0 ? "nothing rebuilds it" : delays.length === 1 ? delays[0] : `${delays.length} policies`;
  const title = short(isGroup ? `${names.length} images` : node.name);
  const below = short(node.kind === "base" ? count(node.down.length, "rebuild") : when, 31);
  const label = `${title} ${below}; ${isGroup
    ? `images that are alike: ${names.slice(0, 3).join(", ")} and more`
    : `${title === node.name ? "" : `${node.name}, `}${node.kind}, rebuilds ${node.down.length}`}`;
  const isSelected = node === selected && !isGroup;
  const kind = isGroup ? "group" : node.kind;
  const act = () => choose(box);
  box.element = svg("g", {
    class: `box ${kind}${isSelected ? " selected" : ""}`, role: "button", "aria-label": label,
    "aria-pressed": isGroup ? undefined : String(isSelected), "data-key": box.key,
    transform: `translate(${box.x - box.width / 2} ${box.y - box.height / 2})`, onclick: act,
    onkeydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); act(); } },
  },
    svg("title", {}, isGroup ? names.slice(0, 40).join("\n") : node.name),
    isGroup ? svg("rect", { class: "behind", x: 4, y: 4, width: box.width, height: box.height, rx: 8 }) : "",
    svg("rect", { width: box.width, height: box.height, rx: node.kind === "base" ? box.height / 2 : 8 }),
    svg("text", { class: "name", x: 16, y: 18 }, title),
    svg("text", { class: "below", x: 16, y: 34 }, ` ${below}`));
  return box.element;
}

/** The box that an arrow key leads to. */
export function neighbour({ boxes, lines }, box, key) {
  const near = (some) => some.sort((a, b) => Math.abs(a.y - box.y) - Math.abs(b.y - box.y))[0];
  const column = () => boxes.filter((it) => it !== box && Math.abs(it.x - box.x) < box.width / 2);
  switch (key) {
    case "ArrowRight": return near(lines.filter((line) => line.from === box).map((line) => line.to));
    case "ArrowLeft": return near(lines.filter((line) => line.to === box).map((line) => line.from));
    case "ArrowDown": return near(column().filter((it) => it.y > box.y));
    case "ArrowUp": return near(column().filter((it) => it.y < box.y));
    default: return undefined;
  }
}
