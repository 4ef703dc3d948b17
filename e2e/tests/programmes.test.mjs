// The way of a health house, in a real browser: what can I get, feasibility dossier, correction, opinion, ranking, grant, signature,
// two payments, report; then the start-up aid, from which the study is deducted.
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { desktop, phone } from "../lib/browser.mjs";
import { axe, frame, keyboard, open, reflow } from "../lib/checks.mjs";
import { handedIn, office } from "../lib/office.mjs";

const here = office("programmes");
const { out, person, press, shot } = here;
const pdf = handedIn("piece.pdf");
const structure = "demo-msp-001";

/** Downloads the PDF behind a link of the page and checks that it is one. */
async function paper(page, address) {
  const answer = await page.request.get(here.demo.url + address);
  assert.equal(answer.status(), 200, address);
  assert.match((await answer.body()).subarray(0, 5).toString(), /%PDF-/);
  await writeFile(path.join(out, `${address.replaceAll("/", "-")}.pdf`), await answer.body());
}
const at = (page) => new URL(page.url()).pathname;

/** Opens a page that no link leads to, in the crawl, and checks what the crawl checks of the others. */
async function holds(page, address, name) {
  const before = page.viewportSize();
  await page.setViewportSize(desktop);
  const wrong = [...(await open(page, address)), ...(await frame(page)), ...(await axe(page)), ...(await keyboard(page)), ...(await reflow(page))];
  await page.setViewportSize(phone);
  await shot(page, name);
  await page.setViewportSize(before);
  assert.deepEqual(wrong, [], address);
}

/** The personal link that a letter to somebody holds. */
async function posted(page, to, start) {
  const folder = path.join(here.demo.data, "mail");
  for (let tries = 0; tries < 60; tries++) {
    await page.reload();
    const letters = await Promise.all((await readdir(folder).catch(() => [])).map((name) => readFile(path.join(folder, name), "utf8")));
    const found = letters.find((l) => l.includes(to))?.replaceAll("=\r\n", "").replaceAll("=\n", "").match(new RegExp(`${start}[A-Za-z0-9_-]+`));
    if (found) return found[0];
  }
  throw new Error(`no letter to ${to}`);
}

/** The call of a programme, found in the public list. */
async function openCall(page, name) {
  await page.goto(`${here.demo.url}/appels`);
  const open = page.locator("a.card-link", { hasText: "Ouvert jusqu" }).filter({ hasText: name }).first();
  await Promise.all([page.waitForEvent("load"), open.click()]);
}

/** Fills every part of the form of a dossier with something that holds, and goes back to its overview. */
async function fill(page, requested, cost) {
  const home = page.url();
  const parts = await page.locator("section[aria-labelledby=parts] ol a").evaluateAll((all) => all.map((a) => a.href));
  for (const part of parts) {
    await page.goto(part);
    const known = { title: "MSP des Tuileries", structure_name: "Équipe de Grigny", contact: "Camille Ferrand", email: "equipe@example.org", structure, commune: "91286", requested,
      "costs.0.label": "Étude", "costs.0.amount": cost, "team.0.profession": "Médecin", "team.0.count": "3" };
    for (const input of await page.locator("main form:not([enctype]) :is(input, textarea):not([type=hidden])").all()) {
      const name = await input.getAttribute("name");
      const type = await input.getAttribute("type");
      if (type === "radio") {
        if ((await input.getAttribute("value")) === "yes") await input.check();
      } else if (name in known) await input.fill(known[name]);
      else if (type === "date") await input.fill("2027-03-01");
      else if ((await input.getAttribute("inputmode")) === "numeric") {
        if (/months|surface|doctors/.test(name)) await input.fill("6");
      } else if (!name.includes(".") && !["phone", "iban", "siret"].includes(name) && type !== "file" && !(await input.inputValue())) await input.fill("Texte du dossier");
    }
    await page.locator("button[name=_next]").first().click();
    await page.waitForURL((url) => url.href !== part);
  }
  await page.goto(`${home}/formulaire/evidence`);
  for (let i = 0; i < (await page.locator("form[enctype] input[type=file]").count()); i++) {
    await page.locator("form[enctype] input[type=file]").nth(i).setInputFiles(pdf);
    await Promise.all([page.waitForEvent("load"), page.locator("form[enctype] button").nth(i).click()]);
  }
  await page.goto(home);
}

