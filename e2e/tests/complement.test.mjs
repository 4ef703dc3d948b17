// What a dermatologist asks for is photographed and sent from the phone like a request: guided, checked, offline, once. And what is on a
// phone is not erased because its clock jumped.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, beforeEach, describe, test } from "node:test";
import { accounts, signIn } from "../lib/accounts.mjs";
import { desktop, launch, phone } from "../lib/browser.mjs";
import { cable } from "../lib/cable.mjs";
import { axe, reflow } from "../lib/checks.mjs";
import * as thumb from "../lib/phone.mjs";

const { ask, ready, shell, stored, unlock } = thumb;
const out = new URL("../out/", import.meta.url).pathname;
/** Those at a desk do not hang on the phone's cable. */
const desks = process.env.MAILLAGE_URL;
let browser, line, photos;

before(async () => {
  await mkdir(out, { recursive: true });
  browser = await launch();
  line = await cable(desks);
  photos = await thumb.drawPhotos(browser, 11, 1);
});
after(async () => {
  await browser.close();
  await line.close();
});
beforeEach(() => line.plug());

const aPhone = () => thumb.aPhone(browser, line.url);
const mine = (context) => thumb.mine(context, line.url);

async function theDermatologist() {
  const context = await browser.newContext({ locale: "fr-FR", viewport: desktop, reducedMotion: "reduce" });
  await signIn(context, desks, accounts().find((a) => a.role === "dermatologist"));
  return context.newPage();
}

const submit = (page, action) => Promise.all([page.waitForLoadState("load"), page.click(`form[action$="${action}"] button[type=submit]`)]);

/** A request of the practitioner, for which the dermatologist asks more. */
async function asksMore(gp, expert, name, shots, reason, text) {
  const asked = await ask(gp, name, shots, { urgency: "P2" });
  await gp.waitForSelector(`[data-received="${asked.id}"]`, { timeout: 30_000 });
  const file = `${desks}/telexpertise/demandes/${asked.id}`;
  await expert.goto(file);
  await submit(expert, "/prendre");
  await expert.waitForSelector("form[data-reply]");
  await expert.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
  await expert.selectOption("form[action$='/demander'] select[name=ask]", reason);
  await expert.fill("form[action$='/demander'] [name=text]", text);
  await submit(expert, "/demander");
  await expert.locator("main", { hasText: "complément demandé" }).waitFor();
  return { id: asked.id, file };
}

async function cancel(context, id, base = line.url) {
  const answer = await context.request.post(`${base}/telexpertise/demandes/${id}/annuler`, { form: { reason: "essai terminé" } });
  assert.equal(answer.status(), 200);
}

const counted = (all) => all.filter((p) => p.received_at).length;

