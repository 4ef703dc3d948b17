// Moves and zooms drawings that lie on each other by their view boxes: pointer, wheel, pinch, buttons and keyboard.

export interface Frame { x: number; y: number; width: number; height: number }

export interface PanZoom {
  /** Scale against the whole drawing: 1 shows it all. */
  zoom(): number;
  center(): { x: number; y: number };
  toDrawing(clientX: number, clientY: number): { x: number; y: number };
  by(factor: number, at?: { x: number; y: number }): void;
  whole(): void;
  show(frame: Frame): void;
}

const mostZoom = 24;

export function panZoom(holder: HTMLElement, svg: SVGSVGElement, over: SVGSVGElement, moved: () => void): PanZoom {
  const start = svg.viewBox.baseVal;
  const home: Frame = { x: start.x, y: start.y, width: start.width, height: start.height };
  let frame: Frame = { ...home };

  function apply(): void {
    const width = Math.min(home.width, Math.max(home.width / mostZoom, frame.width));
    const height = width * (home.height / home.width);
    const x = Math.min(home.x + home.width - width, Math.max(home.x, frame.x));
    const y = Math.min(home.y + home.height - height, Math.max(home.y, frame.y));
    frame = { x, y, width, height };
    for (const drawing of [svg, over]) drawing.setAttribute("viewBox", [x, y, width, height].map((n) => Math.round(n * 100) / 100).join(" "));
    holder.style.setProperty("--zoom", String(home.width / width));
    holder.classList.toggle("zoomed", width < home.width * 0.999);
    pen();
    moved();
  }

  /** Tells the lines how wide a CSS pixel is in the drawing: cheaper than having the browser keep each line's width apart from its scale. */
  function pen(): void {
    const { k } = scale();
    if (!Number.isFinite(k)) return; // not on the screen
    holder.style.setProperty("--px", String(Math.round(k * 1000) / 1000));
    holder.classList.add("measured");
  }
  new ResizeObserver(pen).observe(svg);

  /** Units of the drawing per CSS pixel: the drawing fits inside its holder, centred. */
  function scale(): { k: number; left: number; top: number } {
    const box = svg.getBoundingClientRect();
    const k = Math.max(frame.width / box.width, frame.height / box.height);
    return { k, left: box.left + (box.width - frame.width / k) / 2, top: box.top + (box.height - frame.height / k) / 2 };
  }

  function toDrawing(clientX: number, clientY: number): { x: number; y: number } {
    const { k, left, top } = scale();
    return { x: frame.x + (clientX - left) * k, y: frame.y + (clientY - top) * k };
  }

  function center(): { x: number; y: number } {
    return { x: frame.x + frame.width / 2, y: frame.y + frame.height / 2 };
  }

  function by(factor: number, at = center()): void {
    const width = Math.min(home.width, Math.max(home.width / mostZoom, frame.width / factor));
    const ratio = width / frame.width;
    frame = { x: at.x - (at.x - frame.x) * ratio, y: at.y - (at.y - frame.y) * ratio, width, height: frame.height * ratio };
    apply();
  }

  function pan(dx: number, dy: number): void {
    frame = { ...frame, x: frame.x + dx, y: frame.y + dy };
    apply();
  }

  function whole(): void {
    frame = { ...home };
    apply();
  }

  function show(wanted: Frame): void {
    const width = Math.max(wanted.width, wanted.height * (home.width / home.height));
    frame = { x: wanted.x + (wanted.width - width) / 2, y: wanted.y + wanted.height / 2 - (width * home.height) / home.width / 2, width, height: 0 };
    apply();
  }

  const pointers = new Map<number, { x: number; y: number }>();
  holder.addEventListener("pointerdown", (event) => {
    if (event.target instanceof Element && event.target.closest("button")) return;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  holder.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    if (pointers.size === 1) {
      if (!holder.classList.contains("dragging") && Math.hypot(now.x - before.x, now.y - before.y) < 4) return;
      if (!holder.classList.contains("dragging")) holder.setPointerCapture(event.pointerId);
      holder.classList.add("dragging");
      const { k } = scale();
      pan((before.x - now.x) * k, (before.y - now.y) * k);
    } else {
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const was = Math.hypot(before.x - other.x, before.y - other.y);
        const is = Math.hypot(now.x - other.x, now.y - other.y);
        if (was > 0) by(is / was, toDrawing((now.x + other.x) / 2, (now.y + other.y) / 2));
      }
      holder.classList.add("dragging");
    }
    pointers.set(event.pointerId, now);
  });
  function release(event: PointerEvent): void {
    pointers.delete(event.pointerId);
    // The click that ends a drag comes after this event: it must still see the class.
    if (pointers.size === 0) requestAnimationFrame(() => holder.classList.remove("dragging"));
  }
  holder.addEventListener("pointerup", release);
  holder.addEventListener("pointercancel", release);
  holder.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !holder.contains(document.activeElement) && frame.width >= home.width && event.deltaY > 0) return;
    event.preventDefault();
    by(Math.exp(-event.deltaY / 400), toDrawing(event.clientX, event.clientY));
  }, { passive: false });
  holder.addEventListener("dblclick", (event) => by(2, toDrawing(event.clientX, event.clientY)));
  holder.addEventListener("keydown", (event) => {
    const step = frame.width / 8;
    const moves: Record<string, () => void> = {
      ArrowLeft: () => pan(-step, 0), ArrowRight: () => pan(step, 0), ArrowUp: () => pan(0, -step), ArrowDown: () => pan(0, step),
      "+": () => by(1.5), "=": () => by(1.5), "-": () => by(1 / 1.5), "0": whole, Home: whole,
    };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move();
  });
  return { zoom: () => home.width / frame.width, center, toDrawing, by, whole, show };
}
