// A general practitioner's phone: a case is asked offline with three photographs, leaves once, and leaves nothing behind.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, beforeEach, describe, test } from "node:test";
import { accounts, signIn } from "../lib/accounts.mjs";
import { desktop, launch, phone } from "../lib/browser.mjs";
import { cable } from "../lib/cable.mjs";
import { axe, keyboard, reflow } from "../lib/checks.mjs";

const out = new URL("../out/", import.meta.url).pathname;
const shell = "/telexpertise/telephone";
let browser, line, photos;

before(async () => {
  await mkdir(out, { recursive: true });
  browser = await launch();
  line = await cable(process.env.MAILLAGE_URL);
  photos = await drawPhotos(40);
});
after(async () => {
  await browser.close();
  await line.close();
});

/** Draws sharp, well lit, different pictures of a spot; the first three are noisy enough to weigh several megabytes. */
async function drawPhotos(n) {
  const page = await browser.newPage();
  const all = await page.evaluate(async (n) => {
    const drawn = [];
    for (let i = 0; i < n; i++) {
      const canvas = Object.assign(document.createElement("canvas"), { width: i < 3 ? 2400 : 1280, height: i < 3 ? 1800 : 960 });
      const ctx = canvas.getContext("2d");
      const pixels = ctx.createImageData(canvas.width, canvas.height);
      for (let p = 0; p < pixels.data.length; p += 4) {
        const grain = Math.random() * 50;
        pixels.data.set([185 + grain, 140 + grain, 115 + grain, 255], p);
      }
      ctx.putImageData(pixels, 0, 0);
      ctx.fillStyle = `rgb(${80 + i}, 45, 30)`;
      ctx.ellipse(canvas.width / 2, canvas.height / 2, 200, 150 + i, 0, 0, 7);
      ctx.fill();
      drawn.push(canvas.toDataURL("image/jpeg", i < 3 ? 0.97 : 0.8).split(",")[1]);
    }
    return drawn;
  }, n);
  await page.close();
  return all.map((data, i) => ({ name: `IMG_${i}.jpg`, mimeType: "image/jpeg", buffer: Buffer.from(data, "base64") }));
}

