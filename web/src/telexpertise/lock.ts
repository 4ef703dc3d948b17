// The lock of the phone. What is kept is sealed under a data key that exists on the disk only wrapped: under the practitioner's code (or a
// passkey of this phone), and under a key of the device that the browser never gives out. Without a network, the code alone opens it.
import { read, write } from "./db";

const rounds = 600_000; // of PBKDF2
const idle = 10 * 60 * 1000; // milliseconds without a gesture, then the code is asked again
const free = 5; // wrong codes before a wait
export const most = 10; // wrong codes before the phone is erased
export const codeLength = 6;

type Bytes = Uint8Array<ArrayBuffer>;
interface Wrapped { salt: Bytes; iv: Bytes; data: ArrayBuffer }
interface Lock { code: Wrapped; passkey: (Wrapped & { id: ArrayBuffer }) | null; wrong: number; until: number }

/** Thrown when something sealed is wanted while the phone is locked. */
export class Locked extends Error {}

export type LockState = "none" | "locked" | "open";
export type Opening = "open" | "wrong" | "wait" | "spent";

// For as long as the tab lives: the key of the wrap that lets the practitioner go from page to page, and the last gesture.
const pass = "maillage-passage";
const gesture = "maillage-geste";
let held: CryptoKey | undefined;

function random(n: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(n));
}

function sealing(raw: BufferSource): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function deviceKey(): Promise<CryptoKey> {
  const found = await read<CryptoKey>("keys", "device");
  if (found) return found;
  await write("keys", "device", await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]));
  return (await read<CryptoKey>("keys", "device")) as CryptoKey;
}

async function wrap(raw: Bytes, key: CryptoKey, salt: Bytes): Promise<Wrapped> {
  const iv = random(12);
  const inner = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, raw);
  return { salt, iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await deviceKey(), inner) };
}

/** The data key in clear; null when the key is not the right one. */
async function unwrap(w: Wrapped, key: CryptoKey): Promise<Bytes | null> {
  try {
    const inner = await crypto.subtle.decrypt({ name: "AES-GCM", iv: w.iv }, await deviceKey(), w.data);
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: w.iv }, key, inner));
  } catch {
    return null;
  }
}

