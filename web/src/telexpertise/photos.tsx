// The guided views: what to frame is drawn before the shot, what is wrong is said after it.
import { useState } from "preact/hooks";
import { Guide, Over } from "./again";
import { Picture } from "./picture";
import { look } from "./quality";
import { dropPhoto, photo, savePhoto, sha256 } from "./store";
import type { Choice, Draft, Shot } from "./types";
import { reasonWords, say, t, viewHelp } from "./words";

const main = ["context", "overview", "close-up"];
const extra = ["dermoscopy", "side"];

/** What should be seen, as a drawing on a grid of 120 by 90: the frame, the skin, the lesion, the ruler. */
function Framing(p: { view: string }) {
  return (
    <svg viewBox="0 0 120 90" aria-hidden="true" class="tx-framing">
      <path class="corner" d="M6 20V6h14M100 6h14v14M114 70v14h-14M20 84H6V70" />
      {p.view === "context" && <path class="skin" d="M34 84c4-22 2-34-8-52 10-12 22-18 34-18s24 6 34 18c-10 18-12 30-8 52" />}
      {p.view === "context" && <circle class="lesion" cx="66" cy="44" r="3" />}
      {p.view === "overview" && <path class="skin" d="M12 24c30-8 66-8 96 0M12 74c30 8 66 8 96 0" />}
      {p.view === "overview" && <path class="ruler" d="M32 60h56v10H32zM39 60v4M46 60v6M53 60v4M60 60v6M67 60v4M74 60v6M81 60v4" />}
      {p.view === "overview" && <ellipse class="lesion" cx="60" cy="42" rx="11" ry="9" />}
      {p.view === "close-up" && <circle class="aim" cx="60" cy="45" r="34" />}
      {p.view === "close-up" && <path class="lesion" d="M60 20c16-2 26 10 25 24s-10 25-25 26-27-10-26-26 10-22 26-24z" />}
      {p.view === "dermoscopy" && <path class="aim" d="M60 9a36 36 0 1 0 .1 0zM60 9v6M60 75v6M24 45h6M90 45h6" />}
      {p.view === "dermoscopy" && <ellipse class="lesion" cx="60" cy="45" rx="20" ry="17" />}
      {p.view === "side" && <path class="skin" d="M10 62h32c4-22 32-22 36 0h32" />}
      {p.view === "side" && <path class="lesion" d="M42 62c4-22 32-22 36 0z" />}
    </svg>
  );
}

function Take(p: { id: string; label: string; about: string; camera: boolean; kind: string; onFile: (file: File) => void }) {
  return (
    <label class={`button ${p.kind} tx-take`}>
      <input
        type="file" accept="image/*" class="visually-hidden" data-take={p.id} {...(p.camera ? { capture: "environment" as const } : {})}
        onChange={(e) => {
          const file = e.currentTarget.files?.[0];
          e.currentTarget.value = "";
          if (file) p.onFile(file);
        }}
      />
      {p.label}
      <span class="visually-hidden"> : {p.about}</span>
    </label>
  );
}

/** True when the photograph counts: nothing is wrong with it, or it was kept knowingly. */
export function counts(shot: Shot): boolean {
  return shot.kept || shot.verdict.reasons.length === 0;
}

