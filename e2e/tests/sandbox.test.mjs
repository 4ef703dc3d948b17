// The sandbox and the placement from end to end: two doctors and a shared post, undo, save, share, compare, attach to a dossier.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accounts, signIn } from "../lib/accounts.mjs";
import { launch } from "../lib/browser.mjs";

const base = process.env.MAILLAGE_URL;
const applicant = accounts().find(({ role }) => role === "applicant");

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

async function openAs(account, path) {
  const context = await browser.newContext({ locale: "fr-FR", reducedMotion: "reduce", viewport: { width: 1280, height: 1000 } });
  if (account) await signIn(context, base, account);
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(base + path, { waitUntil: "networkidle" });
  return { page, errors, close: () => context.close() };
}

/** Adds a change by the form, and waits for the map's answer. */
async function add(page, kind, sites) {
  await page.locator("#genre").selectOption(kind);
  for (const [k, [commune, fte]] of sites.entries()) {
    await page.locator(`#commune-${k}`).fill(commune);
    await page.locator(`#etp-${k}`).fill(fte);
  }
  const before = page.url();
  await page.locator("[data-change] [type=submit]").click();
  await page.waitForURL((url) => url.href !== before);
}

async function save(page, name) {
  await page.locator("#nom").fill(name);
  await page.locator("[data-save] [type=submit]").click();
  await page.waitForURL(/\/simulateur\/[a-z0-9]+$/);
  assert.equal(await page.locator("h1").textContent(), name);
  return page.url();
}

const figures = (page) => page.locator(".effects:not(.here)").innerText();

