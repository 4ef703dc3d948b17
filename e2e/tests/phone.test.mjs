// A general practitioner's phone: a case is asked offline with three photographs, leaves once, and leaves nothing behind.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, beforeEach, describe, test } from "node:test";
import { accounts, signIn } from "../lib/accounts.mjs";
import { desktop, launch, phone } from "../lib/browser.mjs";
import { cable } from "../lib/cable.mjs";
import { axe, keyboard, reflow } from "../lib/checks.mjs";
import * as thumb from "../lib/phone.mjs";

const { ask, code, photographCard, ready, shell, stored, unlock } = thumb;
const out = new URL("../out/", import.meta.url).pathname;
let browser, line, photos;
/** Passkeys want a name, not an address. */
const local = process.env.MAILLAGE_URL.replace("127.0.0.1", "localhost");

before(async () => {
  await mkdir(out, { recursive: true });
  browser = await launch();
  line = await cable(process.env.MAILLAGE_URL);
  photos = await thumb.drawPhotos(browser, 24, 3);
});
after(async () => {
  await browser.close();
  await line.close();
});

const aPhone = (more) => thumb.aPhone(browser, line.url, more);
const offline = (context) => thumb.offline(context, line);
const online = (context) => thumb.online(context, line);
const mine = (context) => thumb.mine(context, line.url);

beforeEach(() => line.plug());

/** A bitmap under the name of a JPEG, as some galleries give it: browsers open it, the server does not. */
function disguised(w, h) {
  const buffer = Buffer.alloc(54 + w * h * 3);
  buffer.write("BM");
  for (const [value, at] of [[buffer.length, 2], [54, 10], [40, 14], [w, 18], [h, 22]]) buffer.writeUInt32LE(value, at);
  buffer.writeUInt16LE(1, 26);
  buffer.writeUInt16LE(24, 28);
  for (let i = 54; i < buffer.length; i++) buffer[i] = 120 + 80 * Math.random();
  return { name: "photo.jpg", mimeType: "image/jpeg", buffer };
}

