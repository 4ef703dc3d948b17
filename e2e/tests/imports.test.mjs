// Official files of a real region, imported by an administrator through the pages; a broken copy of each is refused at its line.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { readAccounts, signIn } from "../lib/accounts.mjs";
import { desktop, launch } from "../lib/browser.mjs";
import { axe, reflow } from "../lib/checks.mjs";
import { startDemo } from "../lib/demo.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const shared = path.join(root, "../shared/data");
const skip = existsSync(shared) ? false : "../shared/data is not there";

/** Replaces what stands in a column (from 0) of a line (from 1) of a CSV text. */
const cell = (line, column, value) => (text) => {
  const lines = text.split("\n");
  const fields = lines[line - 1].split(",");
  fields[column] = value;
  lines[line - 1] = fields.join(",");
  return lines.join("\n");
};
const cut = (text) => text.slice(0, Math.floor(text.length / 2));

// kind, file, how a copy is broken, and what its refusal must name.
const files = [
  { kind: "contours", file: "communes/communes-ile-de-france-2018.geojson", broken: cut, says: /tronqué|incomplet|fin du fichier|ligne|octet/i },
  { kind: "contours", file: "communes/paris-arrondissements.geojson", complete: true, broken: (t) => t.replace(/"c_arinsee":\s*\d+/, '"c_arinsee":99999'), says: /99999/ },
  { kind: "zones", file: "zones/zonage_mg_idf.csv", decree: "Arrêté de zonage", broken: cell(12, 3, "ZIPP"), line: "12", says: /ZIPP/ },
  { kind: "population_age", file: "communes/population_age_sexe_2021_idf.csv", broken: cell(7, 4, "-3"), line: "7", says: /-3/ },
  { kind: "population_standardised", file: "communes/population_standardisee_2016_idf.csv", broken: cell(9, 1, "beaucoup"), line: "9", says: /beaucoup/ },
  { kind: "income", file: "communes/filosofi_2015_communes_idf.csv", broken: cell(5, 4, "n.d.x"), line: "5", says: /n\.d\.x/ },
  { kind: "qpv", file: "zones/qpv_2024_liste_idf.csv", broken: cell(4, 0, "QN0"), line: "4", says: /QN0/ },
  { kind: "qpv_shapes", file: "zones/qpv_2024_points_idf.geojson", broken: cut, says: /tronqué|incomplet|fin du fichier|ligne|octet/i },
  { kind: "gp_supply", file: "supply/ps_sirene_par_commune_idf.csv", broken: cell(3, 7, "1O"), line: "3", says: /1O/ },
];

