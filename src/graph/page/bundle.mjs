// Makes the page that `graph --format html` fills: `node bundle.mjs NODE_MODULES > ../page.html`. The libraries are those of
// tests/graph/package.json; `tests/graph/run.sh` proves that what is committed is what this makes.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = resolve(process.argv[2]);
const esbuild = createRequire(join(modules, "_"))("esbuild");
const read = (name) => readFileSync(join(here, name), "utf8");
const hash = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;

const built = await esbuild.build({
  entryPoints: [join(here, "main.js")], bundle: true, minify: true, write: false, format: "iife", target: "es2022",
  nodePaths: [modules], legalComments: "none", charset: "ascii",
});
const script = built.outputFiles[0].text.trim().replaceAll("</script", "<\\/script");
const style = (await esbuild.transform(read("page.css"), { loader: "css", minify: true, charset: "ascii" })).code.trim();
const licence = read("LICENSE.dagre");
const parts = { licence, script, style, "script-hash": hash(script), "style-hash": hash(style) };
// `{graph}` stays: it is where the program puts the rows.
process.stdout.write(read("page.html").replace(/\{([a-z-]+)\}/g, (whole, name) => parts[name] ?? whole));
