// Times the sandbox as a hand feels it, from the click to the new colours on the screen, and prints the rows of a table. The address of
// a demonstration is its argument. What was presented, and when, comes from the browser's own trace.
import { desktop, launch } from "./lib/browser.mjs";

const rounds = 3;
// Communes at the region's edge, in its towns and between them: what one click moves goes from a few communes to hundreds.
const clicked = ["77379", "91286", "95127", "78646", "77186", "94028"];

const browser = await launch();
const context = await browser.newContext({ viewport: desktop });
const page = await context.newPage();
const open = () => page.goto(`${process.argv[2]}/simulateur`, { waitUntil: "networkidle" });
await open();
const codes = await page.evaluate(async () => (await (await fetch(document.querySelector("[data-map]").dataset.src)).json()).codes);
const spots = await page.evaluate((places) => {
  const paths = document.querySelectorAll(".map:not(.over) .communes > path");
  return places.map((place) => {
    const box = paths[place].getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  });
}, clicked.map((code) => codes.indexOf(code)));

const cdp = await context.newCDPSession(page);
const events = [];
cdp.on("Tracing.dataCollected", ({ value }) => events.push(...value));
const traced = new Promise((resolve) => cdp.on("Tracing.tracingComplete", resolve));
await cdp.send("Tracing.start", { categories: "devtools.timeline,blink.user_timing", transferMode: "ReportEvents" });
const answers = [];
for (let round = 0; round < rounds; round++) {
  await open(); // the clicks of a round add up, and each moves communes that had not moved
  for (const spot of spots) answers.push(await click(spot));
}
await cdp.send("Tracing.end");
await traced;
await browser.close();

/** Clicks a commune, and tells how long the server's answer took once the page asked. Waits until the browser has nothing left to do. */
async function click(spot) {
  await page.mouse.move(spot.x, spot.y);
  await page.evaluate(() => {
    performance.clearResourceTimings();
    window.answered = new Promise((resolve) => {
      // The browser stamps a click when the hand lets go: what it waits before the page hears of it counts.
      addEventListener("click", (event) => performance.mark("clicked", { startTime: event.timeStamp }), { capture: true, once: true });
      new MutationObserver((_, observer) => {
        observer.disconnect();
        performance.mark("coloured");
        const [answer] = performance.getEntriesByType("resource").filter((entry) => entry.name.includes("/api/simulateur"));
        setTimeout(() => requestIdleCallback(() => resolve(answer.responseEnd - answer.startTime)), 200);
      }).observe(document.querySelector(".over .communes"), { subtree: true, attributes: true, childList: true });
    });
  });
  await page.mouse.click(spot.x, spot.y);
  return page.evaluate(() => window.answered);
}

/** The milliseconds from each click to the colours in the page, and to the frame that showed them. */
function times() {
  const marks = (name) => events.filter((e) => e.name === name && e.cat === "blink.user_timing").map((e) => e.ts);
  const starts = events.filter((e) => e.name === "AnimationFrame" && e.ph === "s");
  const shown = new Map(events.filter((e) => e.name === "AnimationFrame" && e.ph === "f").map((e) => [e.id, e.ts]));
  const clicks = marks("clicked").sort((a, b) => a - b);
  return marks("coloured").sort((a, b) => a - b).map((coloured, k) => {
    const frame = starts.filter((e) => e.ts <= coloured).sort((a, b) => b.ts - a.ts)[0];
    const later = starts.filter((e) => e.ts > coloured).sort((a, b) => a.ts - b.ts)[0];
    const presented = [shown.get(frame?.id), shown.get(later?.id)].find((ts) => ts > coloured);
    return { coloured: (coloured - clicks[k]) / 1000, presented: (presented - clicks[k]) / 1000 };
  });
}

const all = times();
const middle = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const row = (name, list, bar) => console.log(`| ${name} | ${middle(list).toFixed(1)} ms (best ${Math.min(...list).toFixed(1)}, worst ${Math.max(...list).toFixed(1)}) | ${bar} |`);
row("click → new colours on the screen, with the figures and the curve", all.map((t) => t.presented), "≤ 50 ms");
row("… → new colours in the page", all.map((t) => t.coloured), "");
row("… of which the question to the server and its answer", answers, "");
