// Sends what waits: at opening, when the network is back, and again and again in between. Each step may be repeated without harm; a
// request leaves the phone only once the server has named the hash of every photograph that it holds.
import { context, drafts, dropDraft, dropOld, photo, saveContext, saveDraft } from "./store";
import { Locked } from "./lock";
import { photoStep, requestOf, type AskedFor, type Before, type Context, type Draft, type Shot, type Status, type Text } from "./types";

const api = "/telexpertise/api/";
const pauses = [5, 15, 60, 300]; // seconds between two attempts

export type Outcome = "done" | "offline" | "signin" | "locked";

/** A request that was received, as the pages tell it. */
export interface Receipt { id: string; ref: string; at: string; warning: Text | null; complement: boolean }

class Refused extends Error {
  shot = ""; // the photograph that is refused, when it is one
  constructor(readonly text: Text) {
    super(text.fr);
  }
}
class SignedOut extends Error {}
class Unreachable extends Error {}

interface Fault { message?: Text; fields?: Record<string, Text> }

async function call(method: string, path: string, body: BodyInit | null, headers: Record<string, string> = {}, gap = false): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetch(api + path, { method, body, headers: { Accept: "application/json", ...headers }, cache: "no-store" });
  } catch {
    throw new Unreachable();
  }
  if (answer.status === 401 || (answer.status === 403 && path === "contexte")) throw new SignedOut();
  if (answer.status === 429 || answer.status >= 500) throw new Unreachable();
  const said = (await answer.json().catch(() => ({}))) as Fault;
  if (answer.ok || (gap && answer.status === 409 && "received" in said)) return said;
  const fields = Object.values(said.fields ?? {});
  const text = said.message ?? { fr: `Refusé (${answer.status}).`, en: `Refused (${answer.status}).` };
  throw new Refused({ fr: [text.fr, ...fields.map((f) => f.fr)].join(" "), en: [text.en, ...fields.map((f) => f.en)].join(" ") });
}

/** What the request before says of the same lesion. */
export async function fetchBefore(id: string): Promise<Before> {
  return (await call("GET", `demandes/${id}/suite`, null)) as Before;
}

