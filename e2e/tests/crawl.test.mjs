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

/** What the public was shown is not looked at again as each role, the front page apart. */
const openToAll = new Set();

/** Dead links are said once. */
const said = new Set();

for (const account of [{ role: "public" }, ...accounts()]) {
  if (only && only !== account.role) continue;
  describe(`as ${account.role}`, () => {
    test("every page holds", async (t) => {
      const context = await browser.newContext({ locale: "fr-FR", reducedMotion: "reduce" });
      if (account.id) await signIn(context, base, account);
      let pages = 0;
      const broken = await crawl(context, [`${base}/`], async (page, found) => {
        if (account.id && openToAll.has(found.shape) && found.shape !== "/") return;
        if (!account.id) openToAll.add(found.shape);
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
    });
  });
}

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
  test("the front page is light", async (t) => {
    const { requests, bytes } = await weigh(browser, `${base}/`);
    t.diagnostic(`front page: ${requests} requests, ${Math.round(bytes / 100) / 10} kB, map apart`);
    assert.ok(requests <= 25, `${requests} requests`);
    assert.ok(bytes <= 150_000, `${bytes} bytes`);
  });
});
