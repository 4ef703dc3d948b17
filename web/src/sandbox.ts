// The sandbox: a click on the map or the form adds a change; the server computes; the communes that move change colour.
import { openMap } from "./atlas/view";

interface Reply {
  changes: string[];
  address: string;
  places: number[];
  classes: number[];
  before: number[];
  apl: number[];
  marks: string;
  panel: string;
  summary: string;
}

interface Add { kind: string; sites: { commune: string; fte: number }[] }

const root = document.querySelector<HTMLElement>("[data-sandbox]");
const holder = root?.querySelector<HTMLElement>("[data-map]");
if (root && holder) start(root, holder);

function start(root: HTMLElement, holder: HTMLElement): void {
  const map = openMap(holder);
  const find = <E extends HTMLElement>(selector: string): E | null => root.querySelector<E>(selector);
  const form = find<HTMLFormElement>("[data-change]");
  const panel = find("[data-panel]");
  const status = find("[data-status]");
  const undo = find<HTMLButtonElement>("[data-undo]");
  const redo = find<HTMLButtonElement>("[data-redo]");
  const hint = find("[data-hint]");
  const ask = root.dataset["ask"] ?? "";
  let states: string[][] = [JSON.parse(root.dataset["changes"] ?? "[]") as string[]];
  let at = 0;
  let asked = 0;
  let unfiled: (() => void) | undefined;
  // A saved scenario keeps its own address for as long as it is what is shown.
  const opened = { changes: JSON.stringify(states[0]), address: location.pathname + location.search };
  const after = new Map<number, number>();
  const base = new Map<number, number>();

  const refused = find("[data-refused]");

  async function send(changes: string[], add?: Add): Promise<Reply | undefined> {
    const number = ++asked;
    const answer = await fetch(ask, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify({ changes, add }) });
    const body = (await answer.json()) as Reply & { message?: { fr: string; en: string } };
    if (number !== asked) return undefined; // a later question was asked meanwhile
    refuse(answer.ok ? "" : body.message ? (document.documentElement.lang === "en" ? body.message.en : body.message.fr) : String(answer.status));
    return answer.ok ? body : undefined;
  }

  function say(text: string): void {
    if (status) status.textContent = text;
    if (!hint) return;
    hint.textContent = text;
    hint.hidden = false;
  }

  /** Says under the form why a change was refused; an empty text takes that back. */
  function refuse(why: string): void {
    if (!refused) return;
    refused.textContent = why;
    refused.hidden = !why;
  }

  /** Writes only the classes that differ: what keeps its colour costs the browser nothing. */
  function colour(reply: Reply): void {
    const wanted = new Map<number, string>();
    for (const place of after.keys()) wanted.set(place, `c${base.get(place) ?? 0}`);
    after.clear();
    reply.places.forEach((place, k) => {
      after.set(place, reply.apl[k] ?? 0);
      base.set(place, reply.before[k] ?? 0);
      wanted.set(place, `c${reply.classes[k] ?? 0} changed`);
    });
    for (const [place, value] of wanted) map.paint(place, value);
  }

  function draw(reply: Reply): void {
    colour(reply);
    const marks = holder.querySelector(".marks");
    if (marks) marks.outerHTML = reply.marks;
    if (panel) panel.innerHTML = reply.panel;
    say(reply.summary);
    if (undo) undo.disabled = at === 0;
    if (redo) redo.disabled = at === states.length - 1;
    // What nobody looks at waits until the new colours are on the screen.
    const mine = (): void => {
      if (unfiled !== mine) return;
      unfiled = undefined;
      file(reply);
    };
    unfiled = mine;
    setTimeout(mine, 100);
  }

  /** Shows the communes that move from near: a change of one commune cannot be seen on a whole region. */
  function frame(places: number[]): void {
    const boxes = places.flatMap((place) => map.paths[place]?.getBBox() ?? []);
    if (boxes.length === 0) return;
    const [left, top] = [Math.min(...boxes.map((b) => b.x)), Math.min(...boxes.map((b) => b.y))];
    const [right, bottom] = [Math.max(...boxes.map((b) => b.x + b.width)), Math.max(...boxes.map((b) => b.y + b.height))];
    map.view.show({ x: left, y: top, width: right - left, height: bottom - top });
  }

  /** Writes what was tried into the address and into the forms of the page. */
  function file(reply: Reply): void {
    for (const kept of root.querySelectorAll("[data-kept-changes], [data-change]")) keep(kept, reply.changes);
    const signin = find<HTMLAnchorElement>("[data-signin]");
    if (signin) signin.href = `/connexion?suite=${encodeURIComponent(reply.address)}`;
    history.replaceState(null, "", JSON.stringify(reply.changes) === opened.changes ? opened.address : reply.address);
  }

  /** The hidden fields that carry the changes through a form without this script. */
  function keep(form: Element, changes: string[]): void {
    for (const old of form.querySelectorAll('input[name="ajout"]')) old.remove();
    form.append(...changes.map((change) => {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = "ajout";
      field.value = change;
      return field;
    }));
  }

  async function go(changes: string[], add?: Add): Promise<boolean> {
    const reply = await send(changes, add);
    if (!reply) return false;
    states = [...states.slice(0, at + 1), reply.changes];
    at++;
    draw(reply);
    return true;
  }

  async function move(step: number): Promise<void> {
    const state = states[at + step];
    const reply = state && (await send(state));
    if (!reply) return;
    at += step;
    draw(reply);
  }

  function typed(): Add {
    const communes = [...(form?.querySelectorAll<HTMLInputElement>('input[name="commune"]') ?? [])];
    const ftes = [...(form?.querySelectorAll<HTMLInputElement>('input[name="etp"]') ?? [])];
    const kind = form?.querySelector<HTMLSelectElement>('select[name="genre"]')?.value ?? "etp";
    const sites = communes
      .map((commune, k) => ({ commune: commune.value.trim(), fte: Number((ftes[k]?.value ?? "").replace(",", ".")) || 0 }))
      .filter((site, k) => site.commune !== "" && (k === 0 || kind === "poste"));
    return { kind, sites };
  }

  // A page may open on a scenario: what the communes were without it comes with the first answer.
  if (states[0]?.length) {
    void send(states[0]).then((reply) => {
      if (!reply) return;
      draw(reply);
      frame(reply.places);
    });
  }

  // Every gesture needs the names: they are fetched before the first one.
  void map.points();

  map.describe = (place, known) => {
    const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2, minimumFractionDigits: 2 });
    const before = known.values[place] ?? 0;
    const now = after.get(place);
    const unit = holder.dataset["unit"] ?? "";
    return now === undefined ? [number.format(before), unit] : [`${number.format(before)} → ${number.format(now)}`, unit];
  };
  map.choose = (place, known) => {
    const code = known.codes[place] ?? "";
    const wanted = typed();
    const fields = form?.querySelectorAll<HTMLInputElement>('input[name="commune"]');
    if (wanted.kind === "poste" && fields) {
      const free = [...fields].find((field) => field.value.trim() === "");
      if (free) free.value = code;
      return;
    }
    const fte = Number((form?.querySelector<HTMLInputElement>('input[name="etp"]')?.value ?? "1").replace(",", ".")) || 1;
    void go(states[at] ?? [], { kind: wanted.kind, sites: [{ commune: code, fte }] });
  };
  document.addEventListener("submit", () => unfiled?.(), true); // a form that goes takes what is shown with it
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    void go(states[at] ?? [], typed()).then((done) => {
      if (done) for (const field of form.querySelectorAll<HTMLInputElement>('input[name="commune"]')) field.value = "";
    });
  });
  root.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-go]") : null;
    if (!link) return;
    event.preventDefault();
    void go(JSON.parse(link.dataset["go"] ?? "[]") as string[]);
  });
  undo?.addEventListener("click", () => void move(-1));
  redo?.addEventListener("click", () => void move(1));
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    void move(key === "y" || event.shiftKey ? 1 : -1);
  });
  for (const hidden of document.querySelectorAll<HTMLElement>("[data-tools], [data-copy-address]")) hidden.hidden = false;
  const copy = document.querySelector<HTMLButtonElement>("[data-copy-address]");
  copy?.addEventListener("click", () => void navigator.clipboard.writeText(location.href).then(() => { copy.textContent = copy.dataset["copied"] ?? ""; }));
  const kind = form?.querySelector<HTMLSelectElement>('select[name="genre"]');
  const shape = (): void => { form?.classList.toggle("shared", kind?.value === "poste"); form?.classList.add("live"); };
  kind?.addEventListener("change", shape);
  shape();
}
