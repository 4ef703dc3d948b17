// Passkeys: an element with data-passkey signs in, one with data-passkey-new adds a key to one's account. Both stay hidden in browsers
// that know no passkeys. The server offers, the browser asks the person, the server judges the answer.

interface Offer {
  options: { publicKey: PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON };
  ticket: string;
}

interface Done {
  next: string;
  codes?: string[];
}

async function post<T>(path: string, body: unknown): Promise<T> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as T;
}

/** Shows the element and runs act when its button is pressed; a failure, or a person who gave up, shows its message. */
function arm(box: HTMLElement, act: () => Promise<void>): void {
  const button = box.querySelector("button");
  const failed = box.querySelector<HTMLElement>("[role=alert]");
  if (!button || !failed) return;
  button.addEventListener("click", () => {
    button.disabled = true;
    failed.hidden = true;
    act()
      .catch(() => {
        failed.textContent = box.dataset["failed"] ?? "";
        failed.hidden = false;
      })
      .finally(() => (button.disabled = false));
  });
  box.hidden = false;
}

async function signIn(box: HTMLElement): Promise<void> {
  const path = box.dataset["passkey"] ?? "";
  const offer = await post<Offer>(path, {});
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(offer.options.publicKey);
  const response = await navigator.credentials.get({ publicKey });
  const done = await post<Done>(`${path}/reponse`, { ticket: offer.ticket, name: "", next: box.dataset["next"] ?? "", response });
  const next = new URL(done.next || "/", location.origin);
  location.assign(next.origin === location.origin ? next : "/");
}

async function add(box: HTMLElement): Promise<void> {
  const path = box.dataset["passkeyNew"] ?? "";
  const offer = await post<Offer>(path, {});
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(offer.options.publicKey);
  const response = await navigator.credentials.create({ publicKey });
  const name = box.querySelector<HTMLInputElement>("input")?.value ?? "";
  const done = await post<Done>(`${path}/reponse`, { ticket: offer.ticket, name, next: "", response });
  const shown = box.querySelector<HTMLElement>("[role=status]");
  const list = shown?.querySelector("pre");
  if (!done.codes || !shown || !list) {
    location.assign(done.next);
    return;
  }
  list.textContent = done.codes.join("\n");
  shown.hidden = false;
}

if ("PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential) {
  document.querySelectorAll<HTMLElement>("[data-passkey]").forEach((box) => arm(box, () => signIn(box)));
  document.querySelectorAll<HTMLElement>("[data-passkey-new]").forEach((box) => arm(box, () => add(box)));
}
