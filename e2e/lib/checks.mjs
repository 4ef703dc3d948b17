// What must hold on every page, whoever looks at it. Each check returns sentences about what does not.
import AxeBuilder from "@axe-core/playwright";
import { HtmlValidate } from "html-validate";
import { narrowest } from "./browser.mjs";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "RGAAv4"];

const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    // How the source is written is the template engine's affair.
    "attribute-boolean-style": "off",
    "attribute-empty-style": "off",
    "doctype-style": "off",
    // Rows of a form repeat their names, and the server reads them as lists.
    "form-dup-name": "off",
    "no-trailing-whitespace": "off",
    "void-style": "off",
    "long-title": "off",
    // French puts narrow no-break spaces inside numbers; they are meant.
    "no-inline-style": "error",
    "tel-non-breaking": "off",
    // Labels of icons are given to assistive technology on purpose.
    "prefer-native-element": ["error", { exclude: ["article", "navigation", "region", "listbox", "table"] }],
  },
});

/** Opens an address and keeps what the browser complains about, and what was loaded, for the checks below. */
export async function open(page, address) {
  const seen = { complaints: [], abroad: [] };
  const origin = new URL(address).origin;
  const onConsole = (m) => m.type() === "error" && seen.complaints.push(`console: ${m.text()}`);
  const onError = (e) => seen.complaints.push(`script: ${e.message}`);
  const onRequest = (r) => /^(https?|wss?):/.test(r.url()) && new URL(r.url()).origin !== origin && seen.abroad.push(r.url());
  page.on("console", onConsole).on("pageerror", onError).on("request", onRequest);
  await page.goto(address, { waitUntil: "load" });
  await settled(page);
  page.off("console", onConsole).off("pageerror", onError).off("request", onRequest);
  return [...seen.complaints, ...seen.abroad.map((u) => `calls another server: ${u}`)];
}

/** Waits until what the page loads by itself is there: fonts, islands that say so with data-busy, requests. */
export async function settled(page) {
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.waitForFunction(() => !document.querySelector("[data-busy]"), undefined, { timeout: 20_000 });
}

/** From the top of the page: a link that a scroll left half under the sticky heading is not a small target. */
export async function axe(page) {
  await page.evaluate(() => window.scrollTo({ top: 0, behavior: "instant" }));
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  return violations.flatMap((v) => v.nodes.slice(0, 3).map((n) => `axe ${v.id}: ${v.help} at ${n.target.join(" ")} ${n.any[0]?.message ?? ""}`));
}

export async function markup(html) {
  const report = await validator.validateString(html);
  return report.results.flatMap((r) => r.messages.map((m) => `html line ${m.line}: ${m.message} (${m.ruleId})`)).slice(0, 10);
}

