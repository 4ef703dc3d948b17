// Lighthouse on the public pages of a running demonstration, as a phone and as a desktop: the median of five runs each, as rows of a table.
//   npm --prefix e2e install --no-save lighthouse@12 chrome-launcher && node e2e/lighthouse.mjs ADDRESS [RUNS [PAGE…]]
// Not among the dependencies of the project: it is heavy, and its figures need a quiet machine.
import { launch as launchChrome } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";

const pages = ["/", "/carte", "/communes", "/communes/91286", "/indicateurs", "/simulateur", "/placement", "/bilan", "/structures", "/aides", "/appels", "/postes/calculateur", "/consultations", "/initiatives", "/donnees"];
const [address, runs = "5", ...only] = process.argv.slice(2);
const chrome = await launchChrome({ chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium", chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
const middle = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
console.log("| page | phone: performance | accessibility | desktop: performance | accessibility |\n|---|---|---|---|---|");
for (const page of only.length ? only : pages) {
  const cells = [];
  for (const config of [undefined, desktopConfig]) {
    const scores = [];
    for (let run = 0; run < Number(runs); run++) {
      const { lhr } = await lighthouse(address + page, { port: chrome.port, onlyCategories: ["performance", "accessibility"], logLevel: "error" }, config);
      scores.push(lhr.categories);
    }
    for (const category of ["performance", "accessibility"]) cells.push(Math.round(100 * middle(scores.map((s) => s[category].score))));
  }
  console.log(`| \`${page}\` | ${cells.join(" | ")} |`);
}
chrome.kill();
