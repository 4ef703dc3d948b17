// The expert's photographs: zoom, pan, millimetres, comparison; phrases and keys of the answer form. The page works without any of it.

/** One photograph under the hand: the transform is kept as scale and offset, in pixels of its frame. */
class Photo {
  private scale = 1;
  private x = 0;
  private y = 0;
  private sharp = false;
  private readonly frame: HTMLElement;
  private readonly image: HTMLImageElement;
  private readonly ruler: HTMLElement | null;

  constructor(private readonly figure: HTMLElement) {
    this.frame = figure.querySelector<HTMLElement>(".tx-frame") as HTMLElement;
    this.image = figure.querySelector<HTMLImageElement>("img") as HTMLImageElement;
    this.ruler = this.addRuler();
    this.frame.addEventListener("wheel", (e) => this.wheel(e), { passive: false });
    this.frame.addEventListener("pointerdown", (e) => this.drag(e));
    this.frame.addEventListener("keydown", (e) => this.key(e));
    this.frame.addEventListener("dblclick", () => this.zoom(this.scale > 1 ? 1 / this.scale : 3));
    new ResizeObserver(() => this.draw()).observe(this.frame);
  }

  /** Millimetres are claimed only where the card was seen. */
  private addRuler(): HTMLElement | null {
    if (!(Number(this.figure.dataset["mm"]) > 0)) return null;
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

  private drag(start: PointerEvent): void {
    if (this.scale === 1) return;
    start.preventDefault();
    this.frame.setPointerCapture(start.pointerId);
    let [fromX, fromY] = [start.clientX, start.clientY];
    const move = (e: PointerEvent): void => {
      this.pan(e.clientX - fromX, e.clientY - fromY);
      [fromX, fromY] = [e.clientX, e.clientY];
    };
    this.frame.addEventListener("pointermove", move);
    this.frame.addEventListener("pointerup", () => this.frame.removeEventListener("pointermove", move), { once: true });
  }

  private key(e: KeyboardEvent): void {
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
    const act = keys[e.key];
    if (!act || (e.key.startsWith("Arrow") && this.scale === 1)) return;
    e.preventDefault();
    e.stopPropagation();
    act();
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
  private sharpen(): void {
    if (this.sharp) return;
    this.sharp = true;
    const large = new Image();
    large.addEventListener("load", () => (this.image.src = large.src), { once: true });
    large.src = this.figure.dataset["full"] ?? "";
  }

  private draw(): void {
    const { clientWidth: w, clientHeight: h } = this.frame;
    this.x = Math.min(0, Math.max(w * (1 - this.scale), this.x));
    this.y = Math.min(0, Math.max(h * (1 - this.scale), this.y));
    this.image.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    this.frame.classList.toggle("zoomed", this.scale > 1);
    if (this.ruler) this.measure(this.ruler);
  }

  /** The ruler is the roundest length that takes at most a third of the frame. */
  private measure(ruler: HTMLElement): void {
    const wide = Number(this.figure.dataset["width"]) || 1;
    const high = Number(this.figure.dataset["height"]) || 1;
    const shown = Math.min(this.frame.clientWidth / wide, this.frame.clientHeight / high) * this.scale;
    const perMillimetre = shown / Number(this.figure.dataset["mm"]);
    const lengths = [50, 20, 10, 5, 2, 1, 0.5];
    const mm = lengths.find((l) => l * perMillimetre < this.frame.clientWidth / 3) ?? 0.5;
    ruler.style.width = `${mm * perMillimetre}px`;
    ruler.textContent = `${mm.toLocaleString(document.documentElement.lang)} mm`;
  }
}

const photos = [...document.querySelectorAll<HTMLElement>("[data-photo]")].map((figure) => new Photo(figure));

/** The comparison slider uncovers the later photograph from the left. */
for (const box of document.querySelectorAll<HTMLElement>("[data-compare]")) {
  const over = box.querySelector<HTMLElement>("[data-over]");
  const slide = box.querySelector<HTMLInputElement>("[data-slide]");
  const draw = (): void => {
    if (over && slide) over.style.clipPath = `inset(0 0 0 ${slide.value}%)`;
  };
  slide?.addEventListener("input", draw);
  draw();
}

const reply = document.querySelector<HTMLFormElement>("[data-reply]");
const words = reply?.querySelector<HTMLTextAreaElement>("textarea[name=text]");

reply?.addEventListener("click", (e) => {
  const button = e.target instanceof Element ? e.target.closest<HTMLElement>("[data-phrase]") : null;
  if (!button || !words) return;
  words.value = `${words.value.trimEnd()}${words.value.trim() ? "\n" : ""}${button.dataset["phrase"] ?? ""}`;
  words.focus();
});

/** Keys act when nobody types: each names the control that carries it. */
document.addEventListener("keydown", (e) => {
  const at = e.target;
  const typing = at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement || (at instanceof HTMLInputElement && !["radio", "checkbox", "range"].includes(at.type));
  if (typing || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === "f") return photos[0]?.zoom(3);
  const control = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(e.key)}"]`);
  if (!control) return;
  e.preventDefault();
  if (control instanceof HTMLButtonElement || control instanceof HTMLInputElement && control.type === "radio") control.click();
  control.focus();
});