/** One title, one language, one main heading, one main landmark. */
export function frame(page) {
  return page.evaluate(() => {
    const wrong = [];
    if (!document.title.trim()) wrong.push("the page has no title");
    if (!/^(fr|en)/.test(document.documentElement.lang)) wrong.push("the page does not say its language");
    const count = (what) => document.querySelectorAll(what).length;
    if (count("h1") !== 1) wrong.push(`the page has ${count("h1")} h1`);
    if (count("main") !== 1) wrong.push(`the page has ${count("main")} main`);
    if (document.body.innerText.includes("undefined") || document.body.innerText.includes("NaN")) wrong.push("a value is shown as undefined or NaN");
    if (/%!\w?\(|\{\{/.test(document.body.innerText)) wrong.push("a text was not filled in");
    return wrong;
  });
}

/** Nothing scrolls sideways, lists are cards, at 320 pixels, nor at 640 (a desktop at 200 %), nor with the text spacing of WCAG 1.4.12. */
export async function reflow(page) {
  const wrong = [];
  const before = page.viewportSize();
  for (const size of [narrowest, { width: 640, height: 400 }]) {
    await page.setViewportSize(size);
    wrong.push(...(await sideways(page, `at ${size.width} px`)));
  }
  await page.setViewportSize(narrowest);
  await page.evaluate(() => {
    const spacing = new CSSStyleSheet();
    spacing.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }");
    document.adoptedStyleSheets.push(spacing);
  });
  wrong.push(...(await sideways(page, "at 320 px with wider text spacing")));
  await page.evaluate(() => document.adoptedStyleSheets.pop() && undefined);
  await page.setViewportSize(before);
  return wrong;
}

function sideways(page, when) {
  return page.evaluate((when) => {
    const root = document.scrollingElement;
    const cards = [...document.querySelectorAll(".cells")].filter((c) => c.scrollWidth > c.clientWidth + 1 || [...c.querySelectorAll("tbody td")].some((td) => td.dataset.label === undefined));
    if (cards.length > 0) return cards.map((c) => `${when}, a list did not become cards that hold and name their cells: ${c.getAttribute("aria-label")}`);
    if (root.scrollWidth <= root.clientWidth) return [];
    const name = (e) => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + [...e.classList].map((c) => "." + c).join("");
    const contained = (e) => {
      for (let p = e.parentElement; p && p !== root; p = p.parentElement) if (getComputedStyle(p).overflowX !== "visible") return true;
      return false;
    };
    const wide = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1 && !contained(e));
    return [`scrolls sideways ${when} (${root.scrollWidth} px): ${wide.slice(0, 3).map(name).join(", ")}`];
  }, when);
}

/**
 * Walks the page with the Tab key: the focus must be visible at each step, must not be trapped, and must reach the main
 * action (the first main button, or else the first that submits) where the page has one. A walk that is still under way
 * after all its steps has not missed anything: dates take several steps.
 */
export async function keyboard(page, steps = 80) {
  await page.evaluate(() => {
    document.activeElement?.blur?.();
    window.scrollTo(0, 0);
  });
  const wrong = [];
  const walked = [];
  let ended = false;
  for (let i = 0; i < steps; i++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(focused);
    ended = !at;
    if (ended) break;
    const before = walked.findLast((w) => w.id === at.id);
    if (before && before === walked[walked.length - 1] && ++before.used <= at.stops) continue; // a date has a stop for its day, its month and its year
    if (before) {
      if (before === walked[walked.length - 1]) wrong.push(`the focus is trapped in ${at.name}`);
      ended = true;
      break;
    }
    at.used = 1;
    walked.push(at);
    if (!at.visible) wrong.push(`the focus on ${at.name} cannot be seen`);
  }
  if (walked.length === 0) return ["nothing can be reached with the keyboard"];
  const missed = await page.evaluate(() => {
    const main = document.querySelector("main .button.main, main button[type=submit]");
    return main && main.checkVisibility() && !main.disabled && !main.dataset.walked ? main.textContent.trim() : null;
  });
  if (missed && ended) wrong.push(`the keyboard does not reach “${missed}”`);
  return wrong.slice(0, 5);
}

// Runs in the page: marks the focused element and says whether its focus shows.
function focused() {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  window.walkedCount = (window.walkedCount ?? 0) + 1;
  e.dataset.walked ??= String(window.walkedCount);
  const shows = (s) => (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none";
  const label = e.labels?.[0];
  return {
    id: e.dataset.walked,
    stops: ["date", "time", "datetime-local", "month", "week"].includes(e.type) ? 8 : e.controls ? 20 : 1,
    name: `${e.tagName.toLowerCase()} “${(e.getAttribute("aria-label") ?? e.textContent ?? e.name ?? "").trim().slice(0, 40)}”`,
    visible: shows(getComputedStyle(e)) || (e.parentElement && shows(getComputedStyle(e.parentElement))) || (label && shows(getComputedStyle(label))),
  };
}

/** Loads a page with an empty cache; returns requests and bytes on the wire, the map island and its data set apart. */
export async function weigh(browser, address) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  const addresses = new Map();
  const loads = [];
  await wire.send("Network.enable");
  wire.on("Network.responseReceived", (e) => addresses.set(e.requestId, e.response.url));
  wire.on("Network.loadingFinished", (e) => loads.push({ url: addresses.get(e.requestId) ?? "", bytes: e.encodedDataLength }));
  await page.goto(address, { waitUntil: "load" });
  await page.waitForLoadState("networkidle");
  await context.close();
  const island = (l) => /\/assets\/(map|chunks\/map|chunks\/maplibre)|\/(carte|map)\/.*\.(json|bin|geojson|pbf)|^blob:/.test(l.url);
  const counted = loads.filter((l) => !island(l) && l.url.startsWith("http"));
  return { requests: counted.length, bytes: counted.reduce((sum, l) => sum + l.bytes, 0), loads };
}
