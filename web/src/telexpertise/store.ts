// The phone's sealed store. Every entry is encrypted with AES-GCM under the data key of the lock (lock.ts), and is bound to its name.
// Names hold identifiers made at random, nothing of a patient.
import { destroy, done, open, read, remove, write } from "./db";
import { dataKey, lockNow } from "./lock";
import type { Context, Draft } from "./types";

const draftsKept = 7 * 24 * 3600 * 1000; // milliseconds, of the server's clock: a draft that nobody touches is erased

/** How many requests wait on this phone, and since when: all that is readable from outside. Other pages look at it. */
export const counter = "maillage-outbox";

interface Sealed { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer }

async function put(name: string, data: BufferSource): Promise<void> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed: Sealed = { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(name) }, await dataKey(), data) };
  await write("sealed", name, sealed);
}

async function get(name: string): Promise<ArrayBuffer | undefined> {
  const found = await read<Sealed>("sealed", name);
  if (!found) return undefined;
  return crypto.subtle.decrypt({ name: "AES-GCM", iv: found.iv, additionalData: bytes(name) }, await dataKey(), found.data);
}

async function names(prefix: string): Promise<string[]> {
  const all = await done((await open()).transaction("sealed").objectStore("sealed").getAllKeys(IDBKeyRange.bound(prefix, prefix + "\uffff")));
  return all.map(String);
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
}

async function getJSON<T>(name: string): Promise<T | undefined> {
  const data = await get(name);
  return data && (JSON.parse(new TextDecoder().decode(data)) as T);
}

/** Keeps what was typed. */
export async function saveDraft(draft: Draft): Promise<void> {
  await put(`case/${draft.id}`, bytes(JSON.stringify(draft)));
  await count();
}

/** Every request on this phone, the latest first. */
export async function drafts(): Promise<Draft[]> {
  const all: Draft[] = [];
  for (const name of await names("case/")) {
    const draft = await getJSON<Draft>(name);
    if (draft) all.push(draft);
  }
  return all.sort((a, b) => b.changedAt - a.changedAt);
}

/** Since when, by the server's clock, a draft was seen unchanged. */
interface Still { changedAt: number; since: number }

/**
 * Erases the drafts that nobody touched for a week. A phone's clock may jump: the server's alone counts, from the first time that it
 * was heard after the last change. Without a network nothing is erased.
 */
export async function dropOld(now: number): Promise<void> {
  for (const draft of await drafts()) {
    if (draft.state !== "draft") continue;
    const still = await getJSON<Still>(`still/${draft.id}`);
    if (still?.changedAt !== draft.changedAt) await put(`still/${draft.id}`, bytes(JSON.stringify({ changedAt: draft.changedAt, since: now } satisfies Still)));
    else if (now - still.since > draftsKept) await dropDraft(draft.id);
  }
}

/** Erases a request and its photographs from this phone. */
export async function dropDraft(id: string): Promise<void> {
  await remove("sealed", [`case/${id}`, `still/${id}`, ...(await names(`photo/${id}/`))]);
  await count();
}

export function savePhoto(caseID: string, id: string, data: ArrayBuffer): Promise<void> {
  return put(`photo/${caseID}/${id}`, data);
}

export function photo(caseID: string, id: string): Promise<ArrayBuffer | undefined> {
  return get(`photo/${caseID}/${id}`);
}

export function dropPhoto(caseID: string, id: string): Promise<void> {
  return remove("sealed", [`photo/${caseID}/${id}`]);
}

export function saveContext(context: Context): Promise<void> {
  return put("context", bytes(JSON.stringify(context)));
}

export function context(): Promise<Context | undefined> {
  return getJSON<Context>("context");
}

async function count(): Promise<void> {
  const waiting = (await drafts()).filter((d) => d.state !== "draft");
  if (waiting.length === 0) localStorage.removeItem(counter);
  else localStorage.setItem(counter, JSON.stringify({ n: waiting.length, since: Math.min(...waiting.map((d) => d.queuedAt)) }));
}

/** Forgets everything: key, drafts, photographs, pages kept for offline use. */
export async function wipe(): Promise<void> {
  lockNow();
  await destroy();
  localStorage.removeItem(counter);
  for (const name of await caches.keys()) if (name.startsWith("maillage-")) await caches.delete(name);
}

/** The fingerprint by which phone and server agree on a photograph. */
export async function sha256(data: ArrayBuffer): Promise<string> {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return Array.from(sum, (b) => b.toString(16).padStart(2, "0")).join("");
}
