// Draws a photograph of the printed scale card on skin, as a camera would see it. Self-contained: it runs in the page.

/**
 * Paints an image of w × h pixels. perMM: pixels of a millimetre at the card's middle; turn: degrees in the plane; tilt: degrees the card leans away,
 * around its vertical axis; blur: radius in pixels; light: from 1 (even) down to how dark the right edge is; noise: of each pixel, in levels;
 * hide: corner whose target is covered. Returns RGBA bytes.
 */
export function paint({ w, h, perMM, turn = 0, tilt = 0, blur = 0, light = 1, noise = 6, hide = -1, greys = [255, 200, 128, 64, 0], seed = 1 }) {
  const rad = Math.PI / 180;
  const [cos, sin] = [Math.cos(turn * rad), Math.sin(turn * rad)];
  const far = 200; // mm from the lens
  let state = seed * 2654435761;
  const random = () => ((state = (state * 1664525 + 1013904223) >>> 0), state / 2 ** 32);
  const colours = [...greys.map((g) => [g, g, g]), [194, 150, 130], [115, 82, 68], [175, 54, 60], [56, 61, 150], [70, 148, 73]];
  const skin = (u, v) => (Math.hypot(u - 70, v + 34) < 4.5 + Math.sin(7 * Math.atan2(v + 34, u - 70)) / 2 ? [96, 58, 42] : [214, 170, 146]);
  /** The colour of a point of the card's plane, in mm from the upper left target. */
  const plane = (u, v) => {
    if (u < -7.5 || v < -7.5 || u > 77.5 || v > 47.5) return skin(u, v);
    for (const [i, [x, y]] of [[0, 0], [70, 0], [70, 40], [0, 40]].entries()) {
      const r = Math.hypot(u - x, v - y);
      if (r < 4.2 && i !== hide) return r < 1.8 || r >= 3 ? [25, 25, 25] : [248, 248, 246];
    }
    if (u >= 10 && u < 60 && v >= 4 && v < 11) return colours[Math.floor((u - 10) / 5)].map((c) => Math.max(20, Math.min(248, c)));
    const mark = u - 10;
    if (mark >= -0.1 && mark <= 50.1 && v < 38 && v > 38 - (Math.round(mark) % 10 ? 2 : 4.5) && Math.abs(mark - Math.round(mark)) < 0.1) return [25, 25, 25];
    return [248, 248, 246];
  };
  /** Where a pixel looks on that plane. */
  const look = (x, y) => {
    const [a, b] = [(x - w / 2) / perMM, (y - h / 2) / perMM];
    const [p, q] = [a * cos + b * sin, -a * sin + b * cos];
    const u = (p * far) / (far * Math.cos(tilt * rad) - p * Math.sin(tilt * rad));
    return plane(u + 35, (q * (far + u * Math.sin(tilt * rad))) / far + 20);
  };
  const rgb = new Float32Array(w * h * 3);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const [one, two] = [look(x + 0.25, y + 0.25), look(x + 0.75, y + 0.75)];
      for (let c = 0; c < 3; c++) rgb[(y * w + x) * 3 + c] = ((one[c] + two[c]) / 2) * (1 - (1 - light) * (x / w));
    }
  for (let pass = 0; pass < (blur > 0 ? 2 : 0); pass++) box(rgb, w, h, Math.round(blur));
  const rgba = new Uint8ClampedArray(w * h * 4);
  for (let i = 0; i < w * h; i++) {
    const grain = (random() - 0.5) * 2 * noise;
    for (let c = 0; c < 3; c++) rgba[i * 4 + c] = rgb[i * 3 + c] + grain;
    rgba[i * 4 + 3] = 255;
  }
  return rgba;

  function box(data, w, h, r) {
    const line = new Float32Array(Math.max(w, h));
    for (const [n, m, step, jump] of [[h, w, 3, w * 3], [w, h, w * 3, 3]])
      for (let i = 0; i < n; i++)
        for (let c = 0; c < 3; c++) {
          const at = (j) => i * jump + Math.min(m - 1, Math.max(0, j)) * step + c;
          let sum = 0;
          for (let j = -r; j <= r; j++) sum += data[at(j)];
          for (let j = 0; j < m; j++) {
            line[j] = sum / (2 * r + 1);
            sum += data[at(j + r + 1)] - data[at(j - r)];
          }
          for (let j = 0; j < m; j++) data[at(j)] = line[j];
        }
  }
}
