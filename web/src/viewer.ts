// The expert's screen: photographs (zoom, pan, millimetres, measure, comparison), phrases, keys, and the next case fetched ahead.
// The page works without any of it.

const say = (words: string): void => {
  const box = document.querySelector("[data-said]");
  if (box) box.textContent = words;
};

const number = (n: number, digits: number): string => n.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits });

/** One photograph under the hand: the transform is kept as scale and offset, in pixels of its frame. */
class Photo {
  private scale = 1;
  private x = 0;
  private y = 0;
  private sharp = false;
  readonly frame: HTMLElement;
  private readonly image: HTMLImageElement;
  private readonly ruler: HTMLElement | null;
  private line: SVGSVGElement | null = null;

  constructor(readonly figure: HTMLElement) {
    this.frame = figure.querySelector<HTMLElement>(".tx-frame") as HTMLElement;
    this.image = figure.querySelector<HTMLImageElement>("img") as HTMLImageElement;
    this.ruler = this.addRuler();
    this.frame.addEventListener("wheel", (e) => this.wheel(e), { passive: false });
    this.frame.addEventListener("pointerdown", (e) => (screenState.measuring ? this.measure(e) : this.drag(e)));
    this.frame.addEventListener("focus", () => (screenState.active = this));
    this.frame.addEventListener("dblclick", () => this.zoom(this.scale > 1 ? 1 / this.scale : 3));
    new ResizeObserver(() => this.draw()).observe(this.frame);
  }

  get scaled(): boolean {
    return Number(this.figure.dataset["mm"]) > 0;
  }

  /** Millimetres are claimed only where the card was seen. */
  private addRuler(): HTMLElement | null {
    if (!this.scaled) return null;
    const ruler = document.createElement("span");
    ruler.className = "tx-ruler";
    this.frame.append(ruler);
    return ruler;
  }

  private wheel(e: WheelEvent): void {
    if (!e.ctrlKey && this.scale === 1 && e.deltaY > 0) return; // the page scrolls
    e.preventDefault();
    const box = this.frame.getBoundingClientRect();
    this.zoom(Math.exp(-e.deltaY / 400), e.clientX - box.left, e.clientY - box.top);
  }

  private follow(start: PointerEvent, move: (e: PointerEvent) => void): void {
    start.preventDefault();
    this.frame.focus();
    this.frame.setPointerCapture(start.pointerId);
    this.frame.addEventListener("pointermove", move);
    this.frame.addEventListener("pointerup", () => this.frame.removeEventListener("pointermove", move), { once: true });
  }

  private drag(start: PointerEvent): void {
    if (this.scale === 1) return;
    let [fromX, fromY] = [start.clientX, start.clientY];
    this.follow(start, (e) => {
      this.pan(e.clientX - fromX, e.clientY - fromY);
      [fromX, fromY] = [e.clientX, e.clientY];
    });
  }

  /** A line drawn on the photograph says its length, only where the card gave the scale. */
  private measure(start: PointerEvent): void {
    if (!this.scaled) return say(document.querySelector<HTMLElement>("[data-tool=measure]")?.dataset["none"] ?? "");
    const box = this.frame.getBoundingClientRect();
    const [x, y] = [start.clientX - box.left, start.clientY - box.top];
    this.follow(start, (e) => this.drawLine(x, y, e.clientX - box.left, e.clientY - box.top));
  }

  private drawLine(x1: number, y1: number, x2: number, y2: number): void {
    const space = "http://www.w3.org/2000/svg";
    this.line?.remove();
    this.line = document.createElementNS(space, "svg");
    this.line.setAttribute("class", "tx-measure");
    const line = document.createElementNS(space, "line");
    const label = document.createElementNS(space, "text");
    for (const [name, value] of Object.entries({ x1, y1, x2, y2 })) line.setAttribute(name, String(value));
    label.setAttribute("x", String((x1 + x2) / 2));
    label.setAttribute("y", String(Math.min(y1, y2) - 8));
    const words = `${number(Math.hypot(x2 - x1, y2 - y1) / this.perMillimetre(), 1)} mm`;
    label.textContent = words;
    this.line.append(line, label);
    this.frame.append(this.line);
    say(words);
  }

  /** Whether the key was one of the photograph's. */
  key(name: string): boolean {
    const step = 60;
    const keys: Record<string, () => void> = {
      "+": () => this.zoom(1.4),
      "=": () => this.zoom(1.4),
      "-": () => this.zoom(1 / 1.4),
      "0": () => this.zoom(1 / this.scale),
      ArrowLeft: () => this.pan(step, 0),
      ArrowRight: () => this.pan(-step, 0),
      ArrowUp: () => this.pan(0, step),
      ArrowDown: () => this.pan(0, -step),
    };
    const act = keys[name];
    if (!act || (name.startsWith("Arrow") && this.scale === 1)) return false;
    act();
    return true;
  }

