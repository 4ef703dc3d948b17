// Links this browser to its person's notifications: an element with data-push holds the installation's public key. It stays hidden in
// browsers that know no push. The browser asks the person; the server keeps the subscription.

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

async function link(key: string): Promise<"linked" | "denied"> {
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  const worker = await navigator.serviceWorker.register("/telexpertise/sw.js", { scope: "/telexpertise/" });
  await new Promise<void>((ready) => {
    const starting = worker.active ? null : (worker.installing ?? worker.waiting);
    if (!starting) return ready();
    starting.addEventListener("statechange", () => starting.state === "activated" && ready());
  });
  const before = await worker.pushManager.getSubscription();
  const subscription = before ?? (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) }));
  const answer = await fetch("/compte/notifications/appareils", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(subscription),
  });
  if (!answer.ok) {
    await subscription.unsubscribe();
    throw new Error(String(answer.status));
  }
  return "linked";
}

const box = document.querySelector<HTMLElement>("[data-push]");
const button = box?.querySelector("button");
const refusal = box?.querySelector<HTMLElement>("[role=alert]");
if (box && button && refusal && "PushManager" in window && "serviceWorker" in navigator) {
  const done = box.dataset["done"];
  const told = box.querySelector<HTMLElement>("[role=status]");
  // A page that says so itself is not loaded again: what is being typed in it stays. Linked already, it offers nothing.
  void navigator.serviceWorker
    .getRegistration("/telexpertise/")
    .then((worker) => worker?.pushManager.getSubscription())
    .then((subscription) => (box.hidden = Boolean(done && subscription)))
    .catch(() => (box.hidden = false));
  const linked = () => {
    if (!done || !told) return location.reload();
    button.hidden = true;
    told.textContent = done;
  };
  const say = (words: string | undefined) => {
    refusal.textContent = words ?? "";
    refusal.hidden = false;
  };
  button.addEventListener("click", () => {
    button.disabled = true;
    refusal.hidden = true;
    link(box.dataset["push"] ?? "")
      .then((came) => (came === "linked" ? linked() : say(box.dataset["denied"])))
      .catch(() => say(box.dataset["failed"]))
      .finally(() => (button.disabled = false));
  });
}
