// Finds the printed scale card (internal/telexpertise/documents/card.go) in a photograph. Four targets stand at known distances, each
// a black disc in a white and a black ring whose widths along any line through the centre are as 1:1:3:1:1. Four of them, a size that
// agrees with their distances, and the grey patches in their order: only then is it the card, and only then is a millimetre claimed.

/** The card in mm, from the centre of its upper left target. */
export const card = { wide: 70, tall: 40, target: 8.4, greys: [12.5, 17.5, 22.5, 27.5, 32.5], greyRow: 7.5 };

// A card seen aslant has no single scale: below this ratio of its smallest to its largest scale none is claimed.
const straight = 0.9;
const plausible = 0.45; // below: these four targets are no card

/** A picture in shades of grey, row after row, 0 to 255. */
export interface Grey { data: Float32Array; w: number; h: number }
export type Seen = { mmPerPixel: number } | "tilted" | null;

interface Point { x: number; y: number }
interface Target extends Point { size: number; seen: number } // size: diameter in pixels; seen: lines that crossed it
type Homography = readonly [number, number, number, number, number, number, number, number];

export function findCard(grey: Grey): Seen {
  const found = targets(blackness(grey), grey.w, grey.h);
  let tilted = false;
  for (const four of quadruples(found)) {
    for (let turn = 0; turn < 4; turn++) {
      const corners = [0, 1, 2, 3].map((i) => four[(i + turn) % 4] as Target);
      const seen = scaleOf(corners, grey);
      if (seen === "tilted") tilted = true;
      else if (seen) return seen;
    }
  }
  return tilted ? "tilted" : null;
}

/** Marks what is clearly darker than its surroundings, so that shade and uneven light do not matter. */
function blackness({ data, w, h }: Grey): Uint8Array {
  const sums = new Float64Array((w + 1) * (h + 1));
  for (let y = 0; y < h; y++) {
    let row = 0;
    for (let x = 0; x < w; x++) {
      row += data[y * w + x] as number;
      sums[(y + 1) * (w + 1) + x + 1] = (sums[y * (w + 1) + x + 1] as number) + row;
    }
  }
  const reach = Math.max(12, Math.round(Math.min(w, h) / 24));
  const black = new Uint8Array(w * h);
  for (let y = 0; y < h; y++) {
    const [top, bottom] = [Math.max(0, y - reach), Math.min(h, y + reach + 1)];
    for (let x = 0; x < w; x++) {
      const [left, right] = [Math.max(0, x - reach), Math.min(w, x + reach + 1)];
      const at = (row: number, column: number): number => sums[row * (w + 1) + column] as number;
      const mean = (at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left)) / ((bottom - top) * (right - left));
      if ((data[y * w + x] as number) < 0.82 * mean) black[y * w + x] = 1;
    }
  }
  return black;
}

/** Whether five runs are a line through a target: 1:1:3:1:1, give or take what blur and threshold do. */
function isTarget(runs: number[]): boolean {
  const module = runs.reduce((a, b) => a + b, 0) / 7;
  return module >= 1.5 && runs.every((run, i) => Math.abs(run - (i === 2 ? 3 : 1) * module) < (i === 2 ? 1.2 : 0.65) * module);
}

/** Looks along a line through a point inside the disc: the middle and the length of the target on it, in steps; null when it is none. */
function cross(black: Uint8Array, w: number, h: number, at: Point, dx: number, dy: number): { middle: number; length: number } | null {
  const half = (sign: number): number[] | null => {
    const runs = [0, 0, 0];
    let [x, y] = [Math.round(at.x), Math.round(at.y)];
    for (let part = 0; part < 3; ) {
      if (x < 0 || y < 0 || x >= w || y >= h) return null;
      if ((black[y * w + x] === 1) === (part % 2 === 0)) {
        runs[part] = (runs[part] as number) + 1;
        x += sign * dx;
        y += sign * dy;
      } else if (runs[part] === 0) return null;
      else part++;
    }
    return runs;
  };
  const [before, after] = [half(-1), half(1)];
  if (!before || !after) return null;
  const [b0, b1, b2] = before as [number, number, number];
  const [a0, a1, a2] = after as [number, number, number];
  if (!isTarget([b2, b1, b0 + a0 - 1, a1, a2])) return null;
  return { middle: (a0 + a1 + a2 - b0 - b1 - b2) / 2, length: b2 + b1 + b0 + a0 - 1 + a1 + a2 };
}

/** Every target: found along rows, then confirmed down, across and along both diagonals. */
function targets(black: Uint8Array, w: number, h: number): Target[] {
  const found: Target[] = [];
  for (let y = 0; y < h; y++) {
    const starts: number[] = [0];
    for (let x = 1; x < w; x++) if (black[y * w + x] !== black[y * w + x - 1]) starts.push(x);
    for (let i = black[y * w] === 1 ? 0 : 1; i + 5 < starts.length; i += 2) {
      const runs = [0, 1, 2, 3, 4].map((k) => (starts[i + k + 1] as number) - (starts[i + k] as number));
      if (!isTarget(runs)) continue;
      const one = confirm(black, w, h, { x: ((starts[i + 2] as number) + (starts[i + 3] as number) - 1) / 2, y });
      if (one) gather(found, one);
    }
  }
  return found.filter((t) => t.seen >= 2).sort((a, b) => b.seen / b.size - a.seen / a.size).slice(0, 10);
}

