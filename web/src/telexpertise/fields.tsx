// Fields that one thumb can fill: chips rather than lists, one tap each.
import type { ComponentChildren } from "preact";

export interface Option { code: string; label: string }

/** One choice among a few, as radio buttons that look like chips. A tap on the one chosen takes it back when `none` is given. */
export function Chips(p: { name: string; legend: string; value: string; options: Option[]; hidden?: boolean; onPick: (code: string) => void }) {
  return (
    <fieldset class="tx-chips">
      <legend class={p.hidden ? "visually-hidden" : ""}>{p.legend}</legend>
      <div class="tx-chip-row">
        {p.options.map((o) => (
          <label key={o.code} class="tx-chip">
            <input type="radio" name={p.name} value={o.code} checked={p.value === o.code} onChange={() => p.onPick(o.code)} />
            <span>{o.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function TextField(p: { id: string; label: string; value: string; type?: "text" | "tel" | "date" | "password"; mode?: "text" | "tel" | "decimal" | "numeric"; capitals?: "characters" | "words"; required?: boolean; wrong?: string | undefined; max?: string; longest?: number; onType: (v: string) => void }) {
  return (
    <p class={p.wrong ? "field wrong" : "field"}>
      <label for={`tx-${p.id}`}>
        {p.label}
        {p.required && <span class="required" aria-hidden="true"> *</span>}
      </label>
      <input
        {...{ type: p.type ?? "text" } as { type: "text" }}
        id={`tx-${p.id}`} value={p.value} autocomplete="off" autocapitalize={p.capitals ?? "off"} inputMode={p.mode} max={p.max} maxLength={p.longest}
        aria-required={p.required ? "true" : undefined} aria-invalid={p.wrong ? "true" : undefined} aria-describedby={p.wrong ? `tx-${p.id}-wrong` : undefined}
        onInput={(e) => p.onType(e.currentTarget.value)}
      />
      {p.wrong && <span class="error" id={`tx-${p.id}-wrong`}>{p.wrong}</span>}
    </p>
  );
}

export function Wrong(p: { children?: ComponentChildren }) {
  return p.children ? <p class="error" role="alert">{p.children}</p> : null;
}
