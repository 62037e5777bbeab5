// What is drawn: the sample, a small one that has everything, a hostile one, a cycle, and large ones.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A name that would be a script, end a label, turn what follows around and reach the network. */
export const HOSTILE = "a\"];x[</script><script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(2)>&amp;\\N|`\u202e#;";

const image = (name, bases, more = "") =>
  `- {name: ${name}, repository: acme/${name}, ${more}source: {repo: acme/${name}}, baseImages: [${bases.map((base) => JSON.stringify(base)).join(", ")}]}\n`;
const ours = (name, tag = "latest") => `ghcr.io/acme/${name}:${tag}`;

const TEAM =
  'gitea: {url: "https://gitea.example.com"}\ninclude: [teams/*.yaml]\nimages:\n' +
  image("base", ["node:22", "debian:12"], "rebuildDelay: 7d, ") +
  image("web", [ours("base"), "node:22"]) +
  image("api", [ours("base", "next"), `python:3.12@sha256:${"0123456789abcdef".repeat(4)}`], "autoRebuild: false, ") +
  image("worker", [ours("web")], 'rebuildDelay: 1d, schedule: {allow: ["Sat-Sun"], timezone: Europe/London}, ') +
  image("alone", []) +
  ["one", "two", "three", "four", "five"].map((name) => image(name, ["nginx:1.29"])).join("");

/** So many images on 40 bases, some of them on each other; the same on every run. */
function many(number) {
  let seed = 7;
  const random = (below) => (seed = (seed * 16_807) % 2_147_483_647) % below;
  const base = () => `${["node", "python", "golang", "debian", "alpine", "nginx", "redis", "ubuntu"][random(8)]}:${random(5)}`;
  const platforms = Math.ceil(number / 100);
  let text = "images:\n";
  for (let i = 0; i < number; i += 1) {
    const bases = i >= platforms && random(10) < 7 ? [ours(`i${random(i < 3 * platforms ? platforms : 3 * platforms)}`)] : [];
    if (bases.length === 0 || random(2)) bases.push(base());
    text += image(`i${i}`, bases, ["", "rebuildDelay: 7d, ", "rebuildDelay: 1d, ", "autoRebuild: false, "][random(4)]);
  }
  return text;
}

const lock = (path) =>
  `version: 1\nimages:\n  web:\n    dockerfile: {repo: acme/web, branch: main, path: ${path}}\n    bases:\n    - {image: "docker.io/library/node:22", kind: final, line: 3}\n`;

export const INPUTS = {
  team: { "images.yaml": TEAM, "teams/pay.yaml": `- {name: gate, repository: acme/gate, source: {provider: gitea, repo: acme/gate}, baseImages: ["${ours("web", "1")}"]}\n` },
  hostile: {
    "images.yaml": `- {name: web, repository: acme/web, source: {repo: acme/web, dockerfile: ${JSON.stringify(HOSTILE)}}}\n`,
    "images.lock.yaml": lock(JSON.stringify(HOSTILE)),
  },
  cycle: { "images.yaml": image("a", [ours("c"), "node:22"]) + image("b", [ours("a")]) + image("c", [ours("b")]) },
  empty: { "images.yaml": "images: []\n" },
  2000: { "images.yaml": many(2_000) },
  10000: { "images.yaml": many(10_000) },
};

/** What `graph` writes for an input. A cycle ends with 2, and is drawn all the same. */
export function drawn(name, format) {
  const folder = mkdtempSync(join(tmpdir(), "graph-"));
  for (const [path, text] of Object.entries(INPUTS[name])) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return run(["graph", "--format", format], folder);
}

export function run(words, cwd) {
  try {
    return execFileSync(process.env.IMAGE_FACTORY, words, { cwd, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    if (error.status === 2 && error.stdout) return error.stdout;
    throw new Error(`${words.join(" ")} in ${cwd}: ${error.stderr}`);
  }
}
