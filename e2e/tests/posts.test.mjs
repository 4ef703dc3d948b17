// The way of a shared post, in a real browser: filed by two establishments, granted, agreed, held, and its succession alert fires.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { phone } from "../lib/browser.mjs";
import { handedIn, office } from "../lib/office.mjs";

const here = office("posts");
const { person, press, shot } = here;
const pdf = handedIn("convention.pdf");
const today = new Date().toISOString().slice(0, 10);
/** The last 1 November: such posts begin on that day, and the alert 24 months before the end of the 24 is then due. */
const start = `${Number(today.slice(0, 4)) - (today.slice(5) < "11-01" ? 1 : 0)}-11-01`;

const at = (page) => new URL(page.url()).pathname;
const main = (page) => page.locator("main").textContent();

/** What the application says; everything else is filled with some words. */
const answers = {
  title: "Assistant partagé de gériatrie", structure_name: "Centre hospitalier de démonstration", contact: "Camille Ferrand", email: "porteuse@example.org", structure: "demo-cpts-grigny", commune: "91286",
  requested: "48 000", "costs.0.label": "Traitement", "costs.0.amount": "80 000", "team.0.profession": "Gériatre", "team.0.count": "2", starts_on: start,
  "partners.0.name": "Centre hospitalier de démonstration", "partners.0.time": "50", "partners.0.funding": "20",
  "partners.1.name": "Hôpital de jour de Grigny", "partners.1.time": "49", "partners.1.funding": "20",
  "partners.2.name": "Agence régionale de santé", "partners.2.time": "0", "partners.2.funding": "60",
  "sites.0.place": "Centre hospitalier de démonstration, Grigny", "sites.0.commune": "91286",
};

/** Fills one part of an application and saves it. */
async function part(page, address) {
  await page.goto(address);
  for (let row = 1; row < 3 && (await page.locator("[name='partners.0.name']").count()) > 0 && (await page.locator(`[name='partners.${row}.name']`).count()) === 0; row++) await press(page, /Ajouter/);
  for (const input of await page.locator("main form:not([enctype]) :is(input, textarea):not([type=hidden])").all()) {
    const name = await input.getAttribute("name");
    const type = await input.getAttribute("type");
    if (!name || type === "file") continue;
    if (type === "radio") {
      if ((await input.getAttribute("value")) === "yes") await input.check();
    } else if (name in answers) await input.fill(answers[name]);
    else if (type === "date") await input.fill("2027-03-01");
    else if ((await input.getAttribute("inputmode")) === "numeric" || name.includes(".") || ["phone", "iban", "siret", "doctor_rpps"].includes(name)) continue;
    else if (!(await input.inputValue())) await input.fill("Texte du dossier");
  }
  await page.locator("button[name=_next]").first().click();
  await page.waitForURL((url) => url.href !== address);
}