describe("a scenario", () => {
  test("is tried, undone, saved, shared, compared and attached to a dossier, where it stays as it was", async () => {
    const { page, errors, close } = await openAs(applicant, "/simulateur");
    await add(page, "etp", [["Grigny (91)", "2"]]);
    await add(page, "poste", [["Grigny (91)", "0,4"], ["Évry-Courcouronnes", "0,6"]]);
    const both = await figures(page);
    assert.equal(await page.locator(".changes li").count(), 2);
    assert.match(await page.locator(".effects.here").innerText(), /Grigny[\s\S]*au lieu de[\s\S]*Évry-Courcouronnes/, "what happens there is said first");
    assert.match(await page.locator(".result-bar").innerText(), /Grigny .* → .*habitants y gagnent/, "and stays in sight beside the map");
    assert.equal(await page.locator(".result-bar").evaluate((bar) => getComputedStyle(bar).pointerEvents), "none", "a click goes through it to the map");
    assert.equal(await page.locator(".chart-figure .chart").count(), 0, "curves that cannot be told apart are not drawn");
    const two = page.url();
    await page.locator("[data-undo]").click();
    await page.waitForURL((url) => url.href !== two); // written last, with what the forms carry
    assert.equal(await page.locator(".changes li").count(), 1);
    const alone = await save(page, "Deux médecins à Grigny");

    await page.goto(`${base}/simulateur`, { waitUntil: "networkidle" });
    await add(page, "etp", [["Saint-Denis (93)", "50"]]);
    assert.equal(await page.locator(".chart-figure .chart").count(), 1, "the curves before and after");
    await page.locator(".changes [data-go]").click();
    await page.waitForURL(/\/simulateur$/);
    assert.equal(await page.locator(".changes li").count(), 0);
    await add(page, "msp", [["Provins", "3"]]);
    await add(page, "poste", [["Grigny (91)", "0,4"], ["Évry-Courcouronnes", "0,6"]]);
    const house = await save(page, "Maison à Provins");
    assert.notEqual(await figures(page), both);

    const shared = await openAs(null, new URL(house).pathname);
    assert.equal(await shared.page.locator("h1").textContent(), "Maison à Provins", "whoever has the link reads it");
    await shared.close();

    for (const box of await page.locator('.mine input[name="s"]').all()) await box.check();
    await page.getByRole("button", { name: "Comparer", exact: true }).click();
    await page.waitForURL(/comparer/);
    assert.equal(await page.locator("h1").textContent(), "Comparer des scénarios");
    assert.ok((await page.locator("thead th").allTextContents()).includes("Deux médecins à Grigny"));
    assert.ok((await page.locator(".compared .chart path").count()) >= 3, "a curve per scenario and today's");

    await page.goto(alone, { waitUntil: "networkidle" });
    const before = await page.locator(".effects:not(.here)").innerText();
    await page.getByText("Joindre à un dossier").click();
    await page.locator(".attach button").first().click();
    await page.waitForURL(/\/dossiers\/[^/]+#scenarios/);
    const kept = page.locator(".scenario", { hasText: "Deux médecins à Grigny" }).last();
    assert.match(await kept.innerText(), /Médecins, \+2 ETP\s: Grigny/);
    const lifted = (await kept.locator("tr", { hasText: "Habitants passés au-dessus du seuil" }).locator("td").last().innerText()).trim();
    assert.ok(before.includes(lifted), `${lifted} is what the sandbox said`);
    const frozen = await kept.innerText();

    await page.goto(alone, { waitUntil: "networkidle" });
    await add(page, "etp", [["Provins", "5"]]);
    await save(page, "Deux médecins à Grigny");
    await page.goBack();
    await page.goto(`${base}/dossiers`, { waitUntil: "networkidle" });
    assert.deepEqual(errors, []);
    await page.goto(`${base}${await dossierOf(page, "Deux médecins à Grigny")}`, { waitUntil: "networkidle" });
    assert.equal(await page.locator(".scenario", { hasText: "Deux médecins à Grigny" }).last().innerText(), frozen);
    await close();
  });
});

/** Finds the dossier that holds a scenario, through the reader's own list. */
async function dossierOf(page, name) {
  const paths = await page.$$eval('main li a[href^="/dossiers/"]', (all) => all.map((a) => new URL(a.href).pathname));
  for (const path of paths) {
    const answer = await page.request.get(base + path);
    if ((await answer.text()).includes(name)) return path;
  }
  throw new Error(`no dossier holds ${name}`);
}

describe("the placement", () => {
  test("keeps a quota, a cap and what is left out, says how far from the best, and opens as a scenario", async () => {
    const { page, errors, close } = await openAs(null, "/placement");
    await page.locator("#n").fill("6");
    await page.getByText("Contraintes", { exact: true }).click();
    await page.locator("#max").fill("1");
    await page.locator("#quotas").fill("77:2, 91:1");
    await page.locator("#interdites").fill("Provins");
    await page.locator("main form [type=submit]").first().click();
    await page.waitForURL(/quotas/);
    const rows = await page.locator("tbody tr th").allTextContents();
    assert.equal(rows.length, 6);
    assert.equal(new Set(rows).size, 6, "one post a commune at most");
    assert.ok(rows.filter((r) => r.includes("(77)")).length <= 2);
    assert.ok(rows.filter((r) => r.includes("(91)")).length <= 1);
    assert.ok(!rows.some((r) => r.startsWith("Provins (")));
    assert.match(await page.locator(".certificate").innerText(), /%/);
    assert.equal(await page.locator(".mark.ranked").count(), 6);
    await page.locator("#quotas").fill("77");
    await page.locator("main form [type=submit]").first().click();
    await page.locator("#quotas-error").waitFor();
    assert.equal(await page.locator("#n").inputValue(), "6", "what was typed stays");
    await page.goBack();
    await page.getByRole("link", { name: "Ouvrir dans le simulateur" }).click();
    await page.waitForURL(/simulateur\?/);
    assert.equal(await page.locator(".mark.added").count(), 6);
    assert.deepEqual(errors, []);
    await close();
  });
});

describe("the search", () => {
  test("opens with Ctrl-K, finds what one may see, and leads there with the keyboard", async () => {
    const { page, close } = await openAs(applicant, "/appels");
    await page.keyboard.press("Control+k");
    await page.locator("#palette-q").pressSequentially("faisabilité", { delay: 5 });
    await page.locator("#palette-hits a").first().waitFor();
    await page.keyboard.press("ArrowDown");
    const title = await page.evaluate(() => document.activeElement.textContent.trim());
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname !== "/appels");
    assert.ok((await page.locator("h1").textContent()).length > 0 && title.length > 0);
    await close();
  });
});
