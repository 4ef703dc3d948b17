// One case from the doubt to the histology, each reader on their own screen: the practitioner's phone, the dermatologist's and the secretary's desks.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { accounts, signIn } from "../lib/accounts.mjs";
import { desktop, launch } from "../lib/browser.mjs";
import { cable } from "../lib/cable.mjs";
import { axe, reflow, settled } from "../lib/checks.mjs";
import { aPhone, ask, drawPhotos, mine, offline, online, photographCard } from "../lib/phone.mjs";

const out = new URL("../out/", import.meta.url).pathname;
const perMM = 8; // pixels of the photographed card
let browser, line, seen;

before(async () => {
  await mkdir(out, { recursive: true });
  browser = await launch();
  line = await cable(process.env.MAILLAGE_URL);
});
after(async () => {
  await browser.close();
  await line.close();
});

/** Somebody at a desk. */
async function desk(role) {
  const context = await browser.newContext({ locale: "fr-FR", viewport: desktop, reducedMotion: "reduce" });
  await signIn(context, line.url, accounts().find((a) => a.role === role));
  return context.newPage();
}

/** Every screen of the pathway is looked at: a picture, and nothing that axe complains about. A phone's reflows too. */
async function look(page, name) {
  await settled(page);
  const { width } = page.viewportSize();
  await page.evaluate(() => Promise.all([...document.images].map((i) => i.decode().catch(() => undefined))).then(() => scrollTo(0, 0)));
  await page.screenshot({ path: `${out}pathway-${++seen}-${name}-${width}.png`, fullPage: true });
  const wrong = [...(await axe(page)), ...(width < 500 ? await reflow(page) : [])];
  assert.deepEqual(wrong, [], `${name} at ${width} px`);
}

const submit = (page, action, button = "button[type=submit]") => Promise.all([page.waitForLoadState("load"), page.click(`form[action$="${action}"] ${button}`)]);

describe("a case", () => {
  test("goes from an offline phone to the histology, and teaches who asked", async (t) => {
    seen = 0;
    const began = Date.now();
    const { context, page: gp } = await aPhone(browser, line.url);
    const expert = await desk("dermatologist");
    const secretary = await desk("secretary");

    // The practitioner asks, without a network.
    const [context1, closeup] = await drawPhotos(browser, 2);
    const card = await photographCard(gp, { w: 1600, h: 1200, perMM, turn: 12 });
    await offline(context, line);
    const asked = await ask(gp, "Gobemouche", [context1, card, closeup], { hypothesis: "nævus atypique ?" });
    await gp.waitForSelector('[data-outbox][data-waiting="1"]');
    await look(gp, "waiting");
    await online(context, line);
    await gp.waitForSelector(`[data-received="${asked.id}"]`, { timeout: 30_000 });
    await look(gp, "received");
    const file = `${line.url}/telexpertise/demandes/${asked.id}`;

    // The dermatologist on duty takes it, reads millimetres, answers with a slot.
    await expert.goto(`${line.url}/telexpertise/avis`);
    await look(expert, "worklist");
    await expert.click(`main a[href$="/demandes/${asked.id}"]`);
    await submit(expert, "/prendre");
    await expert.waitForSelector("form[data-reply]");
    await expert.waitForSelector(".tx-ruler");
    const rulers = await expert.$$eval("[data-photo]", (all) => all.map((f) => f.querySelector(".tx-ruler")?.textContent ?? ""));
    assert.equal(rulers.filter(Boolean).length, 1, "millimetres on the photograph of the card alone");
    const drawn = await expert.$eval(".tx-ruler", (r) => {
      const figure = r.closest("[data-photo]");
      const frame = figure.querySelector(".tx-frame");
      const shown = Math.min(frame.clientWidth / Number(figure.dataset.width), frame.clientHeight / Number(figure.dataset.height));
      return { perMM: r.getBoundingClientRect().width / Number.parseFloat(r.textContent.replace(",", ".")) / shown };
    });
    assert.ok(Math.abs(drawn.perMM / perMM - 1) < 0.02, `the ruler shows ${drawn.perMM} pixels per millimetre`);
    await look(expert, "answering");
    const answering = Date.now();
    await expert.check("input[name=disposition][value=D1]");
    await expert.fill("input[name=hypothesis]", "mélanome");
    await expert.fill("textarea[name=text]", "Lésion suspecte : à voir vite, exérèse à prévoir.");
    assert.notEqual(await expert.inputValue("form[data-reply] select[name=slot]"), "", "a slot is put forward for D1");
    await expert.selectOption("form[data-reply] select[name=slot]", { index: 0 });
    await submit(expert, "/signer", "[data-key=s]"); // without a slot
    await expert.locator(".alert.late", { hasText: /créneau/ }).first().waitFor();
    assert.equal(await expert.inputValue("textarea[name=text]"), "Lésion suspecte : à voir vite, exérèse à prévoir.", "what was typed is kept");
    await look(expert, "refused");
    await expert.selectOption("form[data-reply] select[name=slot]", { index: 1 });
    await expert.click("form[action$='/signer'] [data-key=s]");
    await expert.waitForURL((url) => !url.pathname.endsWith(asked.id)); // signed in place: the next case is there
    t.diagnostic(`answered, a refusal included, in ${((Date.now() - answering) / 1000).toFixed(1)} s of machine`);

    // The practitioner reads it and tells the patient.
    await gp.goto(`${line.url}/telexpertise/questions`);
    await look(gp, "answer-arrived");
    await Promise.all([gp.waitForEvent("load"), gp.click(`main a[href$="/demandes/${asked.id}"]`)]);
    assert.match(await gp.locator(".tx-answer").textContent(), /D1[\s\S]*mélanome/);
    await look(gp, "answer");
    await gp.selectOption("form[action$='/informer'] select[name=how]", "phone");
    await submit(gp, "/informer");
    await gp.goto(`${file}/fiche`);
    await look(gp, "slip");
    assert.doesNotMatch(await gp.locator(".tx-slip").textContent(), /mélanome|Gobemouche/i, "the slip tells neither who nor what");

    // The secretary books it and records the presence.
    await secretary.goto(`${line.url}/telexpertise/agenda`);
    await look(secretary, "agenda");
    await secretary.goto(file);
    await submit(secretary, "/confirmer");
    await look(secretary, "booked");
    await submit(secretary, "/presence");
    await secretary.locator("main", { hasText: "vu" }).waitFor();

    // The dermatologist excises; the histology comes.
    await expert.goto(file);
    await look(expert, "seen");
    await submit(expert, "/exerese");
    await expert.selectOption("form[action$='/histologie'] select[name=type]", "melanoma");
    await expert.fill("input[name=breslow_mm]", "0,6");
    await expert.selectOption("form[action$='/histologie'] select[name=margins]", "clear");
    await look(expert, "histology");
    await submit(expert, "/histologie");

    // Who asked learns.
    await gp.goto(file);
    const lesson = await gp.locator(".tx-learning").textContent();
    for (const words of [/nævus atypique/, /mélanome/i, /0,6/]) assert.match(lesson, words);
    await look(gp, "learning");
    const [status] = (await mine(context, line.url)).filter((c) => c.id === asked.id);
    assert.equal(status.state, "closed");
    assert.ok(status.read_at && status.informed_at);
    t.diagnostic(`${asked.count} interactions to ask; ${seen} screens looked at; the whole pathway in ${((Date.now() - began) / 1000).toFixed(0)} s`);
    for (const page of [gp, expert, secretary]) await page.context().close();
  });
});