async function fromCode(code: string, salt: Bytes): Promise<CryptoKey> {
  const typed = await crypto.subtle.importKey("raw", new TextEncoder().encode(code), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Holds the data key for this page, and wraps it for the next pages of this tab. The clear bytes are wiped. */
async function hold(raw: Bytes): Promise<void> {
  const secret = random(32);
  await write("keys", "tab", await wrap(raw, await sealing(secret), random(1)));
  sessionStorage.setItem(pass, btoa(String.fromCharCode(...secret)));
  touch();
  held = await sealing(raw);
  raw.fill(0);
}

/** A gesture of the practitioner: the phone stays open. */
export function touch(): void {
  if (sessionStorage.getItem(pass)) sessionStorage.setItem(gesture, String(Date.now()));
}

/** True when nobody touched the phone for too long, or its clock went back. */
export function idleTooLong(): boolean {
  const since = Date.now() - Number(sessionStorage.getItem(gesture) ?? 0);
  return since > idle || since < -60_000;
}

/** The key under which everything is sealed. Throws Locked. */
export async function dataKey(): Promise<CryptoKey> {
  if (held) return held;
  const secret = sessionStorage.getItem(pass);
  const tab = secret && !idleTooLong() ? await read<Wrapped>("keys", "tab") : undefined;
  const raw = tab && secret ? await unwrap(tab, await sealing(Uint8Array.from(atob(secret), (c) => c.charCodeAt(0)))) : null;
  if (!raw) throw new Locked();
  held = await sealing(raw);
  raw.fill(0);
  return held;
}

export async function lockState(): Promise<LockState> {
  if (!(await read<Lock>("keys", "lock"))) return "none";
  return dataKey().then(() => "open" as const, () => "locked" as const);
}

/** Forgets the key: the code is asked at the next page. */
export function lockNow(): void {
  held = undefined;
  sessionStorage.removeItem(pass);
  sessionStorage.removeItem(gesture);
}

/** True for codes that anybody would try first: one digit repeated, digits in a row. */
export function tooEasy(code: string): boolean {
  return /^(\d)\1*$/.test(code) || "01234567890".includes(code) || "09876543210".includes(code);
}

/** Makes the data key and locks it with a code, and with a passkey of this phone where asked. False when the passkey could not be made: the code alone opens. */
export async function choose(code: string, passkey: boolean): Promise<boolean> {
  const raw = random(32);
  const salt = random(16);
  const key = passkey ? await newPasskey(raw).catch(() => null) : null;
  const lock: Lock = { code: await wrap(raw, await fromCode(code, salt), salt), passkey: key, wrong: 0, until: 0 };
  await write("keys", "lock", lock);
  await hold(raw);
  return !passkey || key !== null;
}

/** Tries a code. Wrong ones are counted: after a few each waits longer, and the last one says that the phone must be erased. */
export async function tryCode(code: string): Promise<Opening> {
  const lock = (await read<Lock>("keys", "lock")) as Lock;
  if (waitOf(lock) > 0) return "wait";
  const raw = await unwrap(lock.code, await fromCode(code, lock.code.salt));
  if (raw) {
    await write("keys", "lock", { ...lock, wrong: 0, until: 0 });
    await hold(raw);
    return "open";
  }
  const wrong = lock.wrong + 1;
  await write("keys", "lock", { ...lock, wrong, until: wrong < free ? 0 : Date.now() + 30_000 * 2 ** (wrong - free) });
  return wrong >= most ? "spent" : "wrong";
}

export interface Tries { wrong: number; wait: number; passkey: boolean } // wait: milliseconds

/** How many wrong codes were typed, and how long the next one waits. */
export async function tries(): Promise<Tries> {
  const lock = await read<Lock>("keys", "lock");
  return { wrong: lock?.wrong ?? 0, wait: lock ? waitOf(lock) : 0, passkey: Boolean(lock?.passkey) };
}

function waitOf(lock: Lock): number {
  return Math.min(Math.max(0, lock.until - Date.now()), 30_000 * 2 ** (most - free)); // a clock that went back makes nobody wait for days
}

/** Whether this phone can lock with a fingerprint or a face: its own passkeys, with the extension that gives a key. */
export async function canPasskey(): Promise<boolean> {
  return "PublicKeyCredential" in window && (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false));
}

async function newPasskey(raw: Bytes): Promise<Lock["passkey"]> {
  const salt = random(32);
  const made = (await navigator.credentials.create({
    publicKey: {
      rp: { name: "Maillage" }, user: { id: random(16), name: "Maillage", displayName: "Maillage" }, challenge: random(32),
      pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
      authenticatorSelection: { authenticatorAttachment: "platform", residentKey: "discouraged", userVerification: "required" },
      extensions: { prf: { eval: { first: salt } } },
    },
  })) as PublicKeyCredential;
  const key = (await secretOf(made)) ?? (await evaluate(made.rawId, salt));
  return { id: made.rawId, ...(await wrap(raw, key, salt)) };
}

async function secretOf(answer: PublicKeyCredential): Promise<CryptoKey | null> {
  const first = answer.getClientExtensionResults().prf?.results?.first;
  return first ? sealing(first as BufferSource) : null;
}

async function evaluate(id: ArrayBuffer, salt: Bytes): Promise<CryptoKey> {
  const answer = (await navigator.credentials.get({
    publicKey: { challenge: random(32), allowCredentials: [{ type: "public-key", id }], userVerification: "required", extensions: { prf: { eval: { first: salt } } } },
  })) as PublicKeyCredential;
  const key = await secretOf(answer);
  if (!key) throw new Locked();
  return key;
}

/** Opens with the passkey of this phone. */
export async function tryPasskey(): Promise<boolean> {
  const lock = await read<Lock>("keys", "lock");
  if (!lock?.passkey) return false;
  const key = await evaluate(lock.passkey.id, lock.passkey.salt).catch(() => null);
  const raw = key && (await unwrap(lock.passkey, key));
  if (!raw) return false;
  await write("keys", "lock", { ...lock, wrong: 0, until: 0 });
  await hold(raw);
  return true;
}
