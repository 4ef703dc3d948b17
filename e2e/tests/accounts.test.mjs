// The life of an account, as people live it: an administrator invites by mail, the person opens the link, chooses a password, puts a code
// generator into use, signs out and in, closes their other sessions, is kept out after wrong passwords, and comes back by mail.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { desktop, launch, phone } from "../lib/browser.mjs";
import { axe } from "../lib/checks.mjs";
import { binary, start } from "../lib/demo.mjs";
import { mailServer } from "../lib/mail.mjs";

const passwords = { ada: "cheval agrafe pile correct", first: "marmite bleue sur le toit", second: "trois pommes vertes et un clou" };

/** The code that a generator holding a secret shows, or will show some periods of thirty seconds later (RFC 6238). */
function code(secret, later = 0) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/[\s=]/g, "").toUpperCase()].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const mac = createHmac("sha1", key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Sends the form of the main part and waits for what comes next. */
async function send(page, button = "main form button.main") {
  const [answer] = await Promise.all([page.waitForNavigation(), page.click(button)]);
  return answer.status();
}

/** What a page that the crawl cannot reach must be: one heading, nothing wider than the window, nothing that axe finds. */
async function sound(page) {
  assert.equal(await page.locator("h1").count(), 1, page.url());
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${page.url()} is wider than the window`);
  assert.deepEqual(await axe(page), [], page.url());
}

/** Puts a code generator into use and returns its secret and the recovery codes. */
async function enrol(page, base) {
  await page.goto(`${base}/compte/codes`);
  await sound(page);
  const secret = await page.locator("main code").first().textContent();
  await page.fill("#code", "000000");
  assert.equal(await send(page), 422, "a wrong code puts a generator into use");
  await page.fill("#code", code(secret));
  assert.equal(await send(page), 200);
  await sound(page);
  const codes = await page.locator("ul.codes code").allTextContents();
  assert.equal(codes.length, 10);
  return { secret, codes };
}

async function signIn(page, base, email, password, second) {
  await page.goto(`${base}/connexion`);
  await page.fill("#email", email);
  await page.fill("#password", password);
  assert.equal(await send(page), 200);
  assert.equal(new URL(page.url()).pathname, "/connexion/code");
  await page.fill("#code", second);
  return send(page);
}

test("invited, enrolled, signed in, kept out, back", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "maillage-e2e-"));
  const where = ["--db", path.join(folder, "maillage.db"), "--data", folder];
  const post = await mailServer();
  const browser = await launch();
  let server;
  try {
    const { stdout } = await promisify(execFile)(binary, ["invite", ...where, "--base-url", "http://127.0.0.1", "Ada Première", "ada@example.org"]);
    server = await start(["serve", ...where, "--addr", "127.0.0.1:0", "--mail", post.url]);
    const base = server.url;
    const at = (link) => base + new URL(link.trim()).pathname;
    const person = async (viewport) => (await browser.newContext({ locale: "fr-FR", viewport })).newPage();

    // The first administrator opens the link that the console printed, and may do nothing before a second factor.
    const admin = await person(desktop);
    await admin.goto(at(stdout));
    await admin.fill("#password", passwords.ada);
    assert.equal(await send(admin), 200);
    assert.equal((await admin.goto(`${base}/administration/comptes`)).status(), 403);
    await enrol(admin, base);

    // An invitation that names nothing keeps what was typed; the right one leaves by mail.
    await admin.goto(`${base}/administration/comptes`);
    await admin.click("a[href='/administration/comptes/invitation']");
    await admin.fill("#email", "camille@example.org");
    await admin.fill("#name", "Camille Nouvelle");
    assert.equal(await send(admin), 422);
    assert.equal(await admin.inputValue("#email"), "camille@example.org");
    await admin.selectOption("#grant-0-role", "gp");
    await admin.selectOption("#grant-0-departement", "77");
    assert.equal(await send(admin), 200);
    assert.equal(await admin.locator("h1").textContent(), "Camille Nouvelle");
    const former = at(await post.link("camille@example.org", "/invitation/"));
    await Promise.all([admin.waitForNavigation(), admin.click("button[name=action][value=invite]")]);
    await post.link("camille@example.org", "/invitation/");

    // The link that a newer one replaced is refused and leads to where one is asked for; so does the way of a forgotten password.
    const camille = await person(phone);
    assert.equal((await camille.goto(former)).status(), 404);
    await sound(camille);
    await camille.click("main a[href='/mot-de-passe']");
    await camille.fill("#email", "camille@example.org");
    assert.equal(await send(camille), 200);

    const invitation = at(await post.link("camille@example.org", "/invitation/"));

    // The person opens theirs, is told why a password is refused, and opens the account.
    await camille.goto(invitation);
    await sound(camille);
    await camille.fill("#password", "azertyuiop1234");
    const guessable = await send(camille);
    await camille.fill("#password", passwords.first);
    assert.equal(guessable, 422);
    assert.equal(await send(camille), 200);
    assert.equal(new URL(camille.url()).pathname, "/compte");
    assert.match(await camille.locator("main").textContent(), /Il manque un second facteur/);
    await sound(camille);
    assert.equal((await camille.goto(`${base}/telexpertise`)).status(), 403, "a doctor without a second factor reaches tele-expertise");
    const { secret, codes } = await enrol(camille, base);
    assert.equal((await camille.goto(`${base}/telexpertise`)).status(), 200);
    assert.equal((await camille.goto(invitation)).status(), 404, "an invitation serves twice");

    // Out, and in again with a code; a code serves once.
    await camille.goto(`${base}/compte`);
    assert.equal(await send(camille, "form[action='/deconnexion'] button"), 200);
    assert.equal((await camille.goto(`${base}/compte`)).status(), 401, "the session outlives its end");
    await sound(camille);
    const next = code(secret, 1);
    assert.equal(await signIn(camille, base, "camille@example.org", passwords.first, next), 200);

    // Another device enters with a recovery code; the first closes all but its own session.
    const elsewhere = await person(desktop);
    assert.equal(await signIn(elsewhere, base, "camille@example.org", passwords.first, next), 422, "a code serves twice");
    await elsewhere.fill("#code", codes[0]);
    assert.equal(await send(elsewhere), 200);
    assert.equal((await elsewhere.goto(`${base}/telexpertise`)).status(), 200);
    await camille.goto(`${base}/compte`);
    assert.equal(await send(camille, "form[action='/compte/sessions']:not(td form) button"), 200);
    assert.equal((await camille.goto(`${base}/compte`)).status(), 200);
    assert.equal((await elsewhere.goto(`${base}/compte`)).status(), 401, "a session that was closed from elsewhere goes on");
    await elsewhere.click("main a[href^='/connexion']");

    // Wrong passwords close the door; it says until when, and what was typed stays.
    let status = 422;
    for (let attempt = 1; status === 422 && attempt <= 10; attempt++) {
      await elsewhere.fill("#email", "camille@example.org");
      await elsewhere.fill("#password", `faux mot de passe ${attempt}`);
      status = await send(elsewhere);
    }
    assert.equal(status, 429, "ten wrong passwords close nothing");
    assert.equal(await elsewhere.inputValue("#email"), "camille@example.org");
    assert.match(await elsewhere.locator("main [role=alert]").textContent(), /Trop d’essais.*à partir de/s);
    await sound(elsewhere);

    // Recovery by mail opens it again, with a new password; the link serves once.
    await elsewhere.click("a[href='/mot-de-passe']");
    await elsewhere.fill("#email", "camille@example.org");
    assert.equal(await send(elsewhere), 200);
    await sound(elsewhere);
    const recovery = at(await post.link("camille@example.org", "/mot-de-passe/"));
    await elsewhere.goto(recovery);
    await sound(elsewhere);
    await elsewhere.fill("#password", passwords.second);
    assert.equal(await send(elsewhere), 200);
    assert.equal(new URL(elsewhere.url()).pathname, "/connexion");
    await sound(elsewhere);
    assert.equal((await elsewhere.goto(recovery)).status(), 404, "a recovery link serves twice");
    assert.equal((await camille.goto(`${base}/compte`)).status(), 401, "a session outlives the password that opened it");
    assert.equal(await signIn(elsewhere, base, "camille@example.org", passwords.second, codes[1]), 200);
  } finally {
    await browser.close();
    await server?.stop();
    post.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
