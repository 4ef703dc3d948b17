// Every page that links lead to, for the public and for each account of the demonstration.
import assert from "node:assert/strict";
import { mkdir, rm } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { signIn, accounts } from "../lib/accounts.mjs";
import { desktop, launch, phone } from "../lib/browser.mjs";
import { axe, frame, keyboard, markup, open, reflow, weigh } from "../lib/checks.mjs";
import { crawl } from "../lib/crawl.mjs";

const base = process.env.MAILLAGE_URL;
const out = new URL("../out/", import.meta.url).pathname;
const only = process.env.E2E_ROLE;

let browser;
before(async () => {
  browser = await launch();
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
});
after(() => browser.close());

async function look(page, { html, address, shape }, who) {
  const wrong = [];
  const name = `${who}${shape.replace(/[^a-z0-9:]+/gi, "-")}`.replaceAll(":", "x").replace(/-$/, "").slice(0, 100);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(desktop);
  wrong.push(...(await open(page, address)));
  await page.screenshot({ path: `${out}${name}-1280.png`, fullPage: true });
  wrong.push(...(await frame(page)), ...(await markup(html)), ...(await axe(page)), ...(await keyboard(page)));
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize(phone);
  wrong.push(...(await open(page, address)));
  await page.screenshot({ path: `${out}${name}-390-dark.png`, fullPage: true });
  wrong.push(...(await axe(page)).map((w) => `dark, 390 px: ${w}`), ...(await reflow(page)));
  await page.emulateMedia({ colorScheme: "light" });
  await page.screenshot({ path: `${out}${name}-390.png`, fullPage: true });
  return wrong;
}

/** The kinds of elements that the pages of each shape were seen with, whoever looked. */
const seen = new Map();

/**
 * Whether a page holds, in its main part, a kind of element (its tag, class, type, role and attributes) that pages of its shape
 * were not yet seen with. What the public or another role was shown already is not looked at again.
 */
function isNew({ html, shape }) {
  const known = seen.get(shape) ?? new Set();
  const before = known.size;
  for (const [tag] of html.slice(html.indexOf("<main")).matchAll(/<[a-z][^>]*>/g)) {
    known.add(tag.replace(/ (?!class=|type=|role=)([\w-]+)="[^"]*"/g, " $1"));
  }
  seen.set(shape, known);
  return known.size > before;
}

/** Dead links are said once. */
const said = new Set();

/** Looks at all that one account is led to. */
async function walk(t, account) {
  const context = await browser.newContext({ locale: "fr-FR", reducedMotion: "reduce" });
  if (account.id) await signIn(context, base, account);
  let pages = 0;
  const broken = await crawl(context, [`${base}/`], async (page, found) => {
    if (!isNew(found) && found.shape !== "/") return;
    pages++;
    await t.test(found.shape, async () => {
      const wrong = await look(page, found, account.role);
      assert.equal(wrong.length, 0, `${found.address}\n  ${wrong.join("\n  ")}`);
    });
  });
  await context.close();
  const dead = broken.filter((sentence) => !said.has(sentence));
  for (const sentence of dead) said.add(sentence);
  assert.deepEqual(dead, [], "links lead nowhere");
  t.diagnostic(`${account.role}: ${pages} pages`);
}

const walkers = [{ role: "public" }, ...accounts()].filter(({ role }) => !only || only === role);

describe("every page holds", { concurrency: 2 }, () => {
  for (const account of walkers) test(`as ${account.role}`, (t) => walk(t, account));
});

describe("in English", () => {
  test("the front page says everything in English", async () => {
    const context = await browser.newContext({ locale: "fr-FR" });
    const page = await context.newPage();
    const wrong = [...(await open(page, `${base}/?lang=en`)), ...(await frame(page))];
    const language = await page.evaluate(() => document.documentElement.lang);
    const accented = await page.evaluate(() => document.querySelector("h1").textContent);
    await page.screenshot({ path: `${out}english-1280.png`, fullPage: true });
    await context.close();
    assert.deepEqual(wrong, []);
    assert.equal(language, "en");
    assert.doesNotMatch(accented, /accès|soins/);
  });
});

describe("first load", () => {
  for (const path of ["/", "/aides", "/structures", "/appels", "/initiatives", "/consultations/demo-grigny", "/communes/91286", "/connexion"]) {
    test(`${path} is light`, async (t) => {
      const { requests, bytes } = await weigh(browser, `${base}${path}`);
      t.diagnostic(`${path}: ${requests} requests, ${Math.round(bytes / 100) / 10} kB, map apart`);
      assert.ok(requests <= 25, `${requests} requests`);
      assert.ok(bytes <= 150_000, `${bytes} bytes`);
    });
  }
});
