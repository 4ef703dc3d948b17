// The form of a dossier saves by itself, field by field: only what changed is sent, so that several people fill in one dossier. What
// cannot be sent is kept in this browser, shown again after a reload, and sent when the network is back. Nothing stays once received,
// once the dossier takes no more, or once the reader signs out.

const prefix = "maillage-draft:";

interface Pending { at: number; fields: Record<string, string[]> }

function read(path: string): Pending {
  return JSON.parse(localStorage.getItem(prefix + path) ?? '{"at":0,"fields":{}}') as Pending;
}

function write(path: string, pending: Pending): void {
  if (Object.keys(pending.fields).length === 0) localStorage.removeItem(prefix + path);
  else localStorage.setItem(prefix + path, JSON.stringify(pending));
}

function paths(): string[] {
  return Object.keys(localStorage).filter((k) => k.startsWith(prefix)).map((k) => k.slice(prefix.length));
}

/** Tells how many sections hold something unsent. */
export function unsent(): number {
  return paths().length;
}

/** Erases everything that waits in this browser. */
export function wipe(): void {
  for (const path of paths()) localStorage.removeItem(prefix + path);
}

/** Sends what waits for a section; true once the server holds it, or says for good that it takes no more. */
async function send(path: string, shown: string[], received: (page: string) => void): Promise<boolean> {
  const pending = read(path);
  if (Object.keys(pending.fields).length === 0) return true;
  const body = new URLSearchParams({ _auto: "1" });
  for (const name of shown) body.append("_shown", name);
  for (const [name, values] of Object.entries(pending.fields)) for (const value of values) body.append(name, value);
  const answer = await fetch(path, { method: "POST", body }).catch(() => null);
  if (!answer || answer.status >= 500 || answer.status === 429) return false;
  if (answer.ok) received(await answer.text());
  const now = read(path);
  for (const [name, values] of Object.entries(pending.fields)) {
    if (JSON.stringify(now.fields[name]) === JSON.stringify(values)) delete now.fields[name]; // typed again meanwhile: it stays
  }
  write(path, now);
  return true;
}

/** Sends what other sections left behind: a page closed while offline, or left by a button. */
async function flush(except: string): Promise<void> {
  for (const path of paths()) if (path !== except) await send(path, [], () => undefined);
}

/** Puts back in the form what was typed and never received. */
function restore(form: HTMLFormElement, fields: Record<string, string[]>): void {
  for (const field of form.elements) {
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement)) continue;
    const values = fields[field.name];
    if (!values || field.type === "hidden") continue;
    if (field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox")) field.checked = values.includes(field.value);
    else field.value = values.at(-1) ?? "";
  }
}

/** Shows what the server answered: when it saved, and the questions that came or went. */
function show(saved: HTMLElement, page: string): void {
  const parts = document.createElement("template");
  parts.innerHTML = page;
  for (const part of parts.content.querySelectorAll<HTMLElement>("[hx-swap-oob]")) {
    part.removeAttribute("hx-swap-oob");
    const there = document.getElementById(part.id);
    if (there && !there.contains(document.activeElement)) there.replaceWith(part);
    else part.remove();
  }
  saved.textContent = parts.content.textContent?.trim() ?? "";
}

function watch(form: HTMLFormElement, saved: HTMLElement): void {
  const path = new URL(form.action).pathname;
  let timer = 0;
  let sending = false;
  let was = true;
  const shown = (): string[] => [...form.querySelectorAll<HTMLInputElement>("input[name=_shown]")].map((i) => i.value);
  const push = async (): Promise<void> => {
    if (sending) return later(300);
    sending = true;
    const held = await send(path, shown(), (page) => show(saved, page));
    sending = false;
    if (!held) {
      saved.textContent = saved.dataset["offline"] ?? "";
      was = false;
      return later(10_000);
    }
    if (!was) saved.textContent = saved.dataset["resent"] ?? "";
    was = true;
    if (Object.keys(read(path).fields).length > 0) later(300);
  };
  const later = (ms: number): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void push(), ms);
  };
  form.addEventListener("input", (event) => {
    const name = (event.target as HTMLInputElement).name;
    if (!name || name.startsWith("_")) return;
    const pending = read(path);
    pending.at = Date.now();
    pending.fields[name] = new FormData(form).getAll(name).map(String);
    if (pending.fields[name].length === 0) pending.fields[name] = [""];
    write(path, pending);
    later(900);
  });
  form.addEventListener("change", () => later(200));
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    saved.textContent = saved.dataset["offline"] ?? "";
    saved.scrollIntoView({ block: "center" });
  });
  window.addEventListener("online", () => later(0));
  window.addEventListener("offline", () => (saved.textContent = saved.dataset["offline"] ?? ""));
  const waiting = read(path).fields;
  if (Object.keys(waiting).length > 0) {
    restore(form, waiting);
    later(0);
  }
  void flush(path);
}

/** Starts on the page of a section; elsewhere, sends what waits and forgets what a dossier takes no more. */
export function start(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-keep]");
  const saved = document.getElementById("saved");
  if (form && saved) watch(form, saved);
  else void flush("");
}
