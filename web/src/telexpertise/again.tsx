// The same lesion, photographed again: who the patient is and the first photographs come from the request before, and are sealed on the
// phone with the draft, so that they guide without a network too. The phone's own camera shows no layer over what it sees: the first photograph
// is shown before the shot, and laid over the new one after it.
import { useState } from "preact/hooks";
import { fetchAsked, fetchBefore, fetchPhoto } from "./send";
import { photo, savePhoto } from "./store";
import { Picture } from "./picture";
import { newDraft, type Clinical, type Draft, type Shot } from "./types";
import { t } from "./words";

/** A draft for the lesion of an earlier request; what may have changed since is asked again. */
export async function followUp(person: string, previous: string): Promise<Draft> {
  const blank = newDraft(person, previous);
  const before = await fetchBefore(previous);
  const c = before.clinical;
  const stays: Partial<Clinical> = { site: c.site, site_detail: c.site_detail, phototype: c.phototype, personal_cancer: c.personal_cancer, family_cancer: c.family_cancer, immuno: c.immuno, anticoagulant: c.anticoagulant };
  const draft: Draft = { ...blank, step: 1, urgency: before.urgency, patient: { ...blank.patient, ...before.patient }, clinical: { ...blank.clinical, ...stays }, before: { ref: before.ref, on: before.on, photos: [] } };
  await keepFirst(draft, previous, before.photos);
  return draft;
}

/** A draft told what the dermatologist asks for; null when nothing is asked any more. */
export async function complement(blank: Draft, id: string): Promise<Draft | null> {
  const said = await fetchAsked(id);
  if (!said) return null;
  const draft: Draft = { ...blank, asked: { id, ref: said.ref, on: said.on, reason: said.reason, text: said.text }, before: { ref: said.ref, on: "", photos: [] } };
  await keepFirst(draft, id, said.photos);
  return draft;
}

/** The same without the network: what is asked is on the page of the request, the photographs can be taken at once. */
export function unread(person: string, id: string): Draft {
  const ref = id.replaceAll("-", "").toUpperCase().slice(-8);
  return { ...newDraft(person, ""), asked: { id, ref, on: "", reason: null, text: "" } };
}

/** Keeps on the phone the photographs that guide the new ones. */
async function keepFirst(draft: Draft, from: string, photos: { id: string; view: string }[]): Promise<void> {
  for (const p of photos) {
    await savePhoto(draft.id, first(p.view), await fetchPhoto(from, p.id));
    draft.before?.photos.push(p.view);
  }
}

function first(view: string): string {
  return `before-${view}`;
}

const load = (draft: Draft, view: string) => async (): Promise<Blob | null> => {
  const data = await photo(draft.id, first(view));
  return data ? new Blob([data], { type: "image/jpeg" }) : null;
};

/** The first photograph as a guide, with the frame to find again. */
export function Guide(p: { draft: Draft; view: string; name: string }) {
  return (
    <div class="tx-ghost" data-guide={p.view}>
      <Picture key={p.draft.id + p.view} load={load(p.draft, p.view)} label={t(`Première photo, ${p.name}`, `First photo, ${p.name}`)} />
      <svg viewBox="0 0 120 90" aria-hidden="true" class="tx-ghost-frame" preserveAspectRatio="none"><path d="M40 0V90M80 0V90M0 30H120M0 60H120" /></svg>
    </div>
  );
}

/** The first photograph laid over the new one; the slider goes from one to the other. */
export function Over(p: { draft: Draft; view: string; shot: Shot; name: string; now: () => Promise<Blob | null> }) {
  const [share, setShare] = useState(50);
  return (
    <div>
      <div class="tx-ghost" data-over-first={p.view}>
        <Picture key={p.shot.id} load={p.now} label={p.name} />
        <div class={`tx-ghost-over tx-fade-${Math.round(share / 10)}`}><Picture key={p.draft.id + p.view} load={load(p.draft, p.view)} label={t(`Première photo, ${p.name}`, `First photo, ${p.name}`)} /></div>
      </div>
      <label class="tx-slider">
        <span>{t("Maintenant — première photo", "Now — first photo")}</span>
        <input type="range" min="0" max="100" step="10" value={share} onInput={(e) => setShare(Number(e.currentTarget.value))} />
      </label>
    </div>
  );
}