/** What the dermatologist asks for; null when nothing is asked any more. */
export async function fetchAsked(id: string): Promise<AskedFor | null> {
  try {
    return (await call("GET", `demandes/${id}/complement`, null)) as AskedFor;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

export async function fetchPhoto(caseID: string, id: string): Promise<ArrayBuffer> {
  const answer = await fetch(`/telexpertise/demandes/${caseID}/photos/${id}/screen`, { cache: "no-store" });
  if (!answer.ok) throw new Unreachable();
  return answer.arrayBuffer();
}

/** Asks the server who is here and what may be chosen. */
async function askContext(): Promise<Context> {
  return (await call("GET", "contexte", null)) as Context;
}

/** The same, kept for offline use. */
async function refreshContext(): Promise<Context> {
  const said = await askContext();
  await saveContext(said);
  await dropOld(Date.parse(said.now));
  return said;
}

/** Whether a practitioner is signed in: asked before anything is kept on this phone. */
export function whoIsHere(): Promise<Outcome> {
  return askContext().then(() => "done" as const, (error: unknown) => (error instanceof SignedOut ? "signin" as const : "offline" as const));
}

function record(d: Draft): string {
  const consent = d.consent.at ? d.consent : { ...d.consent, at: undefined };
  return JSON.stringify({ id: d.id, pool: d.pool, urgency: d.urgency, previous: d.previous, patient: { ...d.patient, ins_oid: d.patient.ins && (d.patient.ins_oid || "1.2.250.1.213.1.4.8") }, consent, clinical: d.clinical, question: d.question });
}

async function sendPhoto(d: Draft, shot: Shot, from: number, chunk: number): Promise<void> {
  const data = await photo(d.id, shot.id);
  if (!data) throw new Refused({ fr: "Une photo manque sur ce téléphone : reprenez-la.", en: "A photo is missing on this phone: take it again." });
  const headers = { "X-Photo-View": shot.view, "X-Photo-Sha256": shot.sha256, "X-Photo-Verdict": JSON.stringify(shot.verdict), "X-Photo-Kept": shot.kept ? "1" : "0", "X-Photo-Scale": String(shot.mmPerPixel), "Content-Type": "application/octet-stream" };
  for (let at = from; at < data.byteLength; ) {
    const end = Math.min(at + chunk, data.byteLength);
    const range = { "Content-Range": `bytes ${at}-${end - 1}/${data.byteLength}` };
    const said = (await call("PUT", `demandes/${requestOf(d)}/photos/${shot.id}`, data.slice(at, end), { ...headers, ...range }, true)) as { received: number };
    if (said.received === at) throw new Unreachable(); // no progress: later
    at = said.received;
  }
}

/** Sends the photographs of a draft that the server does not hold yet. */
async function sendPhotos(d: Draft, before: Status, chunk: number): Promise<void> {
  for (const shot of d.shots) {
    const here = before.photos.find((p) => p.id === shot.id);
    if (here?.received_at) continue;
    try {
      await sendPhoto(d, shot, here?.received ?? 0, chunk);
    } catch (error) {
      if (error instanceof Refused) error.shot = shot.id;
      throw error;
    }
  }
}

const json = { "Content-Type": "application/json" };

/** A draft leaves the phone once every photograph of it is in the server's receipt. */
async function received(d: Draft, receipt: Status, at: string | undefined, warning: Text | null): Promise<Receipt> {
  const whole = d.shots.every((s) => receipt.photos.some((r) => r.id === s.id && r.sha256 === s.sha256 && r.received_at));
  if (!whole || !at) throw new Unreachable();
  await dropDraft(d.id);
  return { id: requestOf(d), ref: receipt.ref, at, warning, complement: Boolean(d.asked) };
}

/** What was asked goes to the request that was sent; the draft's own identifier makes sending again harmless. */
async function sendComplement(d: Draft, chunk: number): Promise<Receipt> {
  const request = `demandes/${requestOf(d)}`;
  await sendPhotos(d, (await call("GET", request, null)) as Status, chunk);
  const receipt = (await call("POST", `${request}/complement`, JSON.stringify({ id: d.id, text: d.question, photos: named(d) }), json)) as Status;
  return received(d, receipt, receipt.completed_at, null);
}

function named(d: Draft): { id: string; sha256: string }[] {
  return d.shots.map((s) => ({ id: s.id, sha256: s.sha256 }));
}

async function sendOne(d: Draft, chunk: number): Promise<Receipt> {
  if (d.asked) return sendComplement(d, chunk);
  const before = (await call("PUT", `demandes/${d.id}`, record(d), json)) as Status;
  await sendPhotos(d, before, chunk);
  if (before.state === "draft") {
    const strays = before.photos.filter((p) => !d.shots.some((s) => s.id === p.id)); // replaced since
    for (const p of strays) await call("DELETE", `demandes/${d.id}/photos/${p.id}`, null);
  }
  const receipt = (await call("POST", `demandes/${d.id}/envoi`, JSON.stringify({ photos: named(d), device_time: new Date().toISOString() }), json)) as Status;
  return received(d, receipt, receipt.submitted_at, receipt.warning ?? null);
}

async function sendAll(tell: (r: Receipt) => void): Promise<Outcome> {
  const waiting = (await drafts()).filter((d) => d.state === "queued").reverse();
  const who = await refreshContext(); // even when nothing waits: the page says whether the server can be reached
  for (const d of waiting) {
    if (d.person !== who.person) continue; // waits for its author
    try {
      tell(await sendOne(d, who.limits.chunk_bytes));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const shots = d.shots.map((s) => (s.id === error.shot ? { ...s, kept: false, verdict: { ...s.verdict, reasons: ["refused" as const] } } : s));
      await saveDraft({ ...d, state: "refused", problem: error.text, step: error.shot ? photoStep(d) : d.step, shots });
    }
  }
  return "done";
}

/** Sends everything that waits, from one page at a time. */
async function flush(tell: (r: Receipt) => void): Promise<Outcome> {
  const run = async (): Promise<Outcome> => {
    try {
      return await sendAll(tell);
    } catch (error) {
      if (error instanceof SignedOut) return "signin";
      if (error instanceof Unreachable) return "offline";
      if (error instanceof Locked) return "locked";
      throw error;
    }
  };
  return navigator.locks ? navigator.locks.request("maillage-outbox", run) : run();
}

/** Keeps sending for as long as the page is open; returns a function that sends at once. */
export function keepSending(after: (outcome: Outcome, receipts: Receipt[]) => void): () => void {
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let again = false;
  const now = async (): Promise<void> => {
    if (running) {
      again = true; // something was added meanwhile
      return;
    }
    clearTimeout(timer);
    running = true;
    const receipts: Receipt[] = [];
    const outcome = await flush((r) => receipts.push(r)).catch((): Outcome => "offline");
    running = false;
    after(outcome, receipts);
    failures = outcome === "offline" ? failures + 1 : 0;
    if (again && outcome === "done") {
      again = false;
      return now();
    }
    again = false;
    const pause = pauses[Math.min(failures, pauses.length) - 1];
    if (pause) timer = setTimeout(() => void now(), pause * 1000 * (0.8 + 0.4 * Math.random()));
  };
  const wake = (): void => {
    failures = 0;
    void now();
  };
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  void now();
  return wake;
}

/** The context of this phone: the server's when it answers, else the one kept. */
export async function whoAndWhat(): Promise<{ context: Context | undefined; outcome: Outcome }> {
  try {
    return { context: await refreshContext(), outcome: "done" };
  } catch (error) {
    return { context: await context(), outcome: error instanceof SignedOut ? "signin" : "offline" };
  }
}
