// The body map: front and back, one tap on a zone. The same zones stand beside it as chips, for the keyboard and screen readers and for
// what cannot be drawn (nail, mucosa).
import { Chips } from "./fields";
import { say, t } from "./words";
import type { Choice } from "./types";

/** Drawings by zone, on a grid of 200 by 220: the front on the left, the back on the right. */
const zones: [string, string][] = [
  ["scalp", "M37 16a13 13 0 0 1 26 0zM137 24a13 15 0 0 1 26 0v3h-26z"],
  ["face", "M37 16h26v8a13 14 0 0 1-26 0z"],
  ["ear", "M33 17h4v9h-4zM63 17h4v9h-4z"],
  ["neck", "M44 38h12v9H44zM144 29h12v18h-12z"],
  ["chest", "M30 47h40l-2 32H32z"],
  ["abdomen", "M32 79h36l2 31H30z"],
  ["back", "M130 47h40l-2 63h-36z"],
  ["buttocks", "M30 110h40v14H30zM131 110h38v18h-38z"],
  ["arm", "M28 48l-9 58h8l7-40zM72 48l9 58h-8l-7-40zM128 48l-9 58h8l7-40zM172 48l9 58h-8l-7-40z"],
  ["hand", "M18 107h9l1 16h-9zM73 107h9l-1 16h-9zM118 107h9l1 16h-9zM173 107h9l-1 16h-9z"],
  ["leg", "M31 125h18l-2 72H35zM51 125h18l-4 72H53zM132 129h17l-2 68h-12zM151 129h17l-3 68h-12z"],
  ["foot", "M34 198h13v12H31zM53 198h12l3 12H53zM134 198h13v12h-16zM153 198h12l3 12h-15z"],
];

export function BodyMap(p: { sites: Choice[]; value: string; wrong: string | undefined; onPick: (code: string) => void }) {
  return (
    <div class="tx-body">
      <svg viewBox="10 -10 180 224" aria-hidden="true" class="tx-body-map">
        {zones.map(([code, d]) => (
          <path key={code} d={d} data-site={code} class={p.value === code ? "on" : ""} onClick={() => p.onPick(code)} />
        ))}
        <text x="50" y="-2">{t("face", "front")}</text>
        <text x="150" y="-2">{t("dos", "back")}</text>
      </svg>
      <div>
        <Chips name="site" legend={t("Siège de la lésion", "Site of the lesion")} value={p.value} onPick={p.onPick} options={p.sites.map((s) => ({ code: s.code, label: say(s.label) }))} />
        {p.wrong && <p class="error">{p.wrong}</p>}
      </div>
    </div>
  );
}
