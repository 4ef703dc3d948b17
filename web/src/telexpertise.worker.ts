// The service worker of tele-expertise: keeps the empty capture page and the assets that it loads, so that it opens without a
// network. No other page, no answer of the server and nothing of a patient is ever kept here.

import { listenToPush } from "./telexpertise/push";

interface Worker {
  addEventListener(name: string, act: (event: WorkerEvent) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
}
interface WorkerEvent {
  request: Request;
  data: { keep?: string[] };
  respondWith(answer: Promise<Response>): void;
  waitUntil(work: Promise<unknown>): void;
}

const worker = self as unknown as Worker;
const shell = "/telexpertise/telephone";
const store = "maillage-telexpertise";

/** Fetches the capture page, and keeps it when it came whole. */
async function freshShell(asked: Request | string): Promise<Response> {
  const answer = await fetch(asked);
  if (answer.ok && !answer.redirected) await (await caches.open(store)).put(shell, answer.clone());
  return answer;
}

async function keptShell(): Promise<Response> {
  return (await caches.match(shell, { ignoreVary: true })) ?? Response.error();
}

/** Keeps exactly these assets: those of an earlier version go. */
async function keep(addresses: string[]): Promise<void> {
  const cache = await caches.open(store);
  const wanted = new Set(addresses.map((a) => new URL(a, location.origin).href).filter((a) => new URL(a).pathname.startsWith("/assets/")));
  for (const request of await cache.keys()) {
    if (new URL(request.url).pathname !== shell && !wanted.has(request.url)) await cache.delete(request);
    wanted.delete(request.url);
  }
  await cache.addAll([...wanted]);
}

worker.addEventListener("install", (event) => event.waitUntil(freshShell(shell).then(() => worker.skipWaiting())));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (event) => event.waitUntil(keep(event.data.keep ?? [])));

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === shell) event.respondWith(freshShell(request).catch(keptShell));
    else event.respondWith(fetch(request).catch(() => Response.redirect(shell)));
  } else if (url.pathname.startsWith("/assets/")) {
    event.respondWith(caches.match(request, { ignoreVary: true }).then((kept) => kept ?? fetch(request)));
  }
});

listenToPush();