export function Photos(p: { draft: Draft; views: Choice[]; maxBytes: number; wrong: string | undefined; onShots: (change: (shots: Shot[]) => Shot[]) => void }) {
  const [busy, setBusy] = useState("");
  const [refused, setRefused] = useState<Record<string, string>>({});
  const stored = (shot: Shot) => async (): Promise<Blob | null> => {
    const data = await photo(p.draft.id, shot.id);
    return data ? new Blob([data], { type: shot.type }) : null;
  };
  const taken = (view: string): Shot | undefined => p.draft.shots.find((s) => s.view === view);

  async function take(view: string, file: File): Promise<void> {
    setBusy(view);
    const looked = await look(file);
    const no = (why: string): void => setRefused((r) => ({ ...r, [view]: why }));
    no("");
    try {
      if (!looked) return no(t("Ce téléphone n’ouvre pas cette image : choisissez une photo JPEG. Sur iPhone : Réglages › Appareil photo › Formats › « Le plus compatible ».", "This phone cannot open this image: choose a JPEG photo. On an iPhone: Settings › Camera › Formats › Most Compatible."));
      if (looked.file.size > p.maxBytes) return no(t("Cette photo est trop lourde : reprenez-la avec l’appareil du téléphone.", "This photo is too big: take it again with the phone’s camera."));
      const data = await looked.file.arrayBuffer();
      const hash = await sha256(data);
      if (p.draft.shots.some((s) => s.sha256 === hash && s.view !== view)) return no(t("Cette photo sert déjà à une autre vue : prenez-en une nouvelle.", "This photo is already used for another view: take a new one."));
      const shot: Shot = { id: crypto.randomUUID(), view, sha256: hash, size: data.byteLength, type: looked.file.type, verdict: looked.verdict, mmPerPixel: looked.mmPerPixel, kept: false };
      await savePhoto(p.draft.id, shot.id, data);
      const old = taken(view);
      p.onShots((shots) => [...shots.filter((s) => s.view !== view), shot]);
      if (old) await dropPhoto(p.draft.id, old.id);
    } catch {
      no(t("Ce téléphone n’a plus de place : libérez de l’espace, puis reprenez la photo.", "This phone is full: free some space, then take the photo again."));
    } finally {
      setBusy("");
    }
  }

  const view = (code: string, n: number) => {
    const name = say(p.views.find((v) => v.code === code)?.label ?? { fr: code, en: code });
    const shot = taken(code);
    const wrong = shot && !counts(shot);
    const guided = p.draft.before?.photos.includes(code) ?? false;
    const buttons = (tone: string) => (
      <p class="actions">
        <Take id={code} label={shot ? t("Reprendre", "Take again") : t("Photographier", "Take the photo")} about={name} camera kind={tone} onFile={(f) => void take(code, f)} />
        <Take id={`${code}-gallery`} label={t("Galerie", "Gallery")} about={name} camera={false} kind="quiet" onFile={(f) => void take(code, f)} />
        {wrong && !shot.verdict.reasons.includes("refused") && (
          <button type="button" class="button quiet" data-keep onClick={() => p.onShots((shots) => shots.map((s) => (s.id === shot.id ? { ...s, kept: true } : s)))}>
            {t("Garder quand même", "Keep anyway")}
          </button>
        )}
      </p>
    );
    return (
      <li key={code} class="tx-view" data-view={code} data-state={shot ? (wrong ? "wrong" : "taken") : "missing"}>
        <h3>{n}. {name}</h3>
        {shot && guided && <Over draft={p.draft} view={code} shot={shot} name={name} now={stored(shot)} />}
        {shot && !guided && <Picture key={shot.id} load={stored(shot)} label={name} />}
        {!shot && (guided ? <Guide draft={p.draft} view={code} name={name} /> : <Framing view={code} />)}
        <div>
          {!shot && <p class="soft">{guided ? t("Retrouvez ce cadrage ; vous comparerez aussitôt après.", "Find this framing again; you compare right after.") : say(viewHelp[code] ?? { fr: "", en: "" })}</p>}
          <div aria-live="polite">
            {busy === code && <p class="soft">{t("Vérification…", "Checking…")}</p>}
            {shot && !wrong && <p class="tx-good">{shot.kept ? t("Gardée malgré l’avis du téléphone.", "Kept against the phone’s advice.") : t("Bonne photo.", "Good photo.")}</p>}
            {shot && shot.mmPerPixel > 0 && <p class="soft" data-scale={shot.mmPerPixel}>{t("Carte vue : les millimètres seront lisibles.", "Card seen: millimetres will be shown.")}</p>}
            {shot && code === "overview" && shot.verdict.card === "none" && <p class="soft">{t("Carte d’échelle non vue : aucune mesure en millimètres.", "Scale card not seen: no measure in millimetres.")} <a href="/telexpertise/carte.pdf">{t("L’imprimer", "Print it")}</a></p>}
            {wrong && shot.verdict.reasons.map((r) => <p key={r} class="error">{say(reasonWords[r])}</p>)}
            {refused[code] && <p class="error">{refused[code]}</p>}
          </div>
          {buttons(shot && !wrong ? "" : "tx-primary")}
        </div>
      </li>
    );
  };

  return (
    <>
      <p class="soft">{t("Lumière du jour, fond uni, sans flash ni filtre.", "Daylight, plain background, no flash, no filter.")}</p>
      {p.draft.before && !p.draft.asked && <p class="alert">{t(`Suite de la demande ${p.draft.before.ref} du ${p.draft.before.on} : la première photo de chaque vue sert de guide. L’appareil du téléphone ne peut pas l’afficher pendant la prise.`, `Follows request ${p.draft.before.ref} of ${p.draft.before.on}: the first photo of each view is the guide. The phone’s camera cannot show it during the shot.`)}</p>}
      {p.wrong && <p class="error" role="alert">{p.wrong}</p>}
      <ol class="tx-views">{main.map((code, i) => view(code, i + 1))}</ol>
      <details class="fold">
        <summary>{t("Autres vues : dermoscopie, profil", "Other views: dermoscopy, side")}</summary>
        <ol class="tx-views">{extra.map((code, i) => view(code, main.length + i + 1))}</ol>
      </details>
    </>
  );
}