function confirm(black: Uint8Array, w: number, h: number, near: Point): Target | null {
  const down = cross(black, w, h, near, 0, 1);
  if (!down) return null;
  const y = near.y + down.middle;
  const across = cross(black, w, h, { x: near.x, y }, 1, 0);
  if (!across) return null;
  const x = near.x + across.middle;
  const diagonals = [cross(black, w, h, { x, y }, 1, 1), cross(black, w, h, { x, y }, 1, -1)];
  const lengths = [down.length, across.length, ...diagonals.map((d) => (d ? d.length * Math.SQRT2 : 0))];
  if (Math.min(...lengths) * 1.8 < Math.max(...lengths)) return null;
  return { x, y, size: Math.sqrt(lengths.reduce((sum, l) => sum + l * l, 0) / 4), seen: 1 };
}

/** Adds a sighting to the target that it belongs to. */
function gather(found: Target[], one: Target): void {
  const same = found.find((t) => Math.hypot(t.x - one.x, t.y - one.y) < t.size / 3);
  if (!same) return void found.push(one);
  const n = same.seen;
  for (const name of ["x", "y", "size"] as const) same[name] = (same[name] * n + one[name]) / (n + 1);
  same.seen = n + 1;
}

/** Every four of the targets, in the order of the clock around their middle. */
function* quadruples(all: Target[]): Generator<Target[]> {
  for (let a = 0; a < all.length; a++)
    for (let b = a + 1; b < all.length; b++)
      for (let c = b + 1; c < all.length; c++)
        for (let d = c + 1; d < all.length; d++) {
          const four = [all[a], all[b], all[c], all[d]] as Target[];
          const [x, y] = [four.reduce((s, t) => s + t.x, 0) / 4, four.reduce((s, t) => s + t.y, 0) / 4];
          yield four.sort((p, q) => Math.atan2(p.y - y, p.x - x) - Math.atan2(q.y - y, q.x - x));
        }
}

/** The scale, when these four targets, from the upper left one on, are those of a card seen straight. */
function scaleOf(corners: Target[], grey: Grey): Seen {
  const h = homography(corners);
  if (!h) return null;
  const at: Point[] = [{ x: 0, y: 0 }, { x: card.wide, y: 0 }, { x: card.wide, y: card.tall }, { x: 0, y: card.tall }];
  for (const [i, p] of at.entries()) {
    const ratio = (corners[i] as Target).size / (card.target * Math.sqrt(Math.abs(stretch(h, p).area)));
    if (!(ratio > 0.75 && ratio < 1.33)) return null;
  }
  const middle = stretch(h, { x: card.wide / 2, y: card.tall / 2 });
  if (middle.area <= 0 || middle.ratio < plausible || !greysFall(h, grey)) return null;
  return middle.ratio < straight ? "tilted" : { mmPerPixel: 1 / Math.sqrt(middle.area) };
}

/** The patches go from white to black: it is the card, and this is its right way up. */
function greysFall(h: Homography, { data, w, h: high }: Grey): boolean {
  const shades = card.greys.map((x) => {
    const p = project(h, { x, y: card.greyRow });
    const [cx, cy] = [Math.round(p.x), Math.round(p.y)];
    if (cx < 1 || cy < 1 || cx >= w - 1 || cy >= high - 1) return NaN;
    let sum = 0;
    for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) sum += data[(cy + dy) * w + cx + dx] as number;
    return sum / 9;
  });
  const white = shades[0] as number;
  return shades.every((s, i) => i === 0 || (shades[i - 1] as number) - s > 0.03 * white) && (shades[4] as number) < 0.6 * white;
}

function project(h: Homography, p: Point): Point {
  const scale = h[6] * p.x + h[7] * p.y + 1;
  return { x: (h[0] * p.x + h[1] * p.y + h[2]) / scale, y: (h[3] * p.x + h[4] * p.y + h[5]) / scale };
}

/** What becomes of one square millimetre at a point: its area in pixels, and how much it is flattened (1: not at all). */
function stretch(h: Homography, p: Point): { area: number; ratio: number } {
  const s = h[6] * p.x + h[7] * p.y + 1;
  const q = project(h, p);
  const [a, b, c, d] = [(h[0] - q.x * h[6]) / s, (h[1] - q.x * h[7]) / s, (h[3] - q.y * h[6]) / s, (h[4] - q.y * h[7]) / s];
  const area = a * d - b * c;
  const sum = a * a + b * b + c * c + d * d;
  const apart = Math.sqrt(Math.max(0, sum * sum - 4 * area * area));
  return { area, ratio: Math.sqrt(Math.max(0, (sum - apart) / (sum + apart))) };
}

/** The perspective that puts the card's corners where they were seen. */
function homography(corners: Point[]): Homography | null {
  const [p0, p1, p2, p3] = corners as [Point, Point, Point, Point];
  const [dx1, dy1, dx2, dy2] = [p1.x - p2.x, p1.y - p2.y, p3.x - p2.x, p3.y - p2.y];
  const [sx, sy] = [p0.x - p1.x + p2.x - p3.x, p0.y - p1.y + p2.y - p3.y];
  const by = dx1 * dy2 - dx2 * dy1;
  if (Math.abs(by) < 1e-6) return null;
  const [g, k] = [(sx * dy2 - dx2 * sy) / by, (dx1 * sy - sx * dy1) / by];
  const [u, v] = [1 / card.wide, 1 / card.tall];
  return [(p1.x - p0.x + g * p1.x) * u, (p3.x - p0.x + k * p3.x) * v, p0.x, (p1.y - p0.y + g * p1.y) * u, (p3.y - p0.y + k * p3.y) * v, p0.y, g * u, k * v];
}
