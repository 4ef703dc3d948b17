// The real thing, `maillage serve`, on each database: it starts on nothing, answers, says that all is well, and stops when told.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { binary, start } from "../lib/demo.mjs";

const run = promisify(execFile);
const cluster = process.env.MAILLAGE_TEST_POSTGRES;

/** A new database of the test cluster; drop removes it. */
async function postgres() {
  const versions = (await readdir("/usr/lib/postgresql")).sort((a, b) => b - a);
  const sql = (text) => run(`/usr/lib/postgresql/${versions[0]}/bin/psql`, [cluster, "-qc", text]);
  const name = `e2e_${randomBytes(6).toString("hex")}`;
  await sql(`CREATE DATABASE ${name}`);
  const url = new URL(cluster);
  url.pathname = name;
  return { db: url.href, drop: () => sql(`DROP DATABASE ${name} WITH (FORCE)`) };
}

const databases = {
  SQLite: async (data) => ({ db: path.join(data, "maillage.db"), drop: async () => {} }),
  PostgreSQL: postgres,
};

for (const [kind, open] of Object.entries(databases)) {
  describe(`serve on ${kind}`, { skip: kind === "PostgreSQL" && !cluster && "MAILLAGE_TEST_POSTGRES names no cluster" }, () => {
    test("starts on nothing, is well, restarts on what it has", async () => {
      const data = await mkdtemp(path.join(tmpdir(), "maillage-e2e-"));
      const { db, drop } = await open(data);
      const env = { ...process.env, MAILLAGE_DB: db, MAILLAGE_DATA: data, MAILLAGE_ADDR: "127.0.0.1:0" };
      try {
        for (const time of ["first", "second"]) {
          const server = await start(["serve"], { env });
          const statuses = {};
          for (const page of ["/", "/livez", "/readyz", "/metrics"]) statuses[page] = (await fetch(server.url + page)).status;
          const code = await server.stop();
          assert.deepEqual(statuses, { "/": 200, "/livez": 200, "/readyz": 200, "/metrics": 200 }, `${time} start:\n${server.output()}`);
          assert.equal(code, 0, `${time} stop:\n${server.output()}`);
        }
        const { stdout } = await run(binary, ["doctor"], { env });
        assert.doesNotMatch(stdout, /WRONG/);
      } finally {
        await drop();
        await rm(data, { recursive: true, force: true });
      }
    });
  });
}
