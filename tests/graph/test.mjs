// `tests/graph/run.sh` runs this: mermaid and Graphviz parse what is written for them, and the page does in a browser what it says.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, before, after } from "node:test";
import { HOSTILE, INPUTS, drawn, run } from "./inputs.mjs";

const modules = createRequire(join(process.env.NODE_MODULES, "_"));
const { chromium } = modules("playwright-core");
const axe = readFileSync(modules.resolve("axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "graph-pages-"));
/** As the program shows it: what is not seen is spelt out. */
const SHOWN = HOSTILE.replace("\u202e", "\\u{202e}");
let browser;

before(async () => {
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
});
after(() => browser.close());

const files = {};
function file(name) {
  if (!files[name]) {
    const text = name === "sample" ? run(["graph", "--format", "html"], process.cwd()) : drawn(name, "html");
    files[name] = join(folder, `${name}.html`);
    writeFileSync(files[name], text);
  }
  return files[name];
}

/** Opens a page, and ends it: nothing was asked of any network, and nothing was complained about. */
async function opened(name, { hash = "", ...settings }, use) {
  const context = await browser.newContext({ viewport: { width: 1600, height: 900 }, ...settings });
  const page = await context.newPage();
  const path = `file://${file(name)}`;
  const wrong = [];
  page.on("console", (message) => wrong.push(message.text()));
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("dialog", (dialog) => { wrong.push(dialog.message()); dialog.dismiss(); });
  page.on("request", (request) => { if (request.url().split("#")[0] !== path) wrong.push(request.url()); });
  const began = Date.now();
  await page.goto(path + hash);
  await page.waitForFunction(() => document.getElementById("said").textContent);
  await use(page, Date.now() - began);
  assert.deepEqual(wrong, []);
  await context.close();
}

const names = (page) => page.locator("#picture .box .name").allTextContents();
const box = (page, name) => page.locator("#picture .box", { has: page.locator(`.name:text-is("${name}")`) });
const sorted = (some) => [...some].sort();

test("Graphviz draws what is written for it", () => {
  for (const name of Object.keys(INPUTS).filter((name) => name !== "10000")) {
    const text = drawn(name, "dot");
    // `canon` parses; laying out thousands of nodes takes minutes.
    const parsed = execFileSync("dot", ["-Tcanon"], { input: text, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["pipe", "pipe", "pipe"] });
    assert.equal(parsed.match(/->/g)?.length ?? 0, JSON.parse(drawn(name, "json")).result.edges.length, name);
  }
  const plain = execFileSync("dot", ["-Tplain"], { input: drawn("team", "dot"), encoding: "utf8" });
  assert.equal(plain.match(/^node /gm).length, JSON.parse(drawn("team", "json")).result.nodes.length);
});

test("mermaid draws what is written for it", async () => {
  const page = await browser.newPage();
  await page.addScriptTag({ path: modules.resolve("mermaid/dist/mermaid.min.js") });
  for (const name of ["team", "hostile", "cycle", "empty"]) {
    const result = await page.evaluate(async (text) => {
      mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
      await mermaid.parse(text);
      const { svg } = await mermaid.render("graph", text);
      const drawn = new DOMParser().parseFromString(svg, "text/html");
      return [drawn.querySelectorAll("g.node").length, drawn.querySelectorAll("script, img").length];
    }, drawn(name, "mermaid"));
    assert.deepEqual(result, [JSON.parse(drawn(name, "json")).result.nodes.length, 0], name);
  }
  await page.close();
});

test("each page opens without a word, a request or a barrier", async () => {
  for (const name of ["sample", ...Object.keys(INPUTS)]) {
    for (const colorScheme of ["light", "dark"]) {
      await opened(name, { colorScheme }, async (page, took) => {
        const limit = name === "10000" ? 6_000 : 3_000;
        assert.ok(took < limit, `${name}: ${took} ms`);
        await page.evaluate(axe);
        for (const step of [async () => {}, async () => { const first = page.locator("#names button").first(); if (await first.count()) await first.click(); }]) {
          await step();
          const { violations } = await page.evaluate(() => axe.run());
          assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`), [], name);
        }
      });
    }
  }
});

test("what is not drawn is said", async () => {
  for (const [name, most] of [["2000", 2_040], ["10000", 10_040]]) {
    await opened(name, {}, async (page) => {
      const said = await page.textContent("#said");
      const [, drawn] = said.match(/^([\d,]+) bases and images drawn/);
      const left = Number((said.match(/([\d,]+) more are not drawn/)?.[1] ?? "0").replace(",", ""));
      const all = await page.textContent("#counts");
      const [bases, images] = [/([\d,]+) bases/, /([\d,]+) images/].map((it) => Number(all.match(it)[1].replace(",", "")));
      assert.equal(Number(drawn.replace(",", "")) + left, bases + images, said);
      assert.ok(bases + images <= most && (await names(page)).length <= 250);
    });
    assert.ok(readFileSync(file(name)).length < (name === "2000" ? 3_000_000 : 15_000_000));
  }
});

test("a click shows what rebuilds an image and what it rebuilds, and where that is written", async () => {
  await opened("team", {}, async (page) => {
    assert.equal((await names(page)).includes("5 images"), true);
    await box(page, "web").click();
    assert.deepEqual(sorted(await names(page)), sorted(["web", "base", "debian:12", "node:22", "worker", "gate"]));
    const details = await page.innerText("#details");
    for (const said of ["web", "acme/web", "Rebuilt by", "Rebuilds", "listed in images.yaml, line 5", "1 day, within Sat-Sun in Europe/London", "web.yml", "ghcr.io/acme/base:latest"]) {
      assert.ok(details.includes(said), `${said}: ${details}`);
    }
    assert.equal(new URL(page.url()).hash, "#image=web");
    await page.locator("#details .link", { hasText: "gate" }).click();
    assert.equal(await page.locator("#details h2").innerText(), "gate");
    assert.ok((await page.innerText("#details")).includes("gitea acme/gate"));
    await page.goBack();
    assert.equal(await page.locator("#details h2").innerText(), "web");
    await page.locator("#clear").click();
    assert.equal(await page.locator("#details h2").innerText(), "Nothing is chosen");
  });
});

test("a box of images that are alike opens", async () => {
  await opened("team", {}, async (page) => {
    await box(page, "5 images").click();
    const all = await names(page);
    assert.ok(["one", "two", "three", "four", "five"].every((name) => all.includes(name)) && !all.includes("5 images"));
  });
});

test("a search finds names and references, and Enter chooses the first", async () => {
  await opened("team", {}, async (page) => {
    await page.keyboard.press("/");
    await page.keyboard.type("acme/gat");
    assert.deepEqual(await page.locator("#names button").allInnerTexts(), ["gate"]);
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("#details h2").innerText(), "gate");
    await page.fill("#search", "nothing like this");
    assert.equal(await page.textContent("#found"), "0 names");
  });
});

test("filters leave the images of a file, a policy and a host", async () => {
  await opened("team", {}, async (page) => {
    assert.deepEqual(await page.locator("#filters label").allInnerTexts(), ["File", "Policy", "Built by"], "what has one value is no filter");
    await page.selectOption("#filter-file", "teams/pay.yaml");
    assert.deepEqual(sorted(await names(page)), ["gate", "web"]);
    await page.locator("#clear").click();
    await page.selectOption("#filter-provider", "gitea");
    assert.deepEqual(sorted(await names(page)), ["gate", "web"]);
    await page.selectOption("#filter-policy", "7 days");
    assert.ok((await page.textContent("#said")).startsWith("Nothing is left"));
    await page.selectOption("#filter-provider", "");
    assert.deepEqual(sorted(await names(page)), ["base", "debian:12", "node:22"]);
  });
});

test("the keyboard goes along the lines, chooses and goes back", async () => {
  await opened("team", {}, async (page) => {
    await page.focus('#picture .box[tabindex="0"]');
    const label = () => page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    await page.locator('#picture .box[aria-label^="debian:12 "]').focus();
    await page.keyboard.press("ArrowRight");
    assert.match(await label(), /^base 7 days; image, rebuilds \d/);
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("#details h2").innerText(), "base");
    assert.match(await label(), /^base /, "the focus stays");
    await page.keyboard.press("ArrowLeft");
    assert.match(await label(), /^(node:22|debian:12) 1?2? ?rebuilds?; base/);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#details h2").innerText(), "Nothing is chosen");
    assert.equal(await page.locator('#picture .box[tabindex="0"]').count(), 1);
  });
});

test("a link holds what is chosen", async () => {
  await opened("team", { hash: "#base=node%3A22" }, async (page) => {
    assert.equal(await page.locator("#details h2").innerText(), "node:22");
    assert.match(await page.title(), /^node:22/);
  });
  await opened("team", { hash: "#image=%" }, async (page) => {
    assert.equal(await page.locator("#details h2").innerText(), "Nothing is chosen");
  });
});

test("images that are built on each other are marked", async () => {
  await opened("cycle", {}, async (page) => {
    assert.equal(await page.locator("#picture .line.round").count(), 3);
    assert.match(await page.innerText("#details"), /Cycles\s+a \u2192 b \u2192 c \u2192 a/);
  });
});

test("a hostile name stays text", async () => {
  await opened("hostile", { hash: "#image=web" }, async (page) => {
    assert.ok((await page.innerText("#details")).includes(SHOWN), await page.innerText("#details"));
    assert.equal(await page.locator("script").count(), 2);
    assert.equal(await page.locator("img").count(), 0);
    assert.ok(!(await page.content()).includes("\u202e"));
  });
});

test("the page prints what is chosen", async () => {
  await opened("team", { hash: "#image=web" }, async (page) => {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    assert.equal(await page.locator("#find").isVisible(), false);
    assert.equal(await page.locator("#details h2").isVisible(), true);
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--paper").trim()), "#fff");
  });
});

test("pictures", { skip: !process.env.SHOTS }, async () => {
  mkdirSync(process.env.SHOTS, { recursive: true });
  for (const [name, hash] of [["sample", ""], ["team", ""], ["team", "#image=web"], ["cycle", ""], ["2000", ""], ["10000", "#base=node%3A1"], ["hostile", "#image=web"]]) {
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [400, 1600]) {
        await opened(name, { hash, colorScheme, viewport: { width, height: 900 } }, async (page) => {
          const path = join(process.env.SHOTS, `${name}${hash ? "-chosen" : ""}-${colorScheme}-${width}.png`);
          await page.screenshot({ path, fullPage: width === 400 });
        });
      }
    }
  }
});
