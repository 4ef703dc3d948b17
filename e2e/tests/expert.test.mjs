// A dermatologist answers with the keyboard, the next case is there at once, a secretary organises the visit down to the histology.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { accounts, signIn } from "../lib/accounts.mjs";
import { desktop, launch, phone } from "../lib/browser.mjs";
import { axe, keyboard, reflow } from "../lib/checks.mjs";

const out = new URL("../out/", import.meta.url).pathname;
const base = process.env.MAILLAGE_URL;
let browser;

before(async () => {
  await mkdir(out, { recursive: true });
  browser = await launch();
});
after(() => browser.close());

async function as(role, viewport = desktop) {
  const context = await browser.newContext({ locale: "fr-FR", viewport, reducedMotion: "reduce" });
  await signIn(context, base, accounts().find((a) => a.role === role));
  return context.newPage();
}

/** The addresses of the cases of a list whose line says so. */
async function cases(page, list, words) {
  await page.goto(base + list);
  return page.$$eval("main tbody tr", (rows, words) => rows.filter((r) => r.innerText.includes(words)).map((r) => r.querySelector("a").href), words);
}

/** Waits for the form of an answer, and for the script that listens to the keys: it shows the tools. */
async function answering(page) {
  await page.waitForSelector("[data-reply]");
  await page.waitForSelector("[data-tools]:not([hidden])", { state: "attached" });
}

describe("the expert", () => {
  test("signs a D1 with the keyboard alone, and has the next case at once", async () => {
    const page = await as("dermatologist");
    const [address] = await cases(page, "/telexpertise/avis", "P1");
    await page.goto(address);
    let gestures = 0;
    const press = async (key) => (gestures++, page.keyboard.press(key));
    if (await page.locator("button[data-key=p]").count()) {
      await press("p");
      await answering(page);
    }
    const began = Date.now();
    await press("1");
    assert.notEqual(await page.locator("select[name=slot]").inputValue(), "", "a D1 puts the first free slot forward");
    await press("h");
    await page.keyboard.type("mélanome");
    gestures++;
    await press("Escape");
    await press("b");
    await press("ArrowDown");
    await press("Enter");
    assert.match(await page.locator("#reply-text").inputValue(), /kératose séborrhéique/);
    await page.waitForFunction(() => {
      const next = document.querySelector("[data-ahead]")?.dataset.ahead.split(" ").filter(Boolean) ?? [];
      const fetched = performance.getEntriesByType("resource").map((e) => e.name);
      return next.length > 0 && next.every((link) => fetched.includes(new URL(link, location.href).href));
    }); // a reader looks at the photographs; the next ones are fetched meanwhile
    await page.screenshot({ path: `${out}expert-answer.png` });
    await press("Enter"); // the focus is on the button that signs
    await page.waitForFunction((was) => location.href !== was, address);
    const seconds = (Date.now() - began) / 1000;
    assert.ok(gestures <= 9, `${gestures} gestures`);
    assert.match(await page.locator(".tx-frame img").first().getAttribute("src"), /^blob:/, "the next case's photographs were fetched ahead");
    console.log(`answer: ${gestures} gestures, ${seconds.toFixed(1)} s of machine`);
    await page.goto(address);
    await page.getByText("Signé par").first().waitFor();
    assert.equal(await page.locator("[data-reply]").count(), 0, "a signed answer does not change");
    await page.context().close();
  });

  test("sees what a refusal kept, measures only with the card, reads every key", async () => {
    const page = await as("dermatologist");
    const all = await cases(page, "/telexpertise/avis", "P2");
    await page.goto(all[all.length - 1]);
    if (await page.locator("button[data-key=p]").count()) {
      await page.keyboard.press("p");
      await answering(page);
    }
    await page.keyboard.press("?");
    assert.ok(await page.locator("#tx-keys").isVisible());
    await page.keyboard.press("?");
    await page.keyboard.press("5");
    await page.locator("select[name=slot]").selectOption("");
    await page.keyboard.press("Escape");
    await page.fill("[name=hypothesis]", "carcinome");
    await page.fill("#reply-text", "À exciser.");
    await page.click("button[data-key=s]");
    await page.getByText("se signe avec un créneau").first().waitFor();
    assert.equal(await page.locator("#reply-text").inputValue(), "À exciser.");
    await page.keyboard.press("Escape");
    await page.evaluate(() => document.activeElement?.blur());
    await page.keyboard.press("r");
    const frames = page.locator(".tx-frame");
    for (let i = 0; i < (await frames.count()); i++) {
      await frames.nth(i).scrollIntoViewIfNeeded();
      const box = await frames.nth(i).boundingBox();
      await page.mouse.move(box.x + 40, box.y + 40);
      await page.mouse.down();
      await page.mouse.move(box.x + 120, box.y + 80);
      await page.mouse.up();
      const scaled = (await frames.nth(i).locator(".tx-ruler").count()) > 0;
      assert.equal(await frames.nth(i).locator(".tx-measure").count(), scaled ? 1 : 0, "millimetres are claimed only with the card");
    }
    await page.evaluate(() => document.activeElement?.blur());
    await page.keyboard.press("f");
    assert.equal(await page.locator(".tx-photo:visible").count(), 1);
    await page.screenshot({ path: `${out}expert-large.png` });
    await page.keyboard.press("f");
    await page.locator("[data-bank] summary").click();
    await page.getByRole("button", { name: "Garder mon texte parmi mes phrases" }).click();
    await page.locator("[data-bank] summary").click();
    await page.getByRole("button", { name: "À exciser.", exact: true }).waitFor();
    for (const size of [desktop, phone]) {
      await page.setViewportSize(size);
      assert.deepEqual(await axe(page), []);
      await page.screenshot({ path: `${out}expert-${size.width}.png`, fullPage: true });
    }
    assert.deepEqual(await reflow(page), []);
    await page.setViewportSize(desktop);
    assert.deepEqual(await keyboard(page), []);
    await page.context().close();
  });
});

test("the secretary confirms a visit and notes who came, without a photograph", async () => {
  const page = await as("secretary");
  await page.goto(`${base}/telexpertise/agenda`);
  const proposed = page.locator("h2", { hasText: "à confirmer" }).locator("xpath=following-sibling::div[1]//a").first();
  await proposed.click();
  assert.equal(await page.locator(".tx-frame").count(), 0, "a secretary sees no photograph");
  await page.getByRole("button", { name: "Le patient accepte : confirmer" }).click();
  await page.getByRole("button", { name: "Absent" }).click();
  await page.getByText("absent, à rappeler").first().waitFor();
  const address = page.url();
  await page.goto(`${base}/telexpertise/agenda`);
  const recalled = await page.locator("h2", { hasText: "Absents" }).locator("xpath=following-sibling::div[1]").locator("a").evaluateAll((all) => all.map((a) => a.href));
  assert.ok(recalled.includes(address), "an absent patient is on the recall list");
  for (const size of [desktop, phone]) {
    await page.setViewportSize(size);
    assert.deepEqual(await axe(page), []);
    await page.screenshot({ path: `${out}secretary-${size.width}.png`, fullPage: true });
  }
  assert.deepEqual(await reflow(page), []);
  await page.context().close();
});