test("a shared post, from two establishments to its succession", { timeout: 300_000 }, async () => {
  const applicant = await person("demo-applicant", phone);
  await applicant.goto(`${here.demo.url}/appels`);
  await Promise.all([applicant.waitForEvent("load"), applicant.locator("a.card-link", { hasText: "Ouvert jusqu" }).filter({ hasText: "Assistants spécialistes" }).first().click()]);
  await applicant.fill("#commune", "91286");
  await press(applicant, "Commencer un dossier");
  const file = at(applicant);
  const parts = await applicant.locator("section[aria-labelledby=parts] ol a").evaluateAll((all) => all.map((a) => a.href));
  for (const address of parts) await part(applicant, address);
  await applicant.goto(`${here.demo.url}${file}/formulaire/evidence`);
  assert.match(await main(applicant), /À vérifier/, "the evidence does not say that no source fixes it");
  for (let i = 0; i < (await applicant.locator("form[enctype] input[type=file]").count()); i++) {
    await applicant.locator("form[enctype] input[type=file]").nth(i).setInputFiles(pdf);
    await Promise.all([applicant.waitForEvent("load"), applicant.locator("form[enctype] button").nth(i).click()]);
  }
  await applicant.goto(here.demo.url + file);
  await press(applicant, "Déposer le dossier");
  assert.match(await main(applicant), /doivent totaliser 100/, "shares that sum to 99 % were filed");
  answers["partners.1.time"] = "50";
  await part(applicant, parts.find((a) => a.endsWith("/post")));
  await applicant.goto(here.demo.url + file);
  await press(applicant, "Déposer le dossier");
  assert.match(await main(applicant), /91-\d{4}-\d{5}/, "no number after filing");

  const officer = await person("demo-officer-91");
  await officer.goto(here.demo.url + file);
  await press(officer, "Déclarer recevable");
  await officer.goto(here.demo.url + file);
  await officer.fill("#proposed", "48 000");
  await officer.fill("#conclusion", "Besoin réel des deux établissements.");
  await press(officer, "Conclure");
  const decider = await person("demo-officer-region");
  await decider.goto(here.demo.url + file);
  await press(decider, /^Accorder/);

  await officer.goto(here.demo.url + file);
  await Promise.all([officer.waitForEvent("load"), officer.getByRole("link", { name: "Créer le poste" }).click()]);
  assert.equal(await officer.inputValue("#name_1"), "Hôpital de jour de Grigny", "the partners were not taken from the application");
  await officer.fill("#alert_months", "24");
  await officer.fill("#cost", "80 000");
  for (const [i, siren] of ["999001209", "999001209", "999001225"].entries()) await officer.fill(`#siren_${i}`, siren);
  await officer.fill("#structure_1", "demo-commune-grigny");
  await officer.fill("#time_1", "49");
  await press(officer, "Enregistrer");
  assert.match(await main(officer), /juridiquement distincts/, "one partner was taken twice");
  assert.equal(await officer.inputValue("#time_1"), "49", "what was typed was lost");
  await officer.fill("#siren_1", "999001217");
  await press(officer, "Enregistrer");
  const post = at(officer);
  assert.match(await main(officer), /99\s%/);
  assert.match(await main(officer), /Reprendre la décision de l’appel\s: Les parts ne font pas 100\s%/, "a post of 99 % can be selected");
  await Promise.all([officer.waitForEvent("load"), officer.getByRole("link", { name: "Modifier" }).click()]);
  await officer.fill("#time_1", "50");
  await press(officer, "Enregistrer");
  await press(officer, "Reprendre la décision de l’appel");
  await shot(officer, "1-retenu");

  await officer.getByText("Nommer le titulaire").click();
  await officer.fill("#name", "Docteure Essai");
  await officer.fill("#rpps", "12345");
  await officer.fill("#from", start);
  await press(officer, "Enregistrer");
  assert.match(await main(officer), /11 chiffres/, "a wrong RPPS was taken");
  assert.equal(await officer.inputValue("#name"), "Docteure Essai", "what was typed was lost");
  await officer.fill("#rpps", "99940000015");
  await press(officer, "Enregistrer");
  await press(officer, "Ouvrir le poste");
  assert.match(await main(officer), /n’est pas signée/, "the post started before its agreement");

  await officer.goto(here.demo.url + file);
  await Promise.all([officer.waitForEvent("load"), officer.getByRole("link", { name: "Établir la convention" }).click()]);
  await officer.fill("#iban", "FR76 3000 6000 0112 3456 7890 189");
  await press(officer, "Établir la convention");
  await officer.fill("#agency", "Directrice de la délégation");
  await officer.fill("#structure", "Directeur du centre hospitalier");
  await officer.fill("#signed_on", today);
  await officer.setInputFiles("#file", pdf);
  await press(officer, "Enregistrer");

  await officer.goto(here.demo.url + post);
  await press(officer, "Ouvrir le poste");
  assert.match(await main(officer), /Pourvu/);
  // The alert is due at once: it is a job, so the page tells when it has run.
  for (let tries = 0; tries < 600 && !/Alerte de succession\s: «/.test(await main(officer)); tries++) await officer.reload();
  assert.match(await main(officer), /Alerte de succession\s: «/, "the succession alert did not fire");
  assert.match(await main(officer), /La suite de ce poste est à préparer/);
  await shot(officer, "2-alerte");

  for (const id of ["demo-officer-91", "demo-officer-region"]) {
    const page = await person(id);
    await page.goto(here.demo.url);
    await page.locator(`main a[href='${post}']`).first().waitFor();
  }
  const sent = async () => {
    const folder = path.join(here.demo.data, "mail");
    const letters = await Promise.all((await readdir(folder)).map((name) => readFile(path.join(folder, name), "utf8")));
    return ["porteuse@example.org", "officier.91@example.org", "officier.regional@example.org"].filter((to) => !letters.some((l) => l.includes(to) && l.includes(post)));
  };
  let missing = await sent();
  for (let tries = 0; tries < 60 && missing.length > 0; tries++) {
    await officer.reload();
    missing = await sent();
  }
  assert.deepEqual(missing, [], "some were not told");

  const partner = await person("demo-partner", phone);
  await partner.goto(`${here.demo.url}/postes`);
  await Promise.all([partner.waitForEvent("load"), partner.getByRole("link", { name: "Assistant partagé de gériatrie" }).first().click()]);
  assert.match(await main(partner), /Docteure Essai/);
  assert.equal(await partner.getByRole("button", { name: "Terminer" }).count(), 0, "a partner may end the post");
  await shot(partner, "3-partenaire");
  await applicant.goto(here.demo.url + file);
  assert.match(await main(applicant), /Le poste partagé/);
  await shot(applicant, "4-dossier");
});
