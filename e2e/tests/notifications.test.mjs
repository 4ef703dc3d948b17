// The page of notifications, and what a push does on the device. Chromium without a screen has no push service: the subscription is
// given by the test, the push is delivered through the browser's tools.
import assert from "node:assert/strict";
import { createECDH } from "node:crypto";
import { after, before, test } from "node:test";
import { accounts, signIn } from "../lib/accounts.mjs";
import { launch, phone } from "../lib/browser.mjs";

const base = process.env.MAILLAGE_URL;
let browser;

before(async () => (browser = await launch()));
after(() => browser?.close());

const ecdh = createECDH("prime256v1");
const key = ecdh.generateKeys().toString("base64url");

test("a device is linked, told when to be quiet, tried and removed", async () => {
  const context = await browser.newContext({ viewport: phone, locale: "fr-FR" });
  await context.grantPermissions(["notifications"], { origin: base });
  await context.addInitScript((p256dh) => {
    const given = { endpoint: "https://updates.push.services.mozilla.com/wpush/v2/essai", toJSON: () => ({ endpoint: given.endpoint, expirationTime: null, keys: { p256dh, auth: "AAAAAAAAAAAAAAAAAAAAAA" } }), unsubscribe: async () => true };
    PushManager.prototype.subscribe = async (options) => ((globalThis.asked = options.applicationServerKey.length), given);
    PushManager.prototype.getSubscription = async () => null;
    Notification.requestPermission = async () => "granted";
  }, key);
  await signIn(context, base, accounts().find((a) => a.role === "dermatologist"));
  const page = await context.newPage();
  await page.goto(`${base}/compte`);
  await page.click("main a[href='/compte/notifications']");
  await Promise.all([page.waitForResponse((r) => r.url().endsWith("/appareils")), page.click("[data-push] button")]);
  await page.waitForSelector("text=relié le");
  await page.selectOption("select[name=channel_work]", "push");
  await page.fill("input[name=quiet_from]", "19:30");
  await page.click("form[action='/compte/notifications'] button[type=submit]");
  await page.waitForLoadState();
  assert.equal(await page.inputValue("select[name=channel_work]"), "push");
  assert.equal(await page.inputValue("input[name=quiet_from]"), "19:30");
  await page.fill("input[name=quiet_to]", "");
  await page.click("form[action='/compte/notifications'] button[type=submit]");
  await page.waitForSelector("text=Indiquez le début et la fin");
  assert.equal(await page.inputValue("input[name=quiet_from]"), "19:30", "what was typed is there");
  await page.goto(`${base}/compte/notifications`);
  await page.click("form[action='/compte/notifications/retrait'] button");
  await page.waitForSelector("text=Aucun appareil n’est relié");
  await context.close();
});

test("the phone’s page links the phone in one click, and signing out ends it", async () => {
  const context = await browser.newContext({ viewport: phone, locale: "fr-FR" });
  await context.grantPermissions(["notifications"], { origin: base });
  const ended = [];
  await context.exposeFunction("noteEnd", (endpoint) => ended.push(endpoint));
  await context.addInitScript((p256dh) => {
    const given = {
      endpoint: "https://updates.push.services.mozilla.com/wpush/v2/telephone",
      toJSON: () => ({ endpoint: given.endpoint, expirationTime: null, keys: { p256dh, auth: "AAAAAAAAAAAAAAAAAAAAAA" } }),
      unsubscribe: async () => (sessionStorage.removeItem("linked"), globalThis.noteEnd(given.endpoint), true),
    };
    PushManager.prototype.subscribe = async () => (sessionStorage.setItem("linked", "1"), given);
    PushManager.prototype.getSubscription = async () => (sessionStorage.getItem("linked") ? given : null);
    Notification.requestPermission = async () => "granted";
  }, key);
  const gp = accounts().find((a) => a.role === "gp");
  await signIn(context, base, gp);
  const page = await context.newPage();
  await page.goto(`${base}/telexpertise/telephone`);
  await page.click("[data-push] button");
  await page.waitForSelector("text=Ce téléphone vous préviendra");
  await page.reload();
  await page.waitForSelector("[data-capture] h2");
  assert.equal(await page.isVisible("[data-push] button"), false, "linked already");
  await page.goto(`${base}/compte`);
  const [request] = await Promise.all([page.waitForRequest((r) => r.url().endsWith("/deconnexion")), page.click("main form[action='/deconnexion'] button")]);
  assert.equal(new URLSearchParams(request.postData()).get("device"), "https://updates.push.services.mozilla.com/wpush/v2/telephone");
  await page.waitForURL(`${base}/`);
  assert.equal(ended.length, 1, "the browser ended its subscription");
  await signIn(context, base, gp);
  await page.goto(`${base}/compte/notifications`);
  await page.waitForSelector("text=Aucun appareil n’est relié");
  await context.close();
});

test("a push shows a sentence that names nobody, and leads to the case", async () => {
  const context = await browser.newContext({ viewport: phone });
  await context.grantPermissions(["notifications"], { origin: base });
  const page = await context.newPage();
  await page.goto(`${base}/telexpertise/telephone`);
  const worker = await page.evaluate(async () => {
    await navigator.serviceWorker.register("/telexpertise/sw.js", { scope: "/telexpertise/" });
    return (await navigator.serviceWorker.ready).scope;
  });
  const tools = await context.newCDPSession(page);
  const registered = new Promise((resolve) => tools.on("ServiceWorker.workerRegistrationUpdated", (e) => e.registrations.find((r) => r.scopeURL === worker) && resolve(e.registrations.find((r) => r.scopeURL === worker).registrationId)));
  await tools.send("ServiceWorker.enable");
  const push = async (data) => tools.send("ServiceWorker.deliverPushMessage", { origin: base, registrationId: await registered, data: JSON.stringify(data) });
  await push({ title: "Une demande vous attend", path: "/telexpertise/demandes/abc" });
  await push({ title: "Ailleurs", path: "https://example.org/" });
  const told = await page.waitForFunction(async () => {
    const all = await (await navigator.serviceWorker.ready).getNotifications();
    return all.length >= 2 && all.map((n) => ({ title: n.title, body: n.body, data: n.data }));
  });
  const shown = await told.jsonValue();
  assert.deepEqual(shown.map((n) => n.data).sort(), ["/", "/telexpertise/demandes/abc"], "an address of another site is not kept");
  assert.ok(shown.some((n) => n.title === "Maillage" && n.body === "Une demande vous attend"));
  await context.close();
});
