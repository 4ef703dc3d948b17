// Runs the browser tests against the real binary: starts one demonstration, runs tests/*.test.mjs, prints counts.
//   node e2e/run.mjs [name of a test file…]
import { appendFile, readdir } from "node:fs/promises";
import path from "node:path";
import { run } from "node:test";
import { fileURLToPath } from "node:url";
import { readAccounts } from "./lib/accounts.mjs";
import { startDemo } from "./lib/demo.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);
const files = (await readdir(path.join(here, "tests")))
  .filter((f) => f.endsWith(".test.mjs") && (wanted.length === 0 || wanted.some((w) => f.startsWith(w))))
  .map((f) => path.join(here, "tests", f));

const demo = process.env.MAILLAGE_URL ? null : await startDemo();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => (demo?.stop() ?? Promise.resolve()).then(() => process.exit(130)));
process.env.MAILLAGE_URL ??= demo.url;
process.env.MAILLAGE_ACCOUNTS = JSON.stringify(await readAccounts(process.env.MAILLAGE_URL));

let [passed, failed, skipped] = [0, 0, 0];
await new Promise((resolve) => {
  run({ files, concurrency: 1, timeout: 30 * 60_000 })
    .on("test:pass", (e) => {
      if (e.details.type === "suite") return;
      if (e.skip) skipped++;
      else passed++;
      console.log(`${"  ".repeat(e.nesting)}ok   ${e.name} (${(e.details.duration_ms / 1000).toFixed(1)} s)`);
    })
    .on("test:fail", (e) => {
      if (e.details.type === "suite") return;
      failed++;
      console.log(`${"  ".repeat(e.nesting)}FAIL ${e.name}\n${e.details.error?.cause?.message ?? e.details.error}`);
    })
    .on("test:diagnostic", (e) => e.nesting > 0 && console.log(`     ${e.message}`))
    .on("test:stderr", (e) => process.stderr.write(e.message))
    .once("end", resolve)
    .resume();
});
await demo?.stop();

console.log(`browser: ${passed} passed, ${failed} failed, ${skipped} skipped`);
if (process.env.MAILLAGE_COUNTS) await appendFile(process.env.MAILLAGE_COUNTS, `${passed} ${failed} ${skipped}\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
