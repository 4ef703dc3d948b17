// One map on a page: its paths, what is known of each commune, the card that follows the pointer.
import { panZoom, type PanZoom } from "./panzoom";

export interface Points {
  codes: string[];
  names: string[];
  population: number[];
  apl: number[];
  zones: string[];
  values: (number | null)[];
}

export interface MapView {
  holder: HTMLElement;
  paths: SVGPathElement[];
  /** Gives a commune another class for as long as it differs from its own, on the drawing that lies over the map. */
  paint: (place: number, value: string) => void;
  points: () => Promise<Points>;
  view: PanZoom;
  /** What the card adds under the name; undefined keeps the usual words. */
  describe?: (place: number, points: Points) => string[] | undefined;
  /** What a click on a commune does; the usual thing is to open its page. */
  choose?: (place: number, points: Points) => void;
}

type Words = Record<string, string>;

export function openMap(holder: HTMLElement): MapView {
  const svg = holder.querySelector("svg");
  if (!svg) throw new Error("a map without a drawing");
  const words = JSON.parse(holder.dataset["words"] ?? "{}") as Words;
  const paths = [...svg.querySelectorAll<SVGPathElement>(".communes > path")];
  const index = new Map(paths.map((path, place) => [path, place] as const));
  let loading: Promise<Points> | undefined;
  const points = (): Promise<Points> =>
    (loading ??= fetch(holder.dataset["src"] ?? "").then((answer) => {
      if (!answer.ok) throw new Error(`values of the map: ${answer.status}`);
      return answer.json() as Promise<Points>;
    }));

  const card = document.createElement("div");
  card.className = "map-card";
  card.hidden = true;
  const { over, paint, outline } = cover(svg, paths);
  holder.dataset["ready"] = "";
  holder.tabIndex = 0;
  holder.setAttribute("role", "application");
  holder.setAttribute("aria-label", words["label"] ?? "");
  const live = document.createElement("p");
  live.className = "visually-hidden";
  live.setAttribute("aria-live", "polite");

  const map: MapView = { holder, paths, paint, points, view: panZoom(holder, svg, over, () => { card.hidden = true; }) };
  holder.append(tools(map, words), card, live);
  let shown = -1;

  async function show(place: number, x: number, y: number): Promise<void> {
    const path = paths[place];
    if (!path) return;
    if (shown !== place) outline.setAttribute("d", path.getAttribute("d") ?? "");
    shown = place;
    const known = await points();
    if (shown !== place) return;
    const lines = map.describe?.(place, known) ?? usual(place, known, holder, words);
    write([known.names[place] ?? "", ...lines]);
    put(x, y);
  }

  /** Moves the card beside a point of the window, inside the map. */
  function put(x: number, y: number): void {
    const box = holder.getBoundingClientRect();
    const left = Math.min(x - box.left + 14, box.width - card.offsetWidth - 6);
    const top = y - box.top + 18 + card.offsetHeight > box.height ? y - box.top - card.offsetHeight - 12 : y - box.top + 18;
    card.style.translate = `${Math.max(6, left)}px ${Math.max(6, top)}px`;
  }

  let written = "";

  /** Puts lines on the card, unless it shows them already: a hand that rests costs the browser nothing. */
  function write(lines: string[]): void {
    const wanted = lines.join("\n");
    if (written !== wanted) {
      card.replaceChildren(...lines.map((line, n) => {
        const text = document.createElement(n === 0 ? "strong" : "div");
        text.className = ["", "value"][n] ?? "soft";
        text.textContent = line;
        return text;
      }));
    }
    written = wanted;
    card.hidden = false;
  }

  function hide(): void {
    shown = -1;
    card.hidden = true;
    outline.removeAttribute("d");
  }

  /** A symbol says what it stands for on the card: the browser's own label does not show on a phone. */
  const titles = new Map<Element, string[]>();
  for (const symbol of over.querySelectorAll(".pin path")) {
    titles.set(symbol, symbol.textContent?.split("\n") ?? []);
    symbol.replaceChildren();
  }
  holder.addEventListener("pointermove", (event) => {
    const lines = event.target instanceof SVGPathElement ? titles.get(event.target) : undefined;
    if (lines && !holder.classList.contains("dragging")) {
      hide();
      write(lines);
      put(event.clientX, event.clientY);
      return;
    }
    const place = event.target instanceof SVGPathElement ? index.get(event.target) : undefined;
    if (place === undefined || holder.classList.contains("dragging")) hide();
    else void show(place, event.clientX, event.clientY);
  });
  holder.addEventListener("pointerleave", hide);
  async function choose(place: number): Promise<void> {
    const known = await points();
    if (map.choose) {
      map.choose(place, known);
      return;
    }
    const query = holder.dataset["query"];
    location.href = `${holder.dataset["commune"]}${known.codes[place]}${query ? `?${query}` : ""}`;
  }
  holder.addEventListener("click", (event) => {
    if (!(event.target instanceof SVGPathElement) || holder.classList.contains("dragging")) return;
    const page = event.target.dataset["href"];
    if (page !== undefined && !map.choose) {
      location.href = page;
      return;
    }
    const place = at(event.clientX, event.clientY);
    if (place !== undefined) void choose(place);
  });
  /** The commune at a point of the window, beneath whatever lies over it. */
  function at(x: number, y: number): number | undefined {
    const found = document.elementsFromPoint(x, y).find((e) => e instanceof SVGPathElement && index.has(e));
    return found instanceof SVGPathElement ? index.get(found) : undefined;
  }
  /** The commune in the middle, for whoever moves with the keyboard. */
  function middle(): number | undefined {
    const box = holder.getBoundingClientRect();
    return at(box.left + box.width / 2, box.top + box.height / 2);
  }
  holder.addEventListener("keyup", (event) => {
    if (event.target !== holder || !/^Arrow|^[+\-=0]$/.test(event.key)) return;
    const place = middle();
    if (place === undefined) return;
    const box = holder.getBoundingClientRect();
    void show(place, box.left + box.width / 2, box.top + box.height / 2).then(() => { live.textContent = card.textContent; });
  });
  holder.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    if (event.target !== holder || event.key !== "Enter") return;
    const place = middle();
    if (place !== undefined) void choose(place);
  });
  return map;
}