test("from the first question to the start-up aid", { timeout: 240_000 }, async () => {
  const gp = await person("demo-applicant", phone);
  await gp.goto(`${here.demo.url}/aides`);
  assert.match(await gp.locator("h1").textContent(), /obtenir/);
  await shot(gp, "1-aides");

  await openCall(gp, "étude de faisabilité");
  await gp.fill("#commune", "91286");
  await press(gp, "Commencer un dossier");
  const file = at(gp);
  await press(gp, "Déposer le dossier");
  assert.match(await gp.locator("[role=alert]").first().textContent(), /à corriger[\s\S]*Le porteur — Titre du projet\s: à remplir/, "an empty dossier was filed, or says not what it lacks");
  assert.deepEqual(await axe(gp), [], "the page of a dossier that is not complete");
  await shot(gp, "1b-incomplet");
  await gp.getByRole("link", { name: "Le porteur — Titre du projet" }).click();
  assert.equal(new URL(gp.url()).hash, "#title", "what is missing does not lead to its question");
  await gp.goto(here.demo.url + file);
  await fill(gp, "30 000", "42 000");
  await shot(gp, "2-dossier");
  await press(gp, "Déposer le dossier");
  assert.match(await gp.locator("main").textContent(), /91-\d{4}-\d{5}/, "no number after filing");

  const officer = await person("demo-officer-91");
  await officer.goto(here.demo.url + file);
  await officer.getByText("Demander des corrections").click();
  await officer.fill("#correct-all", "Précisez le calendrier de l’étude.");
  await press(officer, "Renvoyer au demandeur");
  await gp.goto(here.demo.url + file);
  assert.match(await gp.locator("main").textContent(), /Précisez le calendrier/);
  await gp.goto(`${here.demo.url}${file}/formulaire/project`);
  await gp.fill("#description", "Étude de mars à août, rendue en septembre.");
  await gp.locator("button[name=_next]").first().click();
  await gp.goto(here.demo.url + file);
  await gp.locator("textarea[name^='answer.']").fill("Le calendrier est dans la description.");
  assert.deepEqual(await axe(gp), [], "the page of corrections");
  await shot(gp, "2b-corrections");
  await press(gp, "Renvoyer le dossier complété");

  await officer.goto(here.demo.url + file);
  const back = await officer.locator("section[aria-labelledby=rounds]").textContent();
  assert.match(back, /Le calendrier est dans la description/, "the answer in words is not shown");
  assert.match(back, /Texte du dossier[\s\S]*Étude de mars à août/, "before and after are not shown");
  assert.deepEqual(await axe(officer), [], "the page of who processes");
  await shot(officer, "2c-retour");
  await press(officer, "Déclarer recevable");
  await officer.goto(here.demo.url + file);
  await officer.selectOption("#reviewer", { index: 1 });
  await press(officer, "Demander l’avis");

  const reviewer = await person("demo-reviewer");
  await reviewer.goto(`${here.demo.url}/avis`);
  await Promise.all([reviewer.waitForEvent("load"), reviewer.locator("tbody tr", { hasText: "Tuileries" }).locator("a").first().click()]);
  for (const score of await reviewer.locator("select[name^=score_]").all()) await score.selectOption("4");
  await reviewer.getByLabel("Avis favorable").check();
  await reviewer.fill("#text", "Besoin réel, équipe engagée.");
  await shot(reviewer, "3-avis");
  await press(reviewer, "Rendre l’avis");

  await officer.goto(here.demo.url + file);
  assert.match(await officer.locator("main").textContent(), /score 80 sur 100/);
  assert.equal(await officer.locator("#proposed").count(), 0, "concluded for a structure that nobody confirmed");
  await officer.getByLabel(/c’est bien elle/).check();
  await press(officer, "Confirmer");
  await officer.fill("#proposed", "28 000");
  await officer.fill("#conclusion", "Favorable, montant ramené au devis.");
  await press(officer, "Conclure");
  assert.match(await officer.locator("main").textContent(), /un collègue décide/);
  await shot(officer, "4-instruction");

  await officer.goto(`${here.demo.url}/comites`);
  const options = await officer.locator("#call option").allTextContents();
  await officer.selectOption("#call", { index: options.findIndex((o) => /étude de faisabilité/.test(o) && !/2019/.test(o)) });
  await officer.fill("#title", "Comité d’essai");
  await officer.fill("#held_on", "2026-12-15");
  await press(officer, "Convoquer");
  await shot(officer, "5-comite");
  await paper(officer, `${at(officer)}/pdf`);
  await paper(gp, `${file}/pdf`);

  const decider = await person("demo-officer-region");
  await decider.goto(officer.url());
  assert.match(await decider.locator("main").textContent(), /MSP des Tuileries/);
  await decider.goto(here.demo.url + file);
  await press(decider, /^Accorder/);
  await gp.goto(here.demo.url + file);
  assert.match(await gp.locator("main").textContent(), /Accordé le/);

  await officer.goto(here.demo.url + file);
  await Promise.all([officer.waitForEvent("load"), officer.getByRole("link", { name: "Établir la convention" }).click()]);
  await officer.fill("#iban", "FR76 3000 6000 0112 3456 7890 188");
  await press(officer, "Établir la convention");
  assert.match(await officer.locator("main").textContent(), /chiffres de contrôle/, "a wrong IBAN was taken");
  assert.equal(await officer.inputValue("#cents_0"), "16800", "what was typed was lost");
  await officer.fill("#iban", "FR76 3000 6000 0112 3456 7890 189");
  await press(officer, "Établir la convention");
  await officer.fill("#agency", "Directrice de la délégation");
  await officer.fill("#structure", "Gérante de la SISA");
  await officer.fill("#signed_on", new Date().toISOString().slice(0, 10));
  await officer.setInputFiles("#file", pdf);
  await press(officer, "Enregistrer");
  await press(officer, /^Engager/);
  const convention = at(officer);
  await paper(officer, `${convention}/pdf`);
  assert.match(await officer.locator("main").textContent(), /Un collègue ordonne ce paiement/, "the instructor may pay");
  const order = await officer.request.post(`${here.demo.url}${convention}/tranches/1`, { headers: { Origin: here.demo.url } });
  assert.match(await order.text(), /ne peut pas en ordonner le paiement/, "the instructor paid");

  const payer = await person("demo-officer-payer");
  const pay = async (rank, cents) => {
    await payer.goto(here.demo.url + convention);
    await press(payer, `Ordonner la tranche ${rank}`);
    await payer.goto(`${here.demo.url}/paiements`);
    const reference = await payer.locator("tbody th").filter({ hasText: new RegExp(`-${rank}$`) }).first().textContent();
    await payer.setInputFiles("#file", { name: "retour.csv", mimeType: "text/csv", buffer: Buffer.from(`reference,cents,paid_on\n${reference},${cents},${new Date().toISOString().slice(0, 10)}\n`) });
    await press(payer, "Importer");
    assert.match(await payer.locator("main").textContent(), /1 paiement enregistré/);
  };
  await pay(1, 1680000);
  await payer.goto(here.demo.url + convention);
  assert.match(await payer.locator("main").textContent(), /attend\s: Compte rendu final/, "the balance waits for no report");
  assert.equal(await payer.getByRole("button", { name: "Ordonner la tranche 2" }).count(), 0, "the balance can be paid without a report");

  await gp.goto(here.demo.url + file);
  await shot(gp, "6-suivi");
  await gp.locator("textarea[id^=report-]").fill("L’étude conclut à une ouverture en 2028.");
  await press(gp, "Déposer le compte rendu");
  await officer.goto(here.demo.url + convention);
  await press(officer, "Accepter");
  await pay(2, 1120000);
  await officer.goto(here.demo.url + convention);
  await press(officer, "Solder la convention");
  await shot(officer, "7-convention");
  await gp.goto(here.demo.url + file);
  assert.match(await gp.locator("h1 + .actions, .page-head").first().textContent(), /Soldé/);

  await openCall(gp, "aide au démarrage");
  await gp.fill("#commune", "91286");
  await press(gp, "Commencer un dossier");
  const second = gp.url();
  await fill(gp, "80 000", "140 000");
  await press(gp, "Déposer le dossier");
  assert.match(await gp.locator("main").textContent(), /28\s000\s€ déjà/, "the study was not deducted");
  await gp.goto(`${second}/formulaire/budget`);
  await gp.fill("#requested", "72 000");
  await gp.locator("button[name=_next]").first().click();
  await gp.goto(second);
  await press(gp, "Déposer le dossier");
  assert.match(await gp.locator("main").textContent(), /Déduit \(étude\)/);
  await shot(gp, "8-demarrage");
});

