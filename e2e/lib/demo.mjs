// Starts the real binary on an empty folder and a free port, and stops it.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** The program under test: bin/maillage, or what MAILLAGE_BIN names. */
export const binary = process.env.MAILLAGE_BIN ?? path.join(root, "bin/maillage");

/**
 * Starts `maillage demo`, waits for the address that it prints, and returns it with what was printed and a stop function.
 * @returns {Promise<{url: string, data: string, output: () => string, stop: () => Promise<void>}>}
 */
export async function startDemo({ timeout = 120_000 } = {}) {
  const data = await mkdtemp(path.join(tmpdir(), "maillage-e2e-"));
  const child = spawn(binary, ["demo", "--addr", "127.0.0.1:0", "--data", data], { stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    const grace = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await exited;
    clearTimeout(grace);
    await rm(data, { recursive: true, force: true });
  };
  const url = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`maillage demo printed no address in ${timeout} ms:\n${printed}`)), timeout);
    const read = (chunk) => {
      printed += chunk;
      const found = printed.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (found) {
        clearTimeout(late);
        resolve(found[0]);
      }
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.once("error", reject);
    exited.then((code) => reject(new Error(`maillage demo stopped with ${code}:\n${printed}`)));
  }).catch(async (error) => {
    await stop();
    throw error;
  });
  return { url, data, output: () => printed, stop };
}
