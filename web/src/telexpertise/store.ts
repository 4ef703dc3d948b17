// The phone's sealed store. Every entry is encrypted with AES-GCM under a key that the browser keeps and never gives out, and is bound
// to its name. Names hold identifiers made at random, nothing of a patient.
import type { Context, Draft } from "./types";

const database = "maillage-telexpertise";
const draftsKept = 7 * 24 * 3600 * 1000; // milliseconds: a draft that nobody touches is erased

/** How many requests wait on this phone, and since when: all that is readable from outside. Other pages look at it. */
export const counter = "maillage-outbox";

interface Sealed { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer }

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(database, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("sealed");
      asked.result.createObjectStore("keys");
    };
    asked.onsuccess = () => {
      // Another page wipes the store: let go, so that it can.
      asked.result.onversionchange = () => {
        asked.result.close();
        opened = undefined;
      };
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error ?? new Error("indexedDB"));
  });
  opened.catch(() => (opened = undefined));
  return opened;
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("indexedDB"));
  });
}

function kept(tx: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve();
    tx.onabort = tx.onerror = () => reject(tx.error ?? new Error("indexedDB"));
  });
}

async function key(): Promise<CryptoKey> {
  const db = await open();
  const found = (await done(db.transaction("keys").objectStore("keys").get("outbox"))) as CryptoKey | undefined;
  if (found) return found;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const tx = db.transaction("keys", "readwrite");
  const keys = tx.objectStore("keys");
  const first = (await done(keys.get("outbox"))) as CryptoKey | undefined; // another page may have been quicker
  if (!first) keys.put(made, "outbox");
  await kept(tx);
  return first ?? made;
}

async function put(name: string, data: BufferSource): Promise<void> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed: Sealed = { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(name) }, await key(), data) };
  const tx = (await open()).transaction("sealed", "readwrite", { durability: "strict" });
  tx.objectStore("sealed").put(sealed, name);
  await kept(tx);
}

async function get(name: string): Promise<ArrayBuffer | undefined> {
  const found = (await done((await open()).transaction("sealed").objectStore("sealed").get(name))) as Sealed | undefined;
  if (!found) return undefined;
  return crypto.subtle.decrypt({ name: "AES-GCM", iv: found.iv, additionalData: bytes(name) }, await key(), found.data);
}

async function names(prefix: string): Promise<string[]> {
  const all = await done((await open()).transaction("sealed").objectStore("sealed").getAllKeys(IDBKeyRange.bound(prefix, prefix + "\uffff")));
  return all.map(String);
}

async function remove(all: string[]): Promise<void> {
  const tx = (await open()).transaction("sealed", "readwrite");
  for (const name of all) tx.objectStore("sealed").delete(name);
  await kept(tx);
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

/** Every request on this phone, the latest first; drafts that nobody touched for a week are erased on the way. */
export async function drafts(): Promise<Draft[]> {
  const all: Draft[] = [];
  for (const name of await names("case/")) {
    const draft = await getJSON<Draft>(name);
    if (!draft) continue;
    if (draft.state === "draft" && Date.now() - draft.changedAt > draftsKept) await dropDraft(draft.id);
    else all.push(draft);
  }
  return all.sort((a, b) => b.changedAt - a.changedAt);
}

/** Erases a request and its photographs from this phone. */
export async function dropDraft(id: string): Promise<void> {
  await remove([`case/${id}`, ...(await names(`photo/${id}/`))]);
  await count();
}

export function savePhoto(caseID: string, id: string, data: ArrayBuffer): Promise<void> {
  return put(`photo/${caseID}/${id}`, data);
}

export function photo(caseID: string, id: string): Promise<ArrayBuffer | undefined> {
  return get(`photo/${caseID}/${id}`);
}

export function dropPhoto(caseID: string, id: string): Promise<void> {
  return remove([`photo/${caseID}/${id}`]);
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
  if (opened) (await opened).close();
  opened = undefined;
  await new Promise<void>((resolve) => {
    const asked = indexedDB.deleteDatabase(database);
    asked.onsuccess = asked.onerror = asked.onblocked = () => resolve();
  });
  localStorage.removeItem(counter);
  for (const name of await caches.keys()) if (name.startsWith("maillage-")) await caches.delete(name);
}

/** The fingerprint by which phone and server agree on a photograph. */
export async function sha256(data: ArrayBuffer): Promise<string> {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return Array.from(sum, (b) => b.toString(16).padStart(2, "0")).join("");
}