test("prepared by two, offline, refused, appealed", { timeout: 240_000 }, async () => {
  const context = await here.browser.newContext({ viewport: phone, locale: "fr-FR" });
  const author = await context.newPage();
  await openCall(author, "étude de faisabilité");
  await author.fill("#commune", "Grigny");
  await press(author, "Commencer un dossier");
  const home = author.url();
  await author.getByText("Inviter quelqu").click();
  await author.fill("#invite-name", "Mairie de Grigny");
  await author.fill("#invite-email", "mairie@example.org");
  await press(author, "Inviter");
  const link = await author.locator("code.key", { hasText: "/rejoindre/" }).textContent();
  await shot(author, "9-invitation");

  const town = await (await here.browser.newContext({ viewport: desktop, locale: "fr-FR" })).newPage();
  await holds(town, link.trim(), "12-rejoindre");
  await press(town, "Ouvrir le dossier");
  await town.goto(`${home}/formulaire/project`);
  await town.fill("#description", "Écrit par la mairie.");
  await town.locator("#saved", { hasText: "Enregistré à" }).waitFor();

  await author.goto(`${home}/formulaire/project`);
  assert.match(await author.inputValue("#diagnosis"), /Grigny/, "our own data did not fill the diagnosis");
  await context.setOffline(true);
  await author.fill("#provider", "Bureau tapé hors ligne");
  await author.locator("#saved", { hasText: "Hors ligne" }).waitFor();
  await author.locator("button[name=_next]").first().click();
  assert.equal(author.url(), `${home}/formulaire/project`, "a button left the page while offline");
  await context.setOffline(false);
  await author.waitForFunction(() => !Object.keys(localStorage).some((k) => k.startsWith("maillage-draft")));
  await author.goto(`${home}/formulaire/project`);
  assert.equal(await author.inputValue("#provider"), "Bureau tapé hors ligne");
  assert.equal(await author.inputValue("#description"), "Écrit par la mairie.", "one of the two lost what they typed");

  await author.goto(home);
  await fill(author, "30 000", "42 000");
  await press(author, "Déposer le dossier");
  const file = at(author);
  const officer = await person("demo-officer-91");
  await officer.goto(here.demo.url + file);
  await press(officer, "Déclarer recevable");
  await officer.goto(here.demo.url + file);
  await officer.getByText("Ou quelqu’un qui n’a pas de compte").click();
  await officer.fill("#outside_name", "Experte extérieure");
  await officer.fill("#outside_email", "exterieure@example.org");
  await press(officer, "Demander l’avis");
  const outside = await (await here.browser.newContext({ viewport: desktop, locale: "fr-FR" })).newPage();
  await holds(outside, here.demo.url + (await posted(officer, "exterieure@example.org", "/avis/lien/")), "13-avis-lien");

  const decider = await person("demo-officer-region");
  await openCall(decider, "étude de faisabilité");
  await holds(decider, `${here.demo.url}${at(decider)}/essai`, "14-essai");
  await decider.goto(here.demo.url + file);
  await decider.fill("#decision-reason", "L’équipe n’est pas encore réunie.");
  await press(decider, "Refuser");

  await author.goto(home);
  await shot(author, "10-refus");
  await paper(author, await author.locator("a[href*='/lettres/']").first().getAttribute("href"));
  await author.getByLabel(/rang supérieur/).check();
  await author.fill("#appeal-text", "L’équipe est réunie depuis lundi.");
  await press(author, "Déposer le recours");
  await decider.goto(here.demo.url + file);
  await decider.locator("textarea[id^=appeal-answer]").fill("Je me relis.");
  await press(decider, "Accueillir");
  assert.match(await decider.locator("main").textContent(), /autre personne/, "who decided answered a hierarchical appeal");
  await officer.goto(`${here.demo.url}/instruction`);
  assert.match(await officer.locator("main").textContent(), /recours attend/);
  await officer.goto(here.demo.url + file);
  await officer.locator("textarea[id^=appeal-answer]").fill("Pièces nouvelles.");
  await press(officer, "Accueillir");
  await author.goto(home);
  assert.match(await author.locator("main").textContent(), /Recours accueilli/);
  await shot(author, "11-recours");
});
