// A new installation: its first administrator comes from the console, chooses a password, adds a passkey, and signs in with it alone.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { launch } from "../lib/browser.mjs";
import { binary } from "../lib/demo.mjs";

/**
 * A port that was free a moment ago: passkeys belong to an address that must be known before the server starts. It lies below those that
 * the system hands out: no connection takes it meanwhile.
 */
async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 10_000);
    const probe = createServer();
    const free = await new Promise((said) => probe.once("error", () => said(false)).listen(port, "127.0.0.1", () => said(true)));
    if (!free) continue;
    await new Promise((done) => probe.close(done));
    return port;
  }
}

async function serve(port, settings) {
  const child = spawn(binary, ["serve", "--addr", `127.0.0.1:${port}`, ...settings], { stdio: ["ignore", "ignore", "pipe"] });
  await new Promise((ready, failed) => {
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (chunk) => (said += chunk).includes('"serving"') && ready());
    child.once("exit", () => failed(new Error(said)));
  });
  return () => new Promise((stopped) => child.once("exit", stopped) && child.kill("SIGTERM"));
}

test("a passkey is added and signs in by itself", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "maillage-e2e-"));
  const port = await freePort();
  const base = `http://localhost:${port}`;
  const settings = ["--db", path.join(folder, "maillage.db"), "--data", folder, "--base-url", base];
  const { stdout: link } = await promisify(execFile)(binary, ["invite", ...settings, "Ada Première", "ada@example.org"]);
  const stop = await serve(port, settings);
  const browser = await launch();
  try {
    const context = await browser.newContext({ locale: "fr-FR" });
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
    });

    await page.goto(link.trim());
    await page.fill("#password", "cheval agrafe pile correct");
    await page.click("main button[type=submit]");
    await page.waitForURL(`${base}/compte`);
    assert.equal((await page.goto(`${base}/administration/comptes`)).status(), 403, "an administrator without a second factor is let in");

    await page.goto(`${base}/compte`);
    await page.fill("[data-passkey-new] input", "Clé d’essai");
    await page.click("[data-passkey-new] > button");
    await page.locator("[data-passkey-new] [role=status]").waitFor({ timeout: 10_000 });
    const codes = await page.locator("[data-passkey-new] pre").textContent();
    assert.equal(codes.trim().split("\n").length, 10, codes);
    await page.goto(`${base}/compte`);
    assert.ok(await page.getByText("Clé d’essai").count());

    await page.click("form[action='/deconnexion'] button");
    await page.goto(`${base}/connexion?suite=/administration/comptes`);
    await page.click("[data-passkey] button");
    await page.waitForURL(`${base}/administration/comptes`);
    assert.equal(await page.locator("h1").textContent(), "Comptes");
  } finally {
    await browser.close();
    await stop();
    await rm(folder, { recursive: true });
  }
});
