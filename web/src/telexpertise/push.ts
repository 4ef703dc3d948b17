// Shows what the server pushed, and opens its page in one click. A message holds a sentence without a name and the address of a page.

interface PushWorker {
  registration: { showNotification(title: string, options: object): Promise<void> };
  clients: { matchAll(options: object): Promise<{ url: string; focus(): Promise<unknown> }[]>; openWindow(address: string): Promise<unknown> };
  addEventListener(name: "push", act: (event: { data: { json(): { title?: string; path?: string } } | null; waitUntil(work: Promise<unknown>): void }) => void): void;
  addEventListener(name: "notificationclick", act: (event: { notification: { data?: string; close(): void }; waitUntil(work: Promise<unknown>): void }) => void): void;
}

/** Only pages of this site are opened. */
export function target(path: string | undefined): string {
  const address = new URL(path ?? "/", location.origin);
  return address.origin === location.origin ? address.pathname + address.search : "/";
}

async function open(worker: PushWorker, path: string): Promise<unknown> {
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => new URL(page.url).pathname === path);
  return there ? there.focus() : worker.clients.openWindow(path);
}

export function listenToPush(): void {
  const worker = self as unknown as PushWorker;
  worker.addEventListener("push", (event) => {
    const { title, path } = event.data?.json() ?? {};
    event.waitUntil(worker.registration.showNotification("Maillage", { body: title ?? "", tag: target(path), data: target(path), icon: "/telexpertise/icone-192.png", lang: "fr" }));
  });
  worker.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(open(worker, target(event.notification.data)));
  });
}
