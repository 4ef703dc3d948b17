// A doctor who was not entrusted with a request opens it exceptionally; the lead of the pool reviews the reason.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { accounts, signIn } from "../lib/accounts.mjs";
import { desktop, launch, phone } from "../lib/browser.mjs";
import { axe, keyboard, reflow } from "../lib/checks.mjs";

const out = new URL("../out/", import.meta.url).pathname;
const base = process.env.MAILLAGE_URL;
const why = "Le patient est aux urgences, sa plaie saigne.";
let browser;

before(async () => {
  await mkdir(out, { recursive: true });
  browser = await launch();
});
after(() => browser.close());

async function as(role, viewport) {
  const context = await browser.newContext({ locale: "fr-FR", viewport, reducedMotion: "reduce" });
  await signIn(context, base, accounts().find((a) => a.role === role));
  return context.newPage();
}

/** The cases that a list leads to. */
async function cases(page, list) {
  await page.goto(base + list);
  return page.$$eval("main tbody a[href]", (all) => all.map((a) => a.href).filter((h) => /\/telexpertise\/demandes\/[^/?]+$/.test(h)));
}

async function sound(page, name) {
  for (const size of [desktop, phone]) {
    await page.setViewportSize(size);
    assert.deepEqual([...(await axe(page)), ...(await reflow(page))], []);
    await page.screenshot({ path: `${out}${name}-${size.width}.png`, fullPage: true });
  }
}

test("a request is opened exceptionally: with a reason, to read only, told, reviewed", async () => {
  const expert = await as("dermatologist", desktop);
  const theirs = await cases(expert, "/telexpertise/avis");
  const doctor = await as("gp", phone);
  const own = await cases(doctor, "/telexpertise");
  const address = theirs.find((a) => !own.includes(a));
  assert.ok(address, "the pool has a request of another doctor");

  const nowhere = await doctor.goto(address);
  assert.equal(nowhere.status(), 404, "a doctor without a part in a request does not learn that it exists");
  await doctor.click("text=Accès exceptionnel");
  const reference = await doctor.inputValue("[name=case]");
  assert.ok(reference, "the request that was asked for is filled in");
  await doctor.selectOption("[name=code]", "care");
  await doctor.fill("[name=reason]", " ");
  await doctor.evaluate(() => document.querySelector("main form").setAttribute("novalidate", ""));
  await doctor.click("text=Ouvrir la demande");
  await doctor.waitForSelector("[name=reason][aria-invalid=true]");
  assert.deepEqual([await doctor.inputValue("[name=case]"), await doctor.inputValue("[name=code]")], [reference, "care"], "what was typed is kept");
  await sound(doctor, "exceptional-asked");
  assert.deepEqual(await keyboard(doctor), []);
  await doctor.fill("[name=reason]", why);
  await doctor.click("text=Ouvrir la demande");
  await doctor.waitForURL(address);
  await doctor.getByText("à titre exceptionnel jusqu’au").waitFor();
  assert.ok(await doctor.locator(".tx-frame img").count(), "the photographs are read");
  assert.equal(await doctor.locator("main form[method=post]").count(), 0, "who reads exceptionally changes nothing");
  await sound(doctor, "exceptional-read");

  await expert.goto(address);
  assert.match(await expert.innerText("main"), new RegExp(why), "the doctors of the request read who opened it and why");
  await expert.goto(`${base}/telexpertise/acces`);
  await sound(expert, "exceptional-list");
  await Promise.all([expert.waitForEvent("load"), expert.click("main tbody tr:has-text('à revoir') th a")]);
  await expert.getByText(why).waitFor();
  assert.match(await expert.locator("main .timeline").innerText(), /à titre exceptionnel/, "what was read is listed");
  await expert.check("[name=verdict][value=unjustified]");
  await expert.click("text=Clore la revue");
  await expert.waitForSelector("[name=words][aria-invalid=true]");
  assert.ok(await expert.isChecked("[name=verdict][value=unjustified]"), "the verdict is kept");
  await sound(expert, "exceptional-review");
  await expert.setViewportSize(desktop);
  await expert.fill("[name=words]", "Le dermatologue de garde répondait.");
  await expert.click("text=Clore la revue");
  await expert.getByText("non justifié").first().waitFor();
  assert.equal(await expert.locator("main form[method=post]").count(), 0, "a review is closed once");

  await doctor.goto(`${base}/telexpertise/acces-exceptionnel`);
  await doctor.locator("main tbody tr", { hasText: "non justifié" }).waitFor();
  for (const page of [doctor, expert]) await page.context().close();
});
