// The region's map and the sandbox, as a hand, a keyboard and a browser without scripts use them.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch } from "../lib/browser.mjs";

const base = process.env.MAILLAGE_URL;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

async function openPage(path, options = {}) {
  const context = await browser.newContext({ locale: "fr-FR", reducedMotion: "reduce", viewport: { width: 1280, height: 1000 }, ...options });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(base + path, { waitUntil: "networkidle" });
  return { page, errors, close: () => context.close() };
}

/** The middle of a commune that is drawn large enough to be hit. */
async function middleOf(page, place) {
  const box = await page.locator(".communes > path").nth(place).boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function placeOf(page, code) {
  const points = await (await page.request.get(`${base}/carte/donnees.json`)).json();
  return points.codes.indexOf(code);
}

/** The class each commune is seen with: what lies over the map hides what is under it. */
const classes = (page) => page.$$eval(".map:not(.over) > .communes > path", (all) => {
  const over = new Map([...document.querySelectorAll(".over [data-place]")].map((p) => [Number(p.dataset.place), p.getAttribute("class")]));
  return all.map((p, place) => over.get(place) ?? p.getAttribute("class"));
});

describe("the map", () => {
  test("moves and zooms with the keyboard, and says the commune in the middle", async () => {
    const { page, errors, close } = await openPage("/carte");
    const map = page.locator("[data-map]");
    await map.focus();
    const whole = await page.locator("svg.map[role=img]").getAttribute("viewBox");
    const town = () => page.locator(".town text").first().evaluate((e) => e.getBoundingClientRect().height);
    const name = await town();
    for (const key of ["+", "+", "ArrowLeft", "ArrowDown"]) await page.keyboard.press(key);
    assert.ok(Math.abs((await town()) - name) < 1, "the names keep their size");
    assert.notEqual(await page.locator("svg.map[role=img]").getAttribute("viewBox"), whole);
    await page.locator(".map-card:not([hidden])").waitFor();
    assert.match(await map.locator("[aria-live]").textContent(), /habitants/);
    await page.keyboard.press("0");
    assert.equal(await page.locator("svg.map[role=img]").getAttribute("viewBox"), whole);
    assert.deepEqual(errors, []);
    await close();
  });

  test("shows a card under the pointer and opens the commune at a click", async () => {
    const { page, errors, close } = await openPage("/carte?ages=60");
    const at = await middleOf(page, await placeOf(page, "77379"));
    await page.mouse.move(at.x, at.y);
    await page.locator(".map-card:not([hidden])").waitFor();
    const name = await page.locator(".map-card strong").textContent();
    await page.mouse.click(at.x, at.y);
    await page.waitForURL(/\/communes\/\d{5}\?ages=60/);
    assert.equal(await page.locator("h1").textContent(), name);
    assert.deepEqual(errors, []);
    await close();
  });

  test("shows a layer of points at a tick; a symbol says its name and leads to its page", async () => {
    const { page, errors, close } = await openPage("/carte?departement=77");
    await page.getByRole("checkbox", { name: "Structures de soins" }).click(); // it sends its form: the page that answers has it ticked
    await page.waitForURL(/reperes=structures/);
    await page.locator("[data-map][data-ready]").waitFor();
    assert.match(await page.locator(".legend-points").textContent(), /Maisons de santé/);
    const target = page.locator('.over .pin path[data-href="/structures/demo-msp-090"]');
    const href = await target.getAttribute("data-href");
    await target.hover();
    await page.locator(".map-card:not([hidden])").waitFor();
    const name = (await page.locator(".map-card strong").textContent()).replace(/, [^,]*$/, "");
    await target.click();
    await page.waitForURL((url) => url.pathname === href);
    assert.equal((await page.locator("h1").textContent()).trim(), name);
    assert.deepEqual(errors, []);
    await close();
  });
});

describe("the sandbox", () => {
  test("a click adds a doctor, communes recolour, undo takes it back, redo brings it again", async (t) => {
    const { page, errors, close } = await openPage("/simulateur");
    const before = await classes(page);
    const at = await middleOf(page, await placeOf(page, "77379"));
    await page.locator("#etp-0").fill("4");
    await page.mouse.move(at.x, at.y);
    await page.locator(".map-card:not([hidden])").waitFor();
    const took = page.evaluate(() => new Promise((resolve) => {
      let clicked = 0;
      document.addEventListener("click", () => (clicked = performance.now()), { capture: true, once: true });
      new MutationObserver(() => resolve({
        colours: performance.now() - clicked,
        server: performance.getEntriesByType("resource").filter((e) => e.name.includes("/api/simulateur")).map((e) => e.responseEnd - e.startTime).at(-1),
      })).observe(document.querySelector(".over .communes"), { subtree: true, attributes: true, childList: true });
    }));
    await page.mouse.click(at.x, at.y);
    const { colours, server } = await took;
    t.diagnostic(`from the click to the new colours: ${colours.toFixed(1)} ms, of which the question to the server: ${server?.toFixed(1)} ms`);
    await page.waitForURL(/ajout=/);
    const added = await classes(page);
    assert.ok(added.filter((c, k) => c !== before[k]).length > 10, "communes recolour");
    assert.equal(await page.locator(".mark.added text").textContent(), "+4");
    assert.match(await page.locator("[data-panel]").textContent(), /Provins/);
    await page.locator("[data-undo]").click();
    await page.waitForURL(/simulateur$/);
    assert.deepEqual(await classes(page), before);
    await page.locator("[data-redo]").click();
    await page.waitForURL(/ajout=/);
    assert.deepEqual(await classes(page), added);
    await page.reload({ waitUntil: "networkidle" });
    assert.deepEqual(await classes(page), added, "the address reproduces the scenario");
    await page.locator("[data-go]").first().click();
    await page.waitForURL(/simulateur$/);
    assert.deepEqual((await classes(page)).map((c) => c.split(" ")[0]), before, "removing the change gives the first map again");
    assert.deepEqual(errors, []);
    await close();
  });

  test("a shared post is typed, a wrong name is said and nothing is lost", async () => {
    const { page, close } = await openPage("/simulateur");
    await page.locator("#genre").selectOption("poste");
    for (const [k, [commune, fte]] of [["Grigny", "0,4"], ["Évry-Courcouronnes", "0,6"]].entries()) {
      await page.locator(`#commune-${k}`).fill(commune);
      await page.locator(`#etp-${k}`).fill(fte);
    }
    await page.locator("[data-change] [type=submit]").click();
    await page.waitForURL(/poste/);
    await page.locator("#commune-0").fill("Atlantis");
    await page.locator("[data-change] [type=submit]").click();
    await page.locator("[data-refused]", { hasText: "Atlantis" }).waitFor();
    assert.equal(await page.locator("#commune-0").inputValue(), "Atlantis");
    assert.match(page.url(), /poste/);
    await close();
  });

  test("works without JavaScript", async () => {
    const { page, close } = await openPage("/simulateur", { javaScriptEnabled: false });
    await page.locator("#commune-0").fill("Provins");
    await page.locator("#etp-0").fill("2");
    await page.locator("[data-change] [type=submit]").click();
    assert.match(page.url(), /ajout=77379%3A2/);
    assert.equal(await page.locator(".mark.added text").textContent(), "+2");
    await page.locator("[data-go]").click();
    assert.match(page.url(), /simulateur$/);
    await close();
  });
});
