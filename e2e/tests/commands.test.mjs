// What the program says when it cannot do what it is asked: one clear line, and an exit code that is not zero.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { binary, startDemo } from "../lib/demo.mjs";

/** Runs the program to its end and returns its exit code and what it wrote. */
function maillage(...args) {
  return new Promise((resolve) => {
    execFile(binary, args, { timeout: 60_000 }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
  });
}

function isOneLine(text) {
  assert.match(text, /^[^\n]+\n$/, `not one line: ${JSON.stringify(text)}`);
}

test("a port in use is said in one line", async () => {
  const taken = createServer();
  await new Promise((ready) => taken.listen(0, "127.0.0.1", ready));
  const address = `127.0.0.1:${taken.address().port}`;
  const folder = await mkdtemp(path.join(tmpdir(), "maillage-e2e-"));
  const said = await maillage("demo", "--addr", address, "--data", folder);
  taken.close();
  await rm(folder, { recursive: true });
  assert.notEqual(said.code, 0);
  isOneLine(said.stderr);
  assert.ok(said.stderr.includes(address), said.stderr);
});

test("a folder that cannot be written is said in one line", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "maillage-e2e-"));
  const file = path.join(folder, "a-file");
  await writeFile(file, "");
  const said = await maillage("demo", "--addr", "127.0.0.1:0", "--data", path.join(file, "below"));
  await rm(folder, { recursive: true });
  assert.notEqual(said.code, 0);
  isOneLine(said.stderr);
  assert.ok(said.stderr.includes(file), said.stderr);
});

test("two demonstrations run side by side, each on its folder", async () => {
  const [one, two] = await Promise.all([startDemo(), startDemo()]);
  const answers = await Promise.all([one, two].map((d) => fetch(`${d.url}/readyz`)));
  await Promise.all([one.stop(), two.stop()]);
  assert.deepEqual(answers.map((a) => a.status), [200, 200]);
});
