// Looks at a photograph on the phone: is it sharp, well lit, without glare, large enough? Nothing here judges the lesion.
import { findCard, type Grey, type Seen } from "./card";
import type { Reason, Verdict } from "./types";

// From where a photograph is worth taking again. Sharpness and light are measured on the middle half of the picture, drawn so that
// its longest side has `side` pixels: all cameras are then alike.
const side = 1024; // pixels
const limits = {
  sharpness: 12, // variance of the Laplacian; skin out of focus stays under 5, in focus goes above 20
  dark: 55, // mean luma
  bright: 225,
  glare: 0.04, // share of pixels that are burnt out and colourless, while the rest is not
  long: 1200, // pixels of the longest side
  short: 800,
};

// The card is looked for at these sizes (pixels of the longest side): near, its targets are too large for the first.
const cardSides = [1600, 800];

export interface Looked { verdict: Verdict; mmPerPixel: number; file: Blob }

/** The card as it is seen in a photograph, in millimetres per pixel of the photograph. */
function scale(bitmap: ImageBitmap): Seen {
  let tilted = false;
  for (const longest of cardSides) {
    const small = draw(bitmap, longest);
    const seen = findCard(grey(small, 0, 0, small.width, small.height));
    if (seen && seen !== "tilted") return { mmPerPixel: (seen.mmPerPixel * small.width) / bitmap.width };
    tilted ||= seen === "tilted";
  }
  return tilted ? "tilted" : null;
}

/** A part of a picture in shades of grey. */
function grey(picture: HTMLCanvasElement, x: number, y: number, w: number, h: number): Grey {
  const rgba = picture.getContext("2d")?.getImageData(x, y, w, h).data ?? new Uint8ClampedArray(4 * w * h);
  const data = new Float32Array(w * h);
  for (let i = 0; i < w * h; i++) data[i] = 0.299 * (rgba[4 * i] as number) + 0.587 * (rgba[4 * i + 1] as number) + 0.114 * (rgba[4 * i + 2] as number);
  return { data, w, h };
}

/** Opens a photograph and measures it. A format that the server does not read (HEIC) becomes JPEG when the browser can open it. Null when it cannot be opened. */
export async function look(file: Blob): Promise<Looked | null> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  const { width, height } = bitmap;
  const picture = draw(bitmap, side);
  let sent = file;
  if (!["image/jpeg", "image/png", "image/webp"].includes(file.type)) {
    const whole = draw(bitmap, Math.max(width, height));
    const jpeg = await new Promise<Blob | null>((resolve) => whole.toBlob(resolve, "image/jpeg", 0.93));
    if (!jpeg) return null;
    sent = jpeg;
  }
  const seen = scale(bitmap);
  bitmap.close();
  const straight = seen !== null && seen !== "tilted";
  return { verdict: measure(picture, width, height, straight ? "seen" : (seen ?? "none")), mmPerPixel: straight ? seen.mmPerPixel : 0, file: sent };
}

/** Draws a bitmap so that its longest side has at most so many pixels: no metadata survives. */
function draw(bitmap: ImageBitmap, longest: number): HTMLCanvasElement {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d", { willReadFrequently: true })?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function measure(picture: HTMLCanvasElement, width: number, height: number, card: Verdict["card"]): Verdict {
  const w = Math.max(3, picture.width >> 1);
  const h = Math.max(3, picture.height >> 1);
  const data = picture.getContext("2d")?.getImageData(picture.width >> 2, picture.height >> 2, w, h).data ?? new Uint8ClampedArray(4 * w * h);
  const luma = new Float32Array(w * h);
  let sum = 0;
  let burnt = 0;
  for (let i = 0; i < w * h; i++) {
    const [r, g, b] = [data[4 * i] ?? 0, data[4 * i + 1] ?? 0, data[4 * i + 2] ?? 0];
    const y = 0.299 * r + 0.587 * g + 0.114 * b;
    luma[i] = y;
    sum += y;
    if (Math.min(r, g, b) >= 250) burnt++;
  }
  const found = { width, height, card, sharpness: round(laplacian(luma, w, h)), luma: round(sum / (w * h)), glare: round(burnt / (w * h), 1000) };
  return { ...found, reasons: reasons(found) };
}

/** Variance of the Laplacian: low when no edge is steep anywhere. */
function laplacian(luma: Float32Array, w: number, h: number): number {
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < h - 1; y++) {
    for (let x = 1; x < w - 1; x++) {
      const i = y * w + x;
      const v = (luma[i - 1] ?? 0) + (luma[i + 1] ?? 0) + (luma[i - w] ?? 0) + (luma[i + w] ?? 0) - 4 * (luma[i] ?? 0);
      sum += v;
      squares += v * v;
    }
  }
  const n = (w - 2) * (h - 2);
  return squares / n - (sum / n) ** 2;
}

function reasons(v: Omit<Verdict, "reasons">): Reason[] {
  const checks: [Reason, boolean][] = [
    ["small", Math.max(v.width, v.height) < limits.long || Math.min(v.width, v.height) < limits.short],
    ["dark", v.luma < limits.dark],
    ["bright", v.luma > limits.bright],
    ["glare", v.glare > limits.glare && v.luma <= limits.bright],
    ["tilted", v.card === "tilted"],
    ["blurred", v.sharpness < limits.sharpness],
  ];
  return checks.filter(([, wrong]) => wrong).map(([reason]) => reason);
}

function round(v: number, by = 10): number {
  return Math.round(v * by) / by;
}