describe("what a dermatologist asks for", () => {
  test("is photographed offline with the phone’s own checks, resumes after a cut, and is received once", async () => {
    const { context, page } = await aPhone();
    const expert = await theDermatologist();
    const { id, file } = await asksMore(page, expert, "Mésange", photos.slice(1, 4), "blurred", "Gros plan à refaire.");

    await page.goto(`${line.url}/telexpertise/demandes/${id}`); // where the letter leads
    await page.click("text=Photographier et répondre");
    await ready(page);
    await page.locator("[data-asked]", { hasText: "photo floue : Gros plan à refaire." }).waitFor();
    assert.equal(await page.textContent("h1"), "Envoyer le complément");
    await page.waitForSelector('[data-guide="close-up"] canvas[data-drawn]'); // the blurred one shows what to take again
    await page.screenshot({ path: `${out}complement-asked-390.png`, fullPage: true });
    assert.deepEqual(await reflow(page), []);

    await thumb.offline(context, line);
    await page.goto(`${line.url}${shell}?complement=${id}`); // the phone restarts without a network
    await ready(page);
    await page.waitForSelector('[data-guide="close-up"] canvas[data-drawn]');
    await page.click("[data-next]");
    await page.click("[data-send]");
    await page.locator(".error", { hasText: "Prenez une photo, ou écrivez une précision" }).waitFor();
    await page.locator(".tx-steps button").nth(0).click();
    await page.setInputFiles('input[data-take="close-up"]', photos[0]);
    await page.waitForSelector('[data-over-first="close-up"] canvas[data-drawn]');
    await page.click("[data-next]");
    await page.fill("#tx-question", "Reprise au jour, sans flash.");
    await page.screenshot({ path: `${out}complement-words-390.png`, fullPage: true });
    assert.deepEqual([...(await axe(page)), ...(await reflow(page))], []);
    await page.click("[data-send]");
    await page.waitForSelector('[data-outbox][data-waiting="1"]');
    assert.match(await page.locator(".tx-outbox").textContent(), /complément de/);
    assert.doesNotMatch((await stored(page)).text, /Reprise au jour|JFIF/);
    await page.goto(`${line.url}${shell}?complement=${id}`); // opened again: it waits, and no second one begins
    await ready(page);
    await page.waitForSelector('[data-outbox][data-waiting="1"]');
    assert.equal(await page.locator("[data-asked]").count(), 0);

    line.pull(1_500_000); // the network comes back, and goes in the middle of the photograph
    await context.setOffline(false);
    await page.waitForFunction(() => document.querySelector("[data-outbox]").textContent.includes("attend le réseau"));
    line.plug();
    await page.evaluate(() => document.querySelector("[data-retry]")?.click());
    await page.locator(`[data-received="${id}"]`, { hasText: "le dermatologue est prévenu" }).waitFor({ timeout: 30_000 });
    await page.screenshot({ path: `${out}complement-received-390.png`, fullPage: true });
    const one = (await mine(context)).find((c) => c.id === id);
    assert.equal(one.state, "taken");
    assert.equal(counted(one.photos), 4);
    assert.deepEqual((await stored(page)).names, ["context"], "something is left on the phone");

    const late = await context.request.post(`${line.url}/telexpertise/api/demandes/${id}/complement`, { headers: { Accept: "application/json" }, data: { id: crypto.randomUUID(), text: "encore" } });
    assert.equal(late.status(), 409);
    assert.match((await late.json()).message.fr, /n’attend plus de complément/);

    await expert.goto(file);
    assert.equal(await expert.locator("main", { hasText: "Reprise au jour, sans flash." }).count(), 1);
    assert.equal(await expert.locator("[data-photo]").count(), 4);
    await expert.screenshot({ path: `${out}complement-expert-1280.png`, fullPage: true });
    await cancel(context, id); // leaves the list as it was
    await page.goto(`${line.url}${shell}?complement=${id}`);
    await ready(page);
    await page.locator(".alert", { hasText: "n’attend plus de complément pour cette demande" }).waitFor();
    await context.close();
    await expert.context().close();
  });

  test("is photographed though the page opens without a network, and a refusal loses nothing", async () => {
    const { context, page } = await aPhone();
    const expert = await theDermatologist();
    const { id } = await asksMore(page, expert, "Sittelle", photos.slice(4, 7), "view-missing", "Une vue de profil.");
    await thumb.offline(context, line);
    await page.goto(`${line.url}${shell}?complement=${id}`);
    await ready(page);
    await page.locator("[data-asked]", { hasText: "n’a pas pu être chargé sans réseau" }).waitFor();
    await page.locator("details.fold summary").click();
    await page.setInputFiles('input[data-take="side"]', photos[7]);
    await page.waitForSelector('[data-view="side"][data-state="taken"]');
    await page.click("[data-next]");
    await page.fill("#tx-question", "Relief net.");
    // Meanwhile the practitioner answers from a desk, and the dermatologist goes on
    const other = await browser.newContext({ locale: "fr-FR", viewport: phone });
    await signIn(other, desks, accounts().find((a) => a.role === "gp"));
    await other.request.post(`${desks}/telexpertise/api/demandes/${id}/complement`, { data: { text: "Depuis le bureau." } });
    await page.click("[data-send]");
    await thumb.online(context, line);
    const row = page.locator('.tx-outbox li[data-state="refused"]');
    await row.waitFor({ timeout: 30_000 });
    assert.match(await row.textContent(), /ne s’y ajoute que si le dermatologue la demande|n’attend plus de complément/);
    await row.locator("button", { hasText: "Reprendre" }).click();
    await page.locator(".tx-steps button").nth(1).click();
    assert.equal(await page.inputValue("#tx-question"), "Relief net.", "what was typed is kept");
    await cancel(other, id, desks);
    for (const one of [context, other, expert.context()]) await one.close();
  });
});

describe("a phone’s clock", () => {
  test("that jumps by a month erases no draft; a week of the server’s does", async () => {
    const { context, page } = await aPhone();
    await page.fill("#tx-birth_name", "Loriot");
    await page.goto(line.url + shell);
    await ready(page);
    assert.equal(await page.inputValue("#tx-birth_name"), "Loriot");
    await page.addInitScript(() => {
      const [Real, now] = [Date, Date.now.bind(Date)];
      const ahead = 31 * 24 * 3600_000;
      globalThis.Date = class extends Real {
        constructor(...all) {
          super(...(all.length ? all : [now() + ahead]));
        }
        static now = () => now() + ahead;
      };
    });
    await page.goto(line.url + shell);
    await unlock(page); // so long without a gesture: the code is asked
    assert.equal(await page.inputValue("#tx-birth_name"), "Loriot", "a jump of the clock erased what was typed");
    const server = async (days) => {
      await page.unrouteAll();
      await page.route("**/telexpertise/api/contexte", async (route) => {
        const answer = await route.fetch();
        const said = await answer.json();
        await route.fulfill({ response: answer, json: { ...said, now: new Date(Date.parse(said.now) + days * 24 * 3600_000).toISOString() } });
      });
      await page.goto(line.url + shell);
      await ready(page);
    };
    await server(6);
    assert.equal(await page.inputValue("#tx-birth_name"), "Loriot");
    await server(8);
    assert.equal(await page.inputValue("#tx-birth_name"), "");
    assert.deepEqual((await stored(page)).names, ["context"]);
    await context.close();
  });
});
