// Starts the real binary on a free port, and stops it.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** The program under test: bin/maillage, or what MAILLAGE_BIN names. */
export const binary = process.env.MAILLAGE_BIN ?? path.join(root, "bin/maillage");

/**
 * Runs the program, waits for the address that it prints or logs, and returns it with what was written so far and a stop
 * function that gives the exit code.
 * @returns {Promise<{url: string, output: () => string, stop: () => Promise<number>}>}
 */
export async function start(args, { env = process.env, timeout = 120_000 } = {}) {
  const child = spawn(binary, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let written = "";
  const exited = new Promise((resolve) => child.once("exit", (code) => resolve(code ?? -1)));
  const stop = async () => {
    child.kill("SIGTERM");
    const grace = setTimeout(() => child.kill("SIGKILL"), 10_000);
    const code = await exited;
    clearTimeout(grace);
    return code;
  };
  const address = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`maillage ${args[0]} said no address in ${timeout} ms:\n${written}`)), timeout);
    const read = (chunk) => {
      written += chunk;
      const found = written.match(/\b127\.0\.0\.1:[1-9]\d*/);
      if (found) {
        clearTimeout(late);
        resolve(`http://${found[0]}`);
      }
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.once("error", reject);
    exited.then((code) => reject(new Error(`maillage ${args[0]} stopped with ${code}:\n${written}`)));
  });
  try {
    return { url: await address, output: () => written, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts `maillage demo` on an empty folder, erased at the end. */
export async function startDemo() {
  const data = await mkdtemp(path.join(tmpdir(), "maillage-e2e-"));
  const erase = () => rm(data, { recursive: true, force: true });
  try {
    const demo = await start(["demo", "--addr", "127.0.0.1:0", "--data", data]);
    return { ...demo, data, stop: () => demo.stop().finally(erase) };
  } catch (error) {
    await erase();
    throw error;
  }
}
