// What every page loads: htmx, and small helpers that attributes switch on. Pages work without any of it.
import "htmx.org";

/** A button with data-copy puts that text on the clipboard and shows data-copied for as long as it keeps the focus. */
async function copy(button: HTMLElement, text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  const done = button.dataset["copied"];
  const before = [...button.childNodes];
  if (!done || button.textContent === done) return;
  button.textContent = done;
  button.addEventListener("blur", () => button.replaceChildren(...before), { once: true });
}

/** A button with data-share offers the page to the applications of the phone; a browser without that copies its address. */
async function share(button: HTMLElement): Promise<void> {
  if (!("share" in navigator)) return copy(button, location.href);
  // Whoever closes the list of applications has changed their mind: that is no error.
  await navigator.share({ title: document.title, url: location.href }).catch(() => undefined);
}

document.addEventListener("click", (event) => {
  const at = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy], [data-print], [data-share]") : null;
  if (!at) return;
  if ("print" in at.dataset) window.print();
  else if ("share" in at.dataset) void share(at);
  else void copy(at, at.dataset["copy"] ?? "");
});

/** A field with data-autosubmit sends its form when its value changes: filters need no second gesture. */
document.addEventListener("change", (event) => {
  const field = event.target;
  if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) {
    if ("autosubmit" in field.dataset) field.form?.requestSubmit();
  }
});

/** A list with the class "cells" becomes cards on a phone: each cell says the name of its column. */
document.addEventListener("htmx:after:process", (event) => {
  for (const table of (event.target as Element).querySelectorAll<HTMLTableElement>(".cells table")) {
    const names = [...(table.tHead?.rows[0]?.cells ?? [])].map((head) => head.textContent?.trim() ?? "");
    for (const cell of table.querySelectorAll<HTMLTableCellElement>("tbody td")) {
      cell.dataset["label"] = cell.childElementCount || cell.textContent?.trim() ? (names[cell.cellIndex] ?? "") : "";
    }
  }
});

/** Ctrl-K, or Cmd-K, and the link with data-search open the palette; the arrows walk its answers, Enter opens the first. */
const palette = document.querySelector<HTMLDialogElement>("[data-palette]");
if (palette) {
  const field = palette.querySelector("input");
  const answers = (): HTMLAnchorElement[] => [...palette.querySelectorAll<HTMLAnchorElement>("#palette-hits a")];
  const show = (event: Event): void => {
    event.preventDefault();
    if (!palette.open) palette.showModal();
    field?.select();
  };
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) show(event);
  });
  document.querySelector("a[data-search]")?.addEventListener("click", show);
  palette.addEventListener("click", (event) => event.target === palette && palette.close());
  palette.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all: HTMLElement[] = field ? [field, ...answers()] : answers();
    all[(all.indexOf(document.activeElement as HTMLElement) + step + all.length) % all.length]?.focus();
  });
  palette.querySelector("form")?.addEventListener("submit", (event) => {
    const first = answers()[0];
    if (!first) return;
    event.preventDefault();
    first.click();
  });
}

/** The menu of the head is folded on a phone and always open on a wide screen, in browsers whose styles cannot do it alone. */
const menu = document.querySelector<HTMLDetailsElement>("[data-menu]");
const wide = matchMedia("(min-width: 56.01rem)");
function unfold(): void {
  if (menu) menu.open = wide.matches;
}
wide.addEventListener("change", unfold);
unfold();

/** Requests that have not left this phone are shown on every page, and signing out wipes them: see telexpertise/elsewhere.ts. */
if (localStorage.getItem("maillage-outbox") && !document.querySelector("[data-capture]")) {
  void import("./telexpertise/elsewhere").then((m) => m.showUnsent());
}
/** What an applicant typed and could not send waits in this browser: see calls/drafts.ts. */
if (document.querySelector("form[data-keep]") || Object.keys(localStorage).some((k) => k.startsWith("maillage-draft:"))) {
  void import("./calls/drafts").then((m) => m.start());
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.getAttribute("action") !== "/deconnexion") return;
  event.preventDefault();
  void Promise.all([import("./telexpertise/elsewhere"), import("./calls/drafts")])
    .then(([elsewhere, drafts]) => {
      drafts.wipe();
      return elsewhere.leave(form);
    })
    .catch(() => form.submit());
});