/**
 * Lays a second drawing over the map for what changes under the hand: the browser then draws those few shapes again, not every commune
 * of the region. Names and marks move there too: they stay on top.
 */
function cover(svg: SVGSVGElement, paths: SVGPathElement[]): { over: SVGSVGElement; paint: MapView["paint"]; outline: SVGPathElement } {
  const create = <K extends keyof SVGElementTagNameMap>(name: K, value: string): SVGElementTagNameMap[K] => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    made.setAttribute("class", value);
    return made;
  };
  const over = create("svg", `${svg.getAttribute("class") ?? ""} over`);
  over.setAttribute("viewBox", svg.getAttribute("viewBox") ?? "");
  over.setAttribute("aria-hidden", "true");
  const painted = create("g", "communes");
  const outline = create("path", "hover");
  over.append(painted, outline, ...svg.querySelectorAll(".towns, .points, .marks"));
  svg.after(over);
  const shown = new Map<number, SVGPathElement>();
  function paint(place: number, value: string): void {
    const own = paths[place];
    if (own?.getAttribute("class") === value) {
      shown.get(place)?.remove();
      shown.delete(place);
      return;
    }
    const copy = shown.get(place) ?? create("path", "");
    if (copy.getAttribute("class") !== value) copy.setAttribute("class", value);
    if (copy.isConnected) return;
    copy.dataset["place"] = String(place);
    copy.setAttribute("d", own?.getAttribute("d") ?? "");
    painted.append(copy);
    shown.set(place, copy);
  }
  return { over, paint, outline };
}

function usual(place: number, known: Points, holder: HTMLElement, words: Words): string[] {
  const number = new Intl.NumberFormat(words["lang"] ?? "fr", { maximumFractionDigits: 2 });
  const zone = known.zones[place] ?? "";
  const people = `${number.format(known.population[place] ?? 0)} ${words["population"]} · ${zone}`;
  if (holder.dataset["layer"] === "zone") return [zone, people];
  const value = known.values[place];
  return [value === null || value === undefined ? words["none"] ?? "" : number.format(value), holder.dataset["unit"] ?? "", people];
}

function tools(map: MapView, words: Words): HTMLElement {
  const bar = document.createElement("div");
  bar.className = "map-tools";
  const button = (sign: string, label: string, action: () => void): HTMLButtonElement => {
    const b = document.createElement("button");
    b.type = "button";
    b.textContent = sign;
    b.title = label;
    b.setAttribute("aria-label", label);
    b.addEventListener("click", action);
    return b;
  };
  bar.append(
    button("+", words["in"] ?? "+", () => map.view.by(1.6)),
    button("−", words["out"] ?? "-", () => map.view.by(1 / 1.6)),
    button("⤢", words["whole"] ?? "", () => map.view.whole()),
  );
  return bar;
}