/** A phone on which the capture page was opened once, with the network, by the practitioner. */
async function aPhone() {
  const context = await browser.newContext({ locale: "fr-FR", viewport: phone, hasTouch: true, reducedMotion: "reduce" });
  await signIn(context, line.url, accounts().find((a) => a.role === "gp"));
  const page = await context.newPage();
  await page.goto(line.url + shell);
  await ready(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.waitForFunction(async () => navigator.serviceWorker.controller && (await (await caches.open("maillage-telexpertise")).keys()).length > 4);
  return { context, page };
}

const ready = (page) => page.waitForSelector("[data-capture]:not([data-busy]) .tx-capture");

beforeEach(() => line.plug());

async function offline(context) {
  line.pull();
  await context.setOffline(true);
}

async function online(context) {
  line.plug();
  await context.setOffline(false);
}

/** Fills a case as a hurried practitioner does, and counts what they did. */
async function ask(page, name, shots) {
  let count = 0;
  const began = Date.now();
  const tap = (what) => (count++, page.locator(what).first().click());
  const type = (what, text) => (count++, page.fill(what, text));
  const chip = (field, code) => (count++, page.check(`input[name="${field}"][value="${code}"]`));
  await type("#tx-birth_name", name);
  await type("#tx-first_birth_name", "Élise");
  await type("#tx-birth_date", "1958-03-14");
  await chip("sex", "F");
  await chip("consent", "oral");
  await tap("[data-next]");
  for (const [i, view] of ["context", "overview", "close-up"].entries()) {
    count += 2; // open the camera, press its button
    await page.setInputFiles(`input[data-take="${view}"]`, shots[i]);
    await page.waitForSelector(`[data-view="${view}"][data-state="taken"]`);
  }
  await tap("[data-next]");
  await tap('.tx-body-map [data-site="back"]');
  await chip("diameter", "7");
  await chip("since", "months");
  await chip("size", "yes");
  await chip("colour", "yes");
  await tap("text=Non à tout le reste");
  assert.match(await page.locator(".tx-capture .alert.warn[role=status]", { hasText: "7 points" }).textContent(), /5 sur 10/);
  await tap("[data-next]");
  await chip("urgency", "P1");
  const id = await page.getAttribute("[data-draft]", "data-draft");
  await tap("[data-send]");
  await page.waitForFunction((id) => document.querySelector("[data-draft]").dataset.draft !== id, id);
  return { id, count, seconds: (Date.now() - began) / 1000 };
}

const mine = async (context) => (await context.request.get(`${line.url}/telexpertise/api/demandes`)).json();

/** All that the phone's store holds: names, whether the key can be taken out, and the sealed bytes as text. */
const stored = (page) =>
  page.evaluate(async () => {
    const db = await new Promise((resolve) => (indexedDB.open("maillage-telexpertise").onsuccess = (e) => resolve(e.target.result)));
    const read = (store, what) => new Promise((resolve) => (db.transaction(store).objectStore(store)[what]().onsuccess = (e) => resolve(e.target.result)));
    const [names, values, keys] = [await read("sealed", "getAllKeys"), await read("sealed", "getAll"), await read("keys", "getAll")];
    db.close();
    return { names, extractable: keys.some((k) => k.extractable), text: values.map((v) => new TextDecoder("latin1").decode(v.data)).join("") };
  });

describe("a practitioner’s phone", () => {
  test("a case asked offline leaves once, and leaves nothing on the phone", async (t) => {
    const { context, page } = await aPhone();
    await offline(context);
    await page.goto(line.url + shell);
    await ready(page);
    assert.match(await page.locator("[data-offline]").textContent(), /Hors ligne/);
    const asked = await ask(page, "Hirondelle", photos);
    t.diagnostic(`asked with three photos (${photos.slice(0, 3).map((p) => (p.buffer.length / 1e6).toFixed(1)).join(", ")} MB): ${asked.count} interactions, ${asked.seconds.toFixed(1)} s`);
    assert.ok(asked.seconds <= 60 && asked.count <= 30, `${asked.count} interactions, ${asked.seconds} s`);
    await page.waitForSelector('[data-outbox][data-waiting="1"]');
    await page.screenshot({ path: `${out}phone-queued-390.png`, fullPage: true });

    await page.goto(line.url + shell); // the phone restarts
    await page.waitForSelector('[data-outbox][data-waiting="1"]');
    const kept = await stored(page);
    assert.equal(kept.extractable, false);
    assert.equal(kept.names.filter((n) => n.startsWith("photo/")).length, 3);
    assert.doesNotMatch(kept.text, /Hirondelle|birth_name|JFIF/);

    line.pull(3_000_000); // the network comes back, and goes in the middle of a photograph
    await context.setOffline(false);
    await page.waitForFunction(() => document.querySelector("[data-outbox]").textContent.includes("attend le réseau"));
    line.plug();
    await page.locator("text=Réessayer maintenant").click();
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

  test("five cases asked offline are received once each", async (t) => {
    const { context, page } = await aPhone();
    await offline(context);
    const asked = [];
    for (let i = 0; i < 5; i++) asked.push(await ask(page, `Martinet ${i}`, photos.slice(3 + 3 * i, 6 + 3 * i)));
    await page.waitForSelector('[data-outbox][data-waiting="5"]');
    await online(context);
    await page.waitForFunction(() => !document.querySelector(".tx-outbox"), undefined, { timeout: 60_000 });
    const all = await mine(context);
    for (const { id } of asked) assert.equal(all.filter((c) => c.id === id && c.submitted_at).length, 1);
    t.diagnostic(`5 queued, 5 received, ${(asked.reduce((sum, a) => sum + a.seconds, 0) / 5).toFixed(1)} s each to ask`);
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