  zoom(by: number, atX = this.frame.clientWidth / 2, atY = this.frame.clientHeight / 2): void {
    const before = this.scale;
    this.scale = Math.min(12, Math.max(1, this.scale * by));
    const ratio = this.scale / before;
    this.x = atX - (atX - this.x) * ratio;
    this.y = atY - (atY - this.y) * ratio;
    if (this.scale > 1.2) this.sharpen();
    this.draw();
  }

  private pan(dx: number, dy: number): void {
    this.x += dx;
    this.y += dy;
    this.draw();
  }

  /** The large picture is fetched the first time somebody looks closer. */
  sharpen(): void {
    if (this.sharp) return;
    this.sharp = true;
    const large = new Image();
    large.addEventListener("load", () => (this.image.src = large.src), { once: true });
    large.src = this.figure.dataset["full"] ?? "";
  }

  private draw(): void {
    const { clientWidth: w, clientHeight: h } = this.frame;
    this.line?.remove();
    this.x = Math.min(0, Math.max(w * (1 - this.scale), this.x));
    this.y = Math.min(0, Math.max(h * (1 - this.scale), this.y));
    this.image.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    this.frame.classList.toggle("zoomed", this.scale > 1);
    if (this.ruler) this.drawRuler(this.ruler);
  }

  private perMillimetre(): number {
    const wide = Number(this.figure.dataset["width"]) || 1;
    const high = Number(this.figure.dataset["height"]) || 1;
    return (Math.min(this.frame.clientWidth / wide, this.frame.clientHeight / high) * this.scale) / Number(this.figure.dataset["mm"]);
  }

  /** The ruler is the roundest length that takes at most a third of the frame. */
  private drawRuler(ruler: HTMLElement): void {
    const lengths = [50, 20, 10, 5, 2, 1, 0.5];
    const mm = lengths.find((l) => l * this.perMillimetre() < this.frame.clientWidth / 3) ?? 0.5;
    ruler.style.width = `${mm * this.perMillimetre()}px`;
    ruler.textContent = `${number(mm, 1)} mm`;
  }
}

/** What the screen holds; it is made anew for each case. */
const screenState: { photos: Photo[]; active: Photo | undefined; measuring: boolean } = { photos: [], active: undefined, measuring: false };

/** Photographs of the next case, fetched while this one is answered: nothing of them is kept by the browser's cache. */
const ahead = new Map<string, string>();

async function fetchAhead(): Promise<void> {
  const links = document.querySelector<HTMLElement>("[data-ahead]")?.dataset["ahead"]?.split(" ").filter(Boolean) ?? [];
  for (const link of links.filter((l) => !ahead.has(l))) {
    const answer = await fetch(link).catch(() => undefined);
    if (answer?.ok) ahead.set(link, URL.createObjectURL(await answer.blob()));
  }
}

function useAhead(root: ParentNode): void {
  for (const image of root.querySelectorAll<HTMLImageElement>(".tx-frame img")) {
    const blob = ahead.get(image.getAttribute("src") ?? "");
    if (blob) image.src = blob;
  }
}

function start(): void {
  screenState.photos = [...document.querySelectorAll<HTMLElement>("[data-photo]")].map((figure) => new Photo(figure));
  screenState.active = screenState.photos[0];
  screenState.measuring = false;
  document.querySelector("[data-tools]")?.removeAttribute("hidden");
  for (const box of document.querySelectorAll<HTMLElement>("[data-compare]")) compare(box);
  const reply = document.querySelector<HTMLFormElement>("[data-reply]");
  if (reply) answer(reply);
  setTimeout(() => void fetchAhead(), 400);
}

/** The comparison slider uncovers the later photograph from the left. */
function compare(box: HTMLElement): void {
  const over = box.querySelector<HTMLElement>("[data-over]");
  const slide = box.querySelector<HTMLInputElement>("[data-slide]");
  const draw = (): void => {
    if (over && slide) over.style.clipPath = `inset(0 0 0 ${slide.value}%)`;
  };
  slide?.addEventListener("input", draw);
  draw();
}

function answer(reply: HTMLFormElement): void {
  const words = reply.querySelector<HTMLTextAreaElement>("textarea[name=text]");
  const bank = reply.querySelector<HTMLDetailsElement>("[data-bank]");
  reply.addEventListener("click", (e) => {
    const button = e.target instanceof Element ? e.target.closest<HTMLElement>("[data-phrase]") : null;
    if (!button || !words) return;
    words.value = `${words.value.trimEnd()}${words.value.trim() ? "\n" : ""}${button.dataset["phrase"] ?? ""}`;
    if (bank) bank.open = false;
    words.blur();
    reply.querySelector<HTMLElement>("[data-key=s]")?.focus();
  });
  bank?.addEventListener("keydown", (e) => {
    const way = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (!way || !bank.open) return;
    e.preventDefault();
    const all = [...bank.querySelectorAll<HTMLElement>("[data-phrase]")];
    all[(all.indexOf(document.activeElement as HTMLElement) + way + all.length) % all.length]?.focus();
  });
  reply.addEventListener("change", (e) => {
    if (e.target instanceof HTMLInputElement && e.target.name === "disposition") suggestSlot(reply, e.target.value);
  });
  reply.addEventListener("submit", (e) => {
    const by = e.submitter;
    if (by instanceof HTMLButtonElement && by.name) return; // keeping, not signing
    e.preventDefault();
    void sign(reply);
  });
}

