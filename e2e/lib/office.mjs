// A demonstration of a test file's own, a browser, and the people of the demonstration at their screens.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { signIn } from "./accounts.mjs";
import { desktop, launch } from "./browser.mjs";
import { startDemo } from "./demo.mjs";

/** A PDF of nothing, to be handed in. */
export const handedIn = (name) => ({ name, mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF") });

/** Opens an office for the tests of a file; its pictures go to e2e/out/NAME. `demo` and `browser` are there once the tests run. */
export function office(name) {
  const out = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../out", name);
  const open = {
    out,
    demo: undefined,
    browser: undefined,
    /** A page of a person of the demonstration, at a size. */
    async person(id, viewport = desktop) {
      const context = await open.browser.newContext({ viewport, locale: "fr-FR" });
      await signIn(context, open.demo.url, { id });
      return context.newPage();
    },
    shot: (page, picture) => page.screenshot({ path: path.join(out, `${picture}-${page.viewportSize().width}.png`), fullPage: true }),
    press: (page, button) => Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: button }).first().click()]),
  };
  before(async () => {
    await mkdir(out, { recursive: true });
    open.demo = await startDemo();
    open.browser = await launch();
  });
  after(async () => {
    await open.browser?.close();
    await open.demo?.stop();
  });
  return open;
}