/** Asks many requests with one small photograph each, by the page's own fields and buttons. */
const askMany = (page, n) =>
  page.evaluate(async (n) => {
    const until = async (test) => {
      for (;;) {
        const found = test();
        if (found) return found;
        await new Promise(requestAnimationFrame);
      }
    };
    const find = (what) => until(() => document.querySelector(what));
    const type = async (what, value) => {
      const field = await find(what);
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const click = async (what) => (await find(what)).click();
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
    const pen = canvas.getContext("2d");
    for (let i = 0; i < n; i++) {
      await type("#tx-birth_name", `Roitelet ${i}`);
      await type("#tx-first_birth_name", "Ada");
      await type("#tx-birth_date", "1970-01-02");
      await click("input[name=sex][value=F]");
      await click("input[name=consent][value=oral]");
      await click("[data-next]");
      pen.fillStyle = `hsl(${i * 7} 60% 50%)`;
      pen.fillRect(0, 0, 320, 240);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
      const files = new DataTransfer();
      files.items.add(new File([blob], `${i}.jpg`, { type: "image/jpeg" }));
      const input = await find("input[data-take=context]");
      input.files = files.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      await find("[data-view=context][data-state=wrong]"); // small: kept anyway
      await click("[data-view=context] [data-keep]");
      await find("[data-view=context][data-state=taken]");
      await click("[data-next]");
      await click("input[name=site][value=back]");
      await click("[data-next]");
      const id = document.querySelector("[data-draft]").dataset.draft;
      await click("[data-send]");
      await until(() => document.querySelector("[data-draft]").dataset.draft !== id);
    }
  }, n);

describe("a practitioner’s phone", () => {
  test("a case asked offline leaves once, and leaves nothing on the phone", async (t) => {
    const { context, page } = await aPhone();
    await offline(context);
    await page.goto(line.url + shell);
    await ready(page);
    assert.match(await page.locator("[data-offline]").textContent(), /Hors ligne/);
    const asked = await ask(page, "Hirondelle", photos);
    t.diagnostic(`asked with three photos (${photos.slice(0, 3).map((p) => (p.buffer.length / 1e6).toFixed(1)).join(", ")} MB): ${asked.count} interactions, ${asked.seconds.toFixed(1)} s`);
    assert.ok(asked.count <= 30, `${asked.count} interactions`);
    await page.waitForSelector('[data-outbox][data-waiting="1"]');
    await page.screenshot({ path: `${out}phone-queued-390.png`, fullPage: true });

    await page.goto(line.url + shell); // the phone restarts
    await page.waitForSelector('[data-outbox][data-waiting="1"]');
    const kept = await stored(page);
    assert.deepEqual(kept.keys, [false], "a key can be taken out");
    assert.equal(kept.names.filter((n) => n.startsWith("photo/")).length, 3);
    assert.doesNotMatch(kept.text, /Hirondelle|birth_name|JFIF/);

    line.pull(3_000_000); // the network comes back, and goes in the middle of a photograph
    await context.setOffline(false);
    await page.waitForFunction(() => document.querySelector("[data-outbox]").textContent.includes("attend le réseau"));
    line.plug();
    await page.evaluate(() => document.querySelector("[data-retry]")?.click()); // it may have left by itself meanwhile
    await page.waitForSelector(`[data-received="${asked.id}"]`, { timeout: 30_000 });
    await page.screenshot({ path: `${out}phone-received-390.png`, fullPage: true });
    const list = (await mine(context)).filter((c) => c.id === asked.id);
    assert.equal(list.length, 1);
    assert.notEqual(list[0].state, "draft");
    assert.equal(list[0].photos.filter((p) => p.received_at && p.received === p.size).length, 3);
    assert.deepEqual((await stored(page)).names, ["context"], "something is left on the phone");

    const again = await context.request.post(`${line.url}/telexpertise/api/demandes/${asked.id}/envoi`, { data: { photos: list[0].photos.map(({ id, sha256 }) => ({ id, sha256 })) } });
    assert.equal(again.status(), 200);
    assert.equal((await again.json()).submitted_at, list[0].submitted_at, "a replay changes the receipt");
    await page.goto(`${line.url}/telexpertise/questions`);
    assert.equal(await page.locator("tbody tr", { hasText: "HIRONDELLE" }).count(), 1);
    await context.close();
  });

  test("fifty cases asked offline are received once each", async (t) => {
    const { context, page } = await aPhone();
    const before = new Set((await mine(context)).map((c) => c.id));
    await offline(context);
    const began = Date.now();
    await askMany(page, 50);
    await page.waitForSelector('[data-outbox][data-waiting="50"]');
    const queued = Date.now();
    await online(context);
    await page.waitForFunction(() => !document.querySelector(".tx-outbox"), undefined, { timeout: 120_000 });
    const all = (await mine(context)).filter((c) => !before.has(c.id) && c.submitted_at);
    assert.equal(all.length, 50);
    assert.deepEqual((await stored(page)).names, ["context"]);
    t.diagnostic(`50 queued in ${((queued - began) / 1000).toFixed(1)} s, 50 received once in ${((Date.now() - queued) / 1000).toFixed(1)} s`);
    await context.close();
  });

  test("an unsent case shows on other pages, and signing out wipes the phone", async () => {
    const { context, page } = await aPhone();
    await offline(context);
    await ask(page, "Rougegorge", photos.slice(18, 21));
    await page.waitForSelector('[data-outbox][data-waiting="1"]');
    await page.evaluate(() => localStorage.setItem("maillage-outbox", JSON.stringify({ n: 1, since: Date.now() - 2 * 3600_000 })));
    await context.route("**/telexpertise/api/contexte", (route) => route.abort()); // it cannot leave yet
    await online(context);
    await page.goto(`${line.url}/compte`);
    await page.waitForSelector("[data-unsent].late");
    page.once("dialog", (dialog) => dialog.accept());
    await page.click("main form[action='/deconnexion'] button");
    await page.waitForURL(`${line.url}/`);
    assert.deepEqual(await page.evaluate(async () => [(await indexedDB.databases()).length, localStorage.length, (await caches.keys()).length]), [0, 0, 0]);
    await context.close();
  });

  test("a poor photograph is refused in plain words, and kept only knowingly", async () => {
    const { context, page } = await aPhone();
    await page.locator(".tx-steps button").nth(1).click();
    const dark = await page.evaluate(() => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 1600, height: 1200 });
      canvas.getContext("2d").fillRect(0, 0, 1600, 1200);
      return canvas.toDataURL("image/jpeg").split(",")[1];
    });
    await page.setInputFiles('input[data-take="context"]', { name: "a.jpg", mimeType: "image/jpeg", buffer: Buffer.from(dark, "base64") });
    await page.waitForSelector('[data-view="context"][data-state="wrong"]');
    const said = await page.locator('[data-view="context"]').textContent();
    assert.match(said, /Trop sombre/);
    assert.match(said, /Floue/);
    await page.screenshot({ path: `${out}phone-refused-390.png`, fullPage: true });
    await page.locator("text=Garder quand même").click();
    await page.waitForSelector('[data-view="context"][data-state="taken"]');
    await page.setInputFiles('input[data-take="overview"]', { name: "b.jpg", mimeType: "image/jpeg", buffer: Buffer.from("not a picture") });
    await page.locator('[data-view="overview"]', { hasText: "n’ouvre pas cette image" }).waitFor();
    await page.setInputFiles('input[data-take="close-up"]', { ...photos[21], buffer: photos[21].buffer.subarray(0, 30_000) }); // cut on its way from the gallery
    await page.locator('[data-view="close-up"]', { hasText: "n’ouvre pas cette image" }).waitFor();
    await context.close();
  });

  test("the code locks the phone, offline too: wrong ones wait, and the last erases it", async () => {
    const { context, page } = await aPhone();
    await offline(context);
    await ask(page, "Pinson", photos.slice(6, 9));
    const tab = await context.newPage(); // another opening of the phone
    await tab.goto(line.url + shell);
    await tab.waitForSelector('[data-gate="locked"]');
    assert.match(await tab.locator(".tx-gate").textContent(), /Demandes qui attendent\s: 1/);
    assert.deepEqual(await axe(tab), []);
    assert.deepEqual(await reflow(tab), []);
    await tab.screenshot({ path: `${out}phone-locked-390.png`, fullPage: true });
    const tryCode = async (typed) => {
      await tab.fill("#tx-code", typed);
      await tab.click(".tx-gate button[type=submit]");
    };
    await tryCode("192837");
    await tab.locator(".tx-gate .error", { hasText: "Ce n’est pas le code" }).waitFor();
    await tryCode(code);
    await tab.waitForSelector('[data-outbox][data-waiting="1"]');

    await page.evaluate(() => sessionStorage.setItem("maillage-geste", String(Date.now() - 11 * 60_000))); // nobody touched it for eleven minutes
    await page.goto(line.url + shell);
    await page.waitForSelector('[data-gate="locked"]');
    await tab.close();
    for (let wrong = 1; wrong <= 10; wrong++) {
      await page.fill("#tx-code", "192837");
      await page.click(".tx-gate button[type=submit]");
      if (wrong === 10) break;
      await page.waitForSelector(`[data-gate][data-wrong="${wrong}"]`);
      await page.evaluate(() => new Promise((done) => (indexedDB.open("maillage-telexpertise").onsuccess = (e) => {
        const keys = e.target.result.transaction("keys", "readwrite").objectStore("keys");
        keys.get("lock").onsuccess = (got) => (keys.put({ ...got.target.result, until: 0 }, "lock").onsuccess = done); // nobody waits in a test
        keys.transaction.oncomplete = () => e.target.result.close();
      })).then(() => undefined));
      if (wrong >= 5) assert.match(await page.locator(".tx-gate .error").textContent(), /avant que ce téléphone soit effacé/);
    }
    await page.locator(".alert.warn", { hasText: "Ouvrez cette page une première fois avec le réseau" }).waitFor();
    assert.deepEqual(await page.evaluate(async () => [(await indexedDB.databases()).map((d) => d.name), localStorage.length, sessionStorage.length]), [["maillage-telexpertise"], 0, 0]);
    assert.deepEqual((await stored(page)).names, []);
    await context.close();
  });

  test("a fingerprint or a face opens the phone, offline too", async () => {
    const context = await browser.newContext({ locale: "fr-FR", viewport: phone, reducedMotion: "reduce" });
    await signIn(context, local, accounts().find((a) => a.role === "gp"));
    const page = await context.newPage();
    const wire = await context.newCDPSession(page);
    await wire.send("WebAuthn.enable");
    await wire.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasUserVerification: true, hasResidentKey: true, hasPrf: true, isUserVerified: true, automaticPresenceSimulation: true } });
    await page.goto(local + shell);
    await page.fill("#tx-code", code);
    await page.fill("#tx-code_again", code);
    await page.click("[data-passkey-too]");
    await ready(page);
    await page.waitForFunction(async () => navigator.serviceWorker.controller && (await (await caches.open("maillage-telexpertise")).keys()).length > 4);
    await context.setOffline(true);
    await page.evaluate(() => sessionStorage.clear());
    await page.reload();
    await page.click("[data-by-passkey]");
    await ready(page);
    await context.close();
  });

  test("a code is refused when anybody would guess it, or when typed twice differently", async () => {
    const context = await browser.newContext({ locale: "fr-FR", viewport: phone });
    await signIn(context, line.url, accounts().find((a) => a.role === "gp"));
    const page = await context.newPage();
    await page.goto(line.url + shell);
    for (const [first, second, said] of [["1234", "1234", /6 chiffres/], ["123456", "123456", /se devine/], ["777777", "777777", /se devine/], ["481516", "481517", /pas les mêmes/]]) {
      await page.fill("#tx-code", first);
      await page.fill("#tx-code_again", second);
      await page.click(".tx-gate button[type=submit]");
      await page.locator(".tx-gate .error", { hasText: said }).waitFor();
    }
    assert.deepEqual(await axe(page), []);
    await page.screenshot({ path: `${out}phone-code-390.png`, fullPage: true });
    await context.close();
  });

  test("the printed card gives the scale, and no millimetre is claimed without it", async (t) => {
    const { context, page } = await aPhone();
    await page.locator(".tx-steps button").nth(1).click();
    const looks = [
      { perMM: 8 }, { perMM: 8, turn: 33 }, { perMM: 5, turn: 140 }, { perMM: 3, turn: 271 }, { perMM: 15, turn: 8 }, { perMM: 8, tilt: 12, turn: 20 },
      { perMM: 8, blur: 2, turn: 75 }, { perMM: 8, light: 0.35, turn: 5 }, { perMM: 8, noise: 30, turn: 200 },
    ];
    let [worst, before] = [0, null];
    for (const look of looks) {
      await page.setInputFiles('input[data-take="overview"]', await photographCard(page, { w: 1280, h: 960, ...look }));
      await page.waitForFunction((before) => {
        const now = document.querySelector('[data-view="overview"] [data-scale]')?.dataset.scale;
        return now && now !== before;
      }, before);
      before = await page.locator('[data-view="overview"] [data-scale]').getAttribute("data-scale");
      const off = Math.abs(Number(before) * look.perMM - 1);
      assert.ok(off < 0.02, `${JSON.stringify(look)}: ${before} mm per pixel`);
      worst = Math.max(worst, off);
    }
    t.diagnostic(`${looks.length} photographs of the card, at worst ${(100 * worst).toFixed(2)} % off`);
    await page.setInputFiles('input[data-take="overview"]', await photographCard(page, { w: 1280, h: 960, perMM: 8, tilt: 35 }));
    await page.locator('[data-view="overview"] .error', { hasText: "vue de biais" }).waitFor();
    await page.screenshot({ path: `${out}phone-card-390.png`, fullPage: true });
    for (const none of [{ hide: 1 }, { greys: [0, 64, 128, 200, 255] }]) {
      await page.setInputFiles('input[data-take="overview"]', await photographCard(page, { w: 1280, h: 960, perMM: 8, ...none }));
      await page.locator('[data-view="overview"]', { hasText: "Carte d’échelle non vue" }).waitFor();
      assert.equal(await page.locator('[data-view="overview"] [data-scale]').count(), 0);
    }
    await context.close();
  });

  test("what is wrong is said on the phone, and nothing typed is lost", async () => {
    const { context, page } = await aPhone();
    await page.fill("#tx-birth_name", "Bruant");
    await page.fill("#tx-birth_date", "2090-01-01");
    await page.locator("details.fold summary").first().click();
    await page.fill("#tx-ins", "2 58 03 99 999 999 12");
    await page.locator(".tx-steps button").nth(1).click();
    await page.setInputFiles('input[data-take="context"]', photos[10]);
    await page.waitForSelector('[data-view="context"][data-state="taken"]');
    await page.setInputFiles('input[data-take="overview"]', photos[10]);
    await page.locator('[data-view="overview"] .error', { hasText: "sert déjà à une autre vue" }).waitFor();
    await page.locator(".tx-steps button").nth(3).click();
    await page.click("[data-send]");
    await page.locator(".error", { hasText: "date de naissance est dans le futur" }).waitFor();
    await page.locator(".error", { hasText: "clé du matricule INS" }).waitFor();
    await page.locator(".error", { hasText: "consentement" }).waitFor();
    await page.screenshot({ path: `${out}phone-wrong-390.png`, fullPage: true });
    assert.equal(await page.inputValue("#tx-birth_name"), "Bruant");
    await page.goto(line.url + shell); // kept at each step
    await ready(page);
    assert.equal(await page.inputValue("#tx-ins"), "258039999999912");
    await context.close();
  });

  test("a format that the server does not read leaves as JPEG", async () => {
    const { context, page } = await aPhone();
    await page.locator(".tx-steps button").nth(1).click();
    const { buffer } = await photographCard(page, { w: 1600, h: 1200, perMM: 8 });
    await page.setInputFiles('input[data-take="context"]', { name: "IMG_1.HEIC", mimeType: "image/heic", buffer }); // as a phone names it; this browser reads what is in it
    await page.waitForSelector('[data-view="context"][data-state="taken"]');
    const body = await page.waitForFunction(() => document.querySelector('[data-view="context"] canvas[data-drawn]'));
    assert.ok(body);
    await context.close();
  });

  test("a photograph that the server cannot read comes back with the reason, and the rest of the case is kept", async () => {
    const { context, page } = await aPhone();
    const { id } = await ask(page, "Accenteur", [photos[15], disguised(1280, 960), photos[17]]);
    const row = page.locator(`[data-case="${id}"][data-state="refused"]`);
    await row.waitFor({ timeout: 30_000 });
    assert.match(await row.textContent(), /à corriger/);
    assert.match(await row.locator(".error").textContent(), /JPEG/);
    await page.screenshot({ path: `${out}phone-server-refusal-390.png`, fullPage: true });
    await row.locator("button", { hasText: "Reprendre" }).click();
    await page.locator('[data-view="overview"] .error', { hasText: "n’a pas pu lire cette photo" }).waitFor();
    assert.equal(await page.locator('[data-view="overview"] [data-keep]').count(), 0, "what cannot be read cannot be kept");
    await page.setInputFiles('input[data-take="overview"]', photos[18]);
    await page.waitForSelector('[data-view="overview"][data-state="taken"]');
    await page.locator(".tx-steps button").nth(3).click();
    await page.click("[data-send]");
    await page.waitForSelector(`[data-received="${id}"]`, { timeout: 30_000 });
    const one = (await mine(context)).find((c) => c.id === id);
    assert.equal(one.photos.filter((p) => p.received_at).length, 3);
    assert.deepEqual((await stored(page)).names, ["context"]);
    await context.close();
  });

  test("a session that ends in the middle of a case, on a phone whose clock is a day ahead, loses nothing", async () => {
    const { context, page } = await aPhone();
    await page.addInitScript(() => {
      const now = Date.now.bind(Date);
      const Real = Date;
      globalThis.Date = class extends Real {
        constructor(...all) {
          super(...(all.length ? all : [now() + 26 * 3600_000]));
        }
        static now = () => now() + 26 * 3600_000;
      };
    });
    await page.evaluate(() => sessionStorage.clear());
    await page.goto(line.url + shell);
    await unlock(page);
    await context.clearCookies();
    const asked = await ask(page, "Tarier", photos.slice(12, 15));
    await page.locator(".alert", { hasText: "Votre session est fermée : rien n’est perdu" }).waitFor();
    assert.match(await page.locator(".tx-outbox").textContent(), /attend votre connexion/);
    await page.screenshot({ path: `${out}phone-session-390.png`, fullPage: true });
    await page.click("text=Se connecter pour envoyer");
    await page.click(`button[name=account][value="${accounts().find((a) => a.role === "gp").id}"]`);
    await page.waitForSelector(`[data-received="${asked.id}"]`, { timeout: 30_000 });
    assert.match(await page.locator(`[data-received="${asked.id}"]`).textContent(), /décalée de 26 h/);
    assert.equal((await mine(context)).filter((c) => c.id === asked.id && c.submitted_at).length, 1);
    await context.close();
  });

  test("three months later, the first photograph guides the second, offline too, and is laid over it", async () => {
    const { context, page } = await aPhone();
    const again = (await mine(context)).filter((c) => c.again_at && c.state === "answered");
    assert.ok(again.length > 0, "the demonstration has a lesion to photograph again");
    await page.goto(`${line.url}/telexpertise/demandes/${again[0].id}`); // where the reminder leads
    await page.click("text=Photographier avec la première photo pour guide");
    await ready(page);
    await page.waitForSelector('[data-guide="close-up"] canvas[data-drawn]');
    await page.screenshot({ path: `${out}phone-again-before-390.png`, fullPage: true });
    await offline(context);
    await page.goto(line.url + shell); // kept, sealed, on the phone
    await ready(page);
    await page.waitForSelector('[data-guide="close-up"] canvas[data-drawn]');
    assert.equal((await stored(page)).names.filter((n) => n.includes("/before-")).length, 1);
    await page.setInputFiles('input[data-take="close-up"]', photos[20]);
    await page.waitForSelector('[data-over-first="close-up"] canvas[data-drawn]');
    await page.locator(".tx-view input[type=range]").fill("30");
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(await reflow(page), []);
    await page.screenshot({ path: `${out}phone-again-after-390.png`, fullPage: true });
    const id = await page.getAttribute("[data-draft]", "data-draft");
    await page.locator(".tx-steps button").nth(0).click();
    assert.match(await page.inputValue("#tx-birth_name"), /Demo/);
    await page.check("input[name=consent][value=oral]");
    await page.locator(".tx-steps button").nth(3).click();
    await page.click("[data-send]");
    await online(context);
    await page.waitForSelector(`[data-received="${id}"]`, { timeout: 30_000 });
    const all = await mine(context);
    assert.equal(all.find((c) => c.id === id).previous, again[0].id);
    assert.equal(all.find((c) => c.id === again[0].id).again_at, undefined, "the reminder has ended");
    assert.deepEqual((await stored(page)).names, ["context"]);
    const stranger = await context.request.get(`${line.url}/telexpertise/api/demandes/demo-telexpertise-0001/suite`);
    assert.equal(stranger.status(), 404);
    await context.close();
  });

  test("every step holds on a phone and on a desk, by day and by night", async () => {
    const { context, page } = await aPhone();
    for (let step = 0; step < 4; step++) {
      for (const [size, scheme] of [[phone, "light"], [phone, "dark"], [desktop, "light"]]) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.setViewportSize(size);
        await page.locator(".tx-steps button").nth(step).click();
        const wrong = [...(await axe(page)), ...(size === phone ? await reflow(page) : await keyboard(page))];
        assert.deepEqual(wrong, [], `step ${step} at ${size.width} px, ${scheme}`);
        await page.screenshot({ path: `${out}phone-step-${step}-${size.width}-${scheme}.png`, fullPage: true });
      }
    }
    await context.close();
  });

  test("the phone speaks English too, offline as well", async () => {
    const { context, page } = await aPhone();
    await page.goto(`${line.url}${shell}?lang=en`);
    await ready(page);
    await offline(context);
    await page.goto(line.url + shell);
    await ready(page);
    for (let step = 0; step < 4; step++) {
      await page.locator(".tx-steps button").nth(step).click();
      assert.doesNotMatch(await page.locator("main").innerText(), /[éèàçù]|\b(demande|lésion|oui|non|photographier)\b/i);
    }
    assert.match(await page.locator("[data-offline]").textContent(), /Offline/);
    await context.close();
  });
});
