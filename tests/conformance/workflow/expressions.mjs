// Expressions that are made at random, worked out by GitHub's own package and by
// the Rust reader: node expressions.mjs PACKAGE READER. CONFORMANCE_SEED and
// CONFORMANCE_EXPRESSIONS say which cases and how many.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [folder, program] = process.argv.slice(2);
const seed = Number(process.env.CONFORMANCE_SEED || 1);
const wanted = Number(process.env.CONFORMANCE_EXPRESSIONS || 5000);
const { Parser, Lexer, Evaluator, data } = await import(pathToFileURL(`${folder}/dist/index.js`));
const funcs = await import(pathToFileURL(`${folder}/dist/funcs.js`));

// A small generator with a seed: the same cases every time.
let state = seed;
const random = (n) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
};
const pick = (...list) => list[random(list.length)];

const inputs = { text: "Hello", upper: "HELLO", empty: "", number: "12", truth: "true", list: '["a","B",3]', json: '{"k":"v","n":{"x":[1,2]}}' };

const literal = () =>
  pick("null", "true", "false", "0", "1", "-1.5", "12", "1e3", "0x1F", "'Hello'", "'hello'", "''", "'it''s'", "'12'", "' 12 '", "'abc'", "'true'", "NaN", "Infinity",
    "inputs.text", "inputs.upper", "inputs.empty", "inputs.number", "inputs['truth']", "inputs.nothing", "inputs.Text");
const object = () => pick("fromJSON(inputs.json)", "fromJSON('{\"a\":1,\"A2\":\"x\"}')", "fromJSON('[{\"n\":1},{\"n\":2},{\"m\":3}]')", "fromJSON(inputs.list)", "fromJSON('[]')");

function expression(depth) {
  if (depth === 0) return literal();
  const inner = () => expression(depth - 1);
  return pick(
    () => literal(),
    () => `${inner()} ${pick("==", "!=", "<", "<=", ">", ">=", "&&", "||")} ${inner()}`,
    () => `(${inner()})`,
    () => `!${pick(literal(), `(${inner()})`)}`,
    () => `contains(${pick(inner(), object())}, ${inner()})`,
    () => `startsWith(${inner()}, ${inner()})`,
    () => `endsWith(${inner()}, ${inner()})`,
    () => `format('{0}-{1}{{x}}', ${inner()}, ${inner()})`,
    () => `join(${pick(object(), inner())}, ${pick("','", "'-'", "'#'")})`,
    () => `join(${object()})`,
    () => `toJSON(${pick(inner(), object())})`,
    () => `fromJSON(${pick("inputs.number", "inputs.truth", "'\"s\"'", "'null'", "'1.50'")})`,
    () => `${object()}${pick(".k", ".a", "['A2']", "[0]", "[1]", ".n.x[0]", "[9]", ".K")}`,
    () => `${object()}${pick(".*", ".*.n", "[*].n", ".n.*")}`,
    () => object(),
    () => `${inner()} && ${inner()} || ${inner()}`,
  )();
}

function theirs(text) {
  const parser = new Parser(new Lexer(text).lex().tokens, ["inputs"], [...Object.values(funcs.wellKnownFunctions ?? {})]);
  const entries = Object.entries(inputs).map(([key, value]) => ({ key, value: new data.StringData(value) }));
  const context = new data.Dictionary({ key: "inputs", value: new data.Dictionary(...entries) });
  return new Evaluator(parser.parse(), context).evaluate().coerceString();
}

const reader = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
const answers = createInterface({ input: reader.stdout })[Symbol.asyncIterator]();
const declared = Object.fromEntries(Object.keys(inputs).map((name) => [name, { type: "string" }]));
async function ours(text) {
  const workflow = JSON.stringify({
    on: { workflow_dispatch: { inputs: declared } },
    jobs: { job: { steps: [{ env: { R: `\${{ ${text} }}` }, run: 'docker build --build-arg "R=$R" .' }] } },
  });
  reader.stdin.write(JSON.stringify({ files: { ".github/workflows/ship.yml": workflow }, inputs }) + "\n");
  const { value, done } = await answers.next();
  if (done) throw new Error(`the reader ended at ${text}`);
  return JSON.parse(value)[0]?.args?.R;
}

// Where the package does other than runs do, on purpose: what it is, and why.
const known = [
  // NaN and Infinity are numbers of expressions, and nothing of JSON's: the package writes null, as JavaScript does.
  { is: (text, want, got) => String(got).replace(/NaN|-?Infinity/g, "null") === want.replace(/NaN|-?Infinity/g, "null") },
];

const counts = { same: 0, refused: 0, unknown: 0, known: 0, different: 0 };
for (let number = 0; number < wanted; number++) {
  const text = expression(1 + random(3));
  let want;
  try {
    want = theirs(`toJSON(${text})`);
  } catch {
    // What it refuses is not known here; the reader has to end all the same.
    await ours(`toJSON(${text})`);
    counts.refused++;
    continue;
  }
  const got = await ours(`toJSON(${text})`);
  if (got === want) counts.same++;
  else if (typeof got === "object") counts.unknown++;
  else if (known.some(({ is }) => is(text, want, got))) counts.known++;
  else if (++counts.different <= 10) console.error(`${text}\n  GitHub's  ${JSON.stringify(want)}\n  the reader ${JSON.stringify(got)}`);
}
reader.stdin.end();
console.log(`expressions: seed ${seed}, ${wanted} cases: ${JSON.stringify(counts)}`);
const isShort = counts.same < wanted / 2 || counts.unknown > wanted / 20;
if (isShort) console.error("too few cases are compared to the end");
process.exit(counts.different > 0 || isShort ? 1 : 0);
