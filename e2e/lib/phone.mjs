// A practitioner's phone, driven by one thumb: opened, locked and unlocked, photographs drawn, requests asked and counted.
import assert from "node:assert/strict";
import { accounts, signIn } from "./accounts.mjs";
import { phone } from "./browser.mjs";
import { paint } from "./card.mjs";

export const shell = "/telexpertise/telephone";
export const code = "481516";

/** Draws sharp, well lit, different pictures of a spot: `heavy` of them are noisy enough to weigh several megabytes. */
export async function drawPhotos(browser, n, heavy = 0) {
  const page = await browser.newPage();
  const all = await page.evaluate(
    async ({ n, heavy }) => {
      const drawn = [];
      for (let i = 0; i < n; i++) {
        const canvas = Object.assign(document.createElement("canvas"), { width: i < heavy ? 2400 : 1280, height: i < heavy ? 1800 : 960 });
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
        drawn.push(canvas.toDataURL("image/jpeg", i < heavy ? 0.97 : 0.8).split(",")[1]);
      }
      return drawn;
    },
    { n, heavy },
  );
  await page.close();
  return all.map((data, i) => ({ name: `IMG_${i}.jpg`, mimeType: "image/jpeg", buffer: Buffer.from(data, "base64") }));
}

/** A photograph of the printed card, painted by lib/card.mjs, in any format that the browser writes. */
export async function photographCard(page, how, type = "image/jpeg") {
  const data = await page.evaluate(
    ({ how, type, source }) => {
      const rgba = new Function(`return (${source})`)()(how);
      const canvas = Object.assign(document.createElement("canvas"), { width: how.w, height: how.h });
      canvas.getContext("2d").putImageData(new ImageData(rgba, how.w, how.h), 0, 0);
      return canvas.toDataURL(type, 0.9).split(",")[1];
    },
    { how, type, source: paint.toString() },
  );
  return { name: "card.jpg", mimeType: type, buffer: Buffer.from(data, "base64") };
}

export const ready = (page) => page.waitForSelector("[data-capture]:not([data-busy]) .tx-capture");

/** Chooses the code of a new phone, or types it. */
export async function unlock(page) {
  const gate = await page.waitForSelector("[data-capture]:not([data-busy]) .tx-gate, [data-capture]:not([data-busy]) .tx-capture");
  const which = await gate.getAttribute("data-gate");
  if (which) {
    await page.fill("#tx-code", code);
    if (which === "new") await page.fill("#tx-code_again", code);
    await page.click(".tx-gate button[type=submit]");
  }
  await ready(page);
}

/** A phone on which the capture page was opened once, with the network, by the practitioner. */
export async function aPhone(browser, base, more = {}) {
  const context = await browser.newContext({ locale: "fr-FR", viewport: phone, hasTouch: true, reducedMotion: "reduce", ...more });
  await signIn(context, base, accounts().find((a) => a.role === "gp"));
  const page = await context.newPage();
  await page.goto(base + shell);
  await unlock(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.waitForFunction(async () => navigator.serviceWorker.controller && (await (await caches.open("maillage-telexpertise")).keys()).length > 4);
  return { context, page };
}

export async function offline(context, line) {
  line.pull();
  await context.setOffline(true);
}

export async function online(context, line) {
  line.plug();
  await context.setOffline(false);
}

/** Fills a case as a hurried practitioner does, and counts what they did. */
export async function ask(page, name, shots, { urgency = "P1", hypothesis = "" } = {}) {
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
  await chip("urgency", urgency);
  if (hypothesis) await type("#tx-hypothesis", hypothesis);
  const id = await page.getAttribute("[data-draft]", "data-draft");
  await tap("[data-send]");
  await page.waitForFunction((id) => document.querySelector("[data-draft]").dataset.draft !== id, id);
  return { id, count, seconds: (Date.now() - began) / 1000 };
}

export const mine = async (context, base) => (await context.request.get(`${base}/telexpertise/api/demandes`)).json();

/** All that the phone's store holds: names, whether any key can be taken out, and the sealed bytes as text. */
export const stored = (page) =>
  page.evaluate(async () => {
    const db = await new Promise((resolve) => (indexedDB.open("maillage-telexpertise").onsuccess = (e) => resolve(e.target.result)));
    const read = (store, what) => new Promise((resolve) => (db.transaction(store).objectStore(store)[what]().onsuccess = (e) => resolve(e.target.result)));
    const [names, values, keys] = [await read("sealed", "getAllKeys"), await read("sealed", "getAll"), await read("keys", "getAll")];
    db.close();
    return { names, keys: keys.filter((k) => k instanceof CryptoKey).map((k) => k.extractable), text: values.map((v) => new TextDecoder("latin1").decode(v.data)).join("") };
  });