describe("official files", { skip }, () => {
  let browser, context, page, demo;
  const errors = [];
  before(async () => {
    [browser, demo] = await Promise.all([launch(), startDemo()]);
    context = await browser.newContext({ locale: "fr-FR", viewport: desktop });
    await signIn(context, demo.url, (await readAccounts(demo.url)).find((a) => a.role === "admin"));
    page = await context.newPage();
    page.on("pageerror", (e) => errors.push(e.message));
    await mkdir(path.join(root, "e2e/out"), { recursive: true });
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  /** Sends a file through the form, and waits for its report. */
  async function send({ kind, complete, decree }, name, buffer) {
    await page.goto(`${demo.url}/administration/donnees/import?kind=${kind}`);
    if (complete) await page.check("[name=complete]");
    if (decree) await page.fill("[name=decree]", decree);
    await page.setInputFiles("[name=file]", { name, mimeType: { ".csv": "text/csv", ".txt": "text/plain", ".json": "application/json" }[path.extname(name)] ?? "application/geo+json", buffer });
    await page.click("main button.main");
    await page.waitForURL(/\/fichiers\//);
    await page.waitForFunction(() => document.querySelector("#upload") && !document.querySelector("#upload progress"), undefined, { timeout: 120_000 });
    return page.innerText("#upload");
  }

  const picture = (name) => page.screenshot({ path: path.join(root, `e2e/out/${name}.png`) });

  async function mapShot(name) {
    await page.goto(`${demo.url}/region`, { waitUntil: "networkidle" });
    await picture(name);
    return page.innerText("main");
  }

  test("change the map, each in its own way; broken copies change nothing", async (t) => {
    const beforeText = await mapShot("import-before");
    const shapes = () => page.$$eval(".communes > path", (all) => all.reduce((sum, p) => sum + p.getAttribute("d").length, 0));
    const cells = await shapes();
    assert.match(beforeText, /approximatif/);
    for (const f of files) {
      const name = path.basename(f.file);
      await t.test(`${f.kind}: ${name}`, async () => {
        const text = await readFile(path.join(shared, f.file), "utf8");
        const broken = f.broken(text);
        assert.notEqual(broken, text, "the copy is not broken");
        const refusal = await send(f, name, Buffer.from(broken));
        assert.match(refusal, /Le fichier est refusé/, "a broken copy is refused");
        assert.match(refusal, f.says, "the refusal names what is wrong");
        if (f.line) assert.ok((await page.$$eval("#rejected ~ div td:first-child, section[aria-labelledby=rejected] td:first-child", (all) => all.map((td) => td.innerText))).includes(f.line), refusal);
        assert.equal(await page.locator("text=Importer cette version").count(), 0, "a refused file offers no import");
        const report = await send(f, name, Buffer.from(text));
        assert.doesNotMatch(report, /Le fichier est refusé/, report);
        await picture(`import-${f.kind}`);
        await Promise.all([page.waitForURL(/\/versions\//, { timeout: 120_000 }), page.click("text=Importer cette version")]);
      });
    }
    const afterText = await mapShot("import-after");
    assert.doesNotMatch(afterText, /contours approximatifs/);
    assert.ok((await shapes()) > cells, "contours are finer than cells");
    await page.goto(`${demo.url}/communes/77379`, { waitUntil: "networkidle" });
    const provins = await page.innerText("main");
    assert.match(provins, /Arrêté de zonage/);
    assert.doesNotMatch(provins, /démonstration \(inventée\)/);
    await picture("import-provins");
    assert.deepEqual(errors, []);
  });

  // A geographic code, the register's file, a table of one's own, travel times: made here, for no real copy may be kept.
  const doctor = (id, commune) => `8|${id}|8${id}|DR|Exemple|Fictif|10|SM54||L||R${id}|${commune}||`;
  const register = [
    "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Code civilité d'exercice|Nom d'exercice|Prénom d'exercice|Code profession|Code savoir-faire|" +
      "Libellé savoir-faire|Code mode exercice|Libellé mode exercice|Identifiant technique de la structure|Code commune (coord. structure)|Libellé commune (coord. structure)|",
    ...["91286", "91286", "91228", "77379"].map((commune, k) => doctor(10000000001 + k, commune)),
  ].join("\n");
  const grignyAs = (population) => JSON.stringify([{ code: "91286", nom: "Grigny", type: "commune-actuelle", departement: "91", region: "11", population, codesPostaux: ["91350"] }], null, 1);
  const own = [
    { kind: "communes", name: "communes.json", complete: true, text: grignyAs(31234), broken: grignyAs(-5), line: "2", says: /-5/, shows: /31.234 habitants/ },
    { kind: "gp_supply", name: "PS_LibreAcces_Personne_activite.txt", text: register, broken: register.slice(0, -40), line: "5", says: /tronqué/, shows: /2,0 ETP/ },
    { kind: "gp_supply", name: "medecins.csv", text: "code_insee,fte\r\n91286,37.5\r\n91228,12\r\n", broken: "code_insee,fte\r\n91286,douze\r\n91228,12\r\n", line: "2", says: /douze/, shows: /37,5 ETP/ },
    { kind: "travel_times", name: "trajets.csv", text: "origin,dest,minutes\n91286,91228,7.5\n91228,91286,8\n", broken: "origin,dest,minutes\n91286,91228,7.5\n91228,91286,huit\n", line: "3", says: /huit/ },
  ];

  test("a geographic code, a register, a table and a matrix are imported, read again and rolled back by hand", async (t) => {
    const grigny = async () => {
      await page.goto(`${demo.url}/communes/91286`, { waitUntil: "networkidle" });
      return page.innerText("main");
    };
    for (const f of own) {
      await t.test(`${f.kind}: ${f.name}`, async () => {
        const until = await grigny();
        const refusal = await send(f, f.name, Buffer.from(f.broken));
        assert.match(refusal, /Le fichier est refusé/, "a broken copy is refused");
        assert.match(refusal, f.says);
        assert.ok((await page.$$eval("section[aria-labelledby=rejected] td:first-child, #rejected ~ div td:first-child", (all) => all.map((td) => td.innerText))).includes(f.line), refusal);
        assert.equal(await grigny(), until, "a refused file changes nothing");
        const report = await send(f, f.name, Buffer.from(f.text));
        assert.doesNotMatch(report, /Le fichier est refusé/, report);
        await Promise.all([page.waitForURL(/\/versions\//, { timeout: 120_000 }), page.click("text=Importer cette version")]);
        const version = page.url();
        const changed = await grigny();
        assert.notEqual(changed, until, "an import changes the commune");
        if (f.shows) assert.match(changed, f.shows);
        await page.goto(version);
        await page.fill("[name=reason]", "Essai");
        await Promise.all([page.waitForNavigation(), page.click("main button.danger")]);
        assert.equal(await grigny(), until, "rolled back, the commune is what it was");
        await page.goto(`${demo.url}/administration/donnees`);
        await Promise.all([page.waitForEvent("load"), page.click(`a[href="${new URL(version).pathname}"]`)]);
        assert.match(await page.innerText("main"), /annulée/i, "a version that was rolled back stays readable, and says so");
        assert.match(await page.innerText("main"), /Rapport de l’import/);
      });
    }
    assert.deepEqual(errors, []);
  });

  test("a routing server is asked, stops, is asked again, and its times are imported", async () => {
    let open = false;
    const router = createServer((request, response) => {
      response.statusCode = open ? 200 : 403;
      const places = request.url.split("?")[0].split(";").length - 1;
      response.end(open ? JSON.stringify({ code: "Ok", durations: [Array(places).fill(450)] }) : "closed");
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => router.once("listening", resolve));
    try {
      await page.goto(`${demo.url}/administration/donnees`);
      await page.click("text=Demander les temps de trajet");
      await page.fill("[name=server]", `http://127.0.0.1:${router.address().port}`);
      await page.selectOption("[name=region]", "01");
      await page.click("summary:has-text('Réglages du serveur')");
      await page.fill("[name=pause]", "0");
      assert.ok(await page.isChecked("[name=complete]"), "the times of other regions are kept unless somebody says otherwise");
      assert.deepEqual(await axe(page), []);
      await picture("import-routing");
      await page.click("main button.main");
      await page.waitForURL(/\/trajets\//);
      await page.click("text=Reprendre la collecte >> visible=true", { trial: true, timeout: 30_000 });
      assert.match(await page.innerText("main"), /403 Forbidden/);
      assert.deepEqual([...(await axe(page)), ...(await reflow(page))], []);
      await picture("import-routing-stopped");
      open = true;
      await page.click("text=Reprendre la collecte");
      await page.waitForURL(/\/fichiers\//, { timeout: 60_000 }); // the progress leads there by itself
      await page.click("text=Importer cette version", { timeout: 60_000 });
      await page.waitForURL(/\/versions\//, { timeout: 60_000 });
      assert.match(await page.innerText("main"), /127\.0\.0\.1/, "the version says where it came from");
    } finally {
      router.close();
    }
    assert.deepEqual(errors, []);
  });
});