/** D1 and D5 need a place: the first free slot is put forward, for the expert to change or keep. */
function suggestSlot(reply: HTMLFormElement, disposition: string): void {
  const slot = reply.querySelector<HTMLSelectElement>("select[name=slot]");
  const coordinator = reply.querySelector<HTMLSelectElement>("select[name=coordinator]");
  if (!slot || coordinator?.value || slot.value || (disposition !== "D1" && disposition !== "D5")) return;
  slot.value = [...slot.options].find((o) => o.value)?.value ?? "";
}

/** Signs in place, so that the next case's photographs are there at once. Without a network the browser's own way says so. */
async function sign(reply: HTMLFormElement): Promise<void> {
  const button = reply.querySelector<HTMLButtonElement>("[data-key=s]");
  if (button) button.disabled = true;
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(reply)) if (typeof value === "string") fields.append(name, value);
  const reached = await fetch(reply.action, { method: "POST", body: fields }).catch(() => undefined);
  if (!reached?.headers.get("content-type")?.startsWith("text/html") || (!reached.ok && reached.status !== 422 && reached.status !== 409)) {
    if (button) button.disabled = false;
    return reply.submit();
  }
  const page = new DOMParser().parseFromString(await reached.text(), "text/html");
  const next = page.querySelector("main");
  const here = document.querySelector("main");
  if (!next || !here) return location.assign(reached.url);
  useAhead(next);
  here.replaceWith(next);
  document.title = page.title;
  if (reached.redirected) history.pushState(null, "", reached.url);
  scrollTo(0, 0);
  start();
  const focus = next.querySelector<HTMLElement>("[aria-invalid=true], .alert, h1");
  focus?.setAttribute("tabindex", "-1");
  focus?.focus();
}

/** What a tool's button or key does. */
const tools: Record<string, (button: HTMLElement) => void> = {
  large: (button) => {
    const large = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(large));
    document.querySelector("[data-viewer]")?.classList.toggle("tx-large", large);
    for (const p of screenState.photos) p.figure.classList.toggle("tx-shown", p === screenState.active);
    if (large) screenState.active?.sharpen();
  },
  measure: (button) => {
    screenState.measuring = !screenState.measuring;
    button.setAttribute("aria-pressed", String(screenState.measuring));
    document.querySelector("[data-viewer]")?.classList.toggle("tx-measuring", screenState.measuring);
    say(screenState.measuring ? (button.dataset["how"] ?? "") : "");
  },
};

const useTool = (name: string): void => {
  const button = document.querySelector<HTMLElement>(`[data-tool=${name}]`);
  if (button) tools[name]?.(button);
};

function nextPhoto(): void {
  const { photos, active } = screenState;
  const next = photos[(photos.indexOf(active as Photo) + 1) % photos.length];
  if (!next) return;
  screenState.active = next;
  for (const p of photos) p.figure.classList.toggle("tx-shown", p === next);
  next.frame.focus();
}

document.addEventListener("click", (e) => {
  const name = e.target instanceof Element ? e.target.closest<HTMLElement>("[data-tool]")?.dataset["tool"] : undefined;
  if (name) useTool(name);
});

addEventListener("popstate", () => location.reload());

/** Keys of the whole screen; the others are those of the control that carries them. */
const keys: Record<string, () => void> = {
  f: () => useTool("large"),
  r: () => useTool("measure"),
  v: nextPhoto,
  g: () => document.querySelector<HTMLElement>("[data-slide]")?.focus(),
  "?": () => document.getElementById("tx-keys")?.togglePopover(),
};

/** Keys act when nobody types. */
document.addEventListener("keydown", (e) => {
  const at = e.target;
  const typing = at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement || (at instanceof HTMLInputElement && !["radio", "checkbox"].includes(at.type));
  if (e.key === "Escape" && typing) return at.blur();
  if (typing || e.ctrlKey || e.metaKey || e.altKey) return;
  const onPhoto = at instanceof Element && at.closest(".tx-frame") !== null;
  if ((onPhoto || !e.key.startsWith("Arrow")) && screenState.active?.key(e.key)) return e.preventDefault();
  const own = keys[e.key];
  const control = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(e.key)}"]`);
  if (!own && !control) return;
  e.preventDefault();
  if (own) return own();
  if (control instanceof HTMLButtonElement || control instanceof HTMLAnchorElement || control?.tagName === "SUMMARY" || (control instanceof HTMLInputElement && control.type === "radio")) control.click();
  control?.focus();
});

start();
