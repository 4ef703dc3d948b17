// The steps of a request, each filled with one thumb.
import { BodyMap } from "./bodymap";
import { Chips, TextField } from "./fields";
import { historyQuestions, lesionQuestions, score, type Clinical, type Context, type Draft, type Patient, type Question } from "./types";
import { questionWords, say, t } from "./words";

export interface StepProps {
  draft: Draft;
  context: Context;
  wrong: Record<string, string>;
  change: (part: Partial<Draft>) => void;
}

function today(): string {
  return new Date().toLocaleDateString("sv-SE");
}

export function PatientStep({ draft, wrong, change }: StepProps) {
  const set = (part: Partial<Patient>): void => change({ patient: { ...draft.patient, ...part } });
  const consent = (given: boolean, form: string, by = draft.consent.by_whom): void => change({ consent: { given, form, by_whom: by, at: given ? new Date().toISOString() : "" } });
  return (
    <>
      <TextField id="birth_name" label={t("Nom de naissance", "Birth name")} value={draft.patient.birth_name} capitals="characters" required wrong={wrong["birth_name"]} onType={(v) => set({ birth_name: v })} />
      <TextField id="first_birth_name" label={t("Premier prénom de naissance", "First birth name")} value={draft.patient.first_birth_name} capitals="words" required wrong={wrong["first_birth_name"]} onType={(v) => set({ first_birth_name: v })} />
      <TextField id="birth_date" label={t("Date de naissance", "Birth date")} type="date" max={today()} value={draft.patient.birth_date} required wrong={wrong["birth_date"]} onType={(v) => set({ birth_date: v })} />
      <Chips name="sex" legend={t("Sexe", "Sex")} value={draft.patient.sex} onPick={(sex) => set({ sex })}
        options={[{ code: "F", label: t("féminin", "female") }, { code: "M", label: t("masculin", "male") }, { code: "I", label: t("indéterminé", "undetermined") }]} />
      {wrong["sex"] && <p class="error">{wrong["sex"]}</p>}
      <TextField id="phone" label={t("Téléphone, pour la consultation", "Phone, for the visit")} type="tel" mode="tel" value={draft.patient.phone} onType={(v) => set({ phone: v })} />
      <details class="fold" open={Boolean(wrong["ins"])}>
        <summary>{t("Identité nationale de santé (facultatif)", "National health identity (optional)")}</summary>
        <TextField id="ins" label={t("Matricule INS et clé, 15 caractères", "INS number and key, 15 characters")} mode="numeric" longest={21} value={draft.patient.ins} wrong={wrong["ins"]} onType={(v) => set({ ins: v.replace(/\s/g, "").toUpperCase() })} />
      </details>
      <Chips name="consent" legend={t("Le patient, informé, accepte que ces données et photos soient transmises à un dermatologue", "The patient, informed, agrees that these data and photos are sent to a dermatologist")}
        value={draft.consent.given ? draft.consent.form : ""} onPick={(form) => consent(form !== "", form || "oral")}
        options={[{ code: "", label: t("pas encore", "not yet") }, { code: "oral", label: t("oui, à l’oral", "yes, orally") }, { code: "written", label: t("oui, par écrit", "yes, in writing") }]} />
      {draft.consent.given && (
        <Chips name="consent_by" legend={t("Qui a consenti", "Who agreed")} value={draft.consent.by_whom} onPick={(by) => consent(true, draft.consent.form, by)}
          options={[{ code: "patient", label: t("le patient", "the patient") }, { code: "guardian", label: t("son représentant", "their representative") }]} />
      )}
      {wrong["consent"] && <p class="error">{wrong["consent"]}</p>}
    </>
  );
}

const sizes = [3, 5, 7, 10, 15, 20];

function YesNo(p: { name: Question; clinical: Clinical; set: (part: Partial<Clinical>) => void }) {
  return (
    <Chips name={p.name} legend={say(questionWords[p.name])} value={p.clinical[p.name]} onPick={(v) => p.set({ [p.name]: v })}
      options={[{ code: "yes", label: t("oui", "yes") }, { code: "no", label: t("non", "no") }]} />
  );
}

export function LesionStep({ draft, context, wrong, change }: StepProps) {
  const c = draft.clinical;
  const set = (part: Partial<Clinical>): void => change({ clinical: { ...c, ...part } });
  const no = (all: readonly Question[]): void => set(Object.fromEntries(all.filter((q) => c[q] === "").map((q) => [q, "no"])));
  const total = score(c);
  return (
    <>
      <BodyMap sites={context.sites} value={c.site} wrong={wrong["site"]} onPick={(site) => set({ site })} />
      <TextField id="site_detail" label={t("Précision (facultatif)", "Detail (optional)")} value={c.site_detail} onType={(v) => set({ site_detail: v })} />
      <Chips name="diameter" legend={t("Diamètre", "Diameter")} value={String(c.diameter_mm)} onPick={(v) => set({ diameter_mm: Number(v) })}
        options={sizes.map((n) => ({ code: String(n), label: `${n} mm` }))} />
      <TextField id="diameter_mm" label={t("Autre diamètre (mm)", "Other diameter (mm)")} mode="decimal" value={c.diameter_mm > 0 && !sizes.includes(c.diameter_mm) ? String(c.diameter_mm).replace(".", t(",", ".")) : ""}
        onType={(v) => set({ diameter_mm: Math.min(500, Math.max(0, Number(v.replace(",", ".")) || 0)) })} />
      <Chips name="since" legend={t("Depuis", "Since")} value={c.since} onPick={(since) => set({ since })} options={context.durations.map((d) => ({ code: d.code, label: say(d.label) }))} />
      <div class="tx-questions">{lesionQuestions.map((q) => <YesNo key={q} name={q} clinical={c} set={set} />)}</div>
      <p><button type="button" class="button" onClick={() => no(lesionQuestions)}>{t("Non à tout le reste", "No to all the rest")}</button></p>
      <p class={total >= 3 ? "alert warn" : "alert"} role="status">
        <strong>{t(`Score des 7 points : ${total} sur 10.`, `Seven-point score: ${total} of 10.`)}</strong>{" "}
        {total >= 3 ? t("À partir de 3, un avis rapide est conseillé.", "From 3 on, a prompt opinion is advised.") : t("Calculé sur vos réponses, jamais sur les photos.", "Computed from your answers, never from the photos.")}
      </p>
      <details class="fold">
        <summary>{t("Terrain : phototype, antécédents, traitements", "Background: phototype, history, treatments")}</summary>
        <Chips name="phototype" legend={t("Phototype", "Phototype")} value={String(c.phototype)} onPick={(v) => set({ phototype: Number(v) })} options={["I", "II", "III", "IV", "V", "VI"].map((label, i) => ({ code: String(i + 1), label }))} />
        <div class="tx-questions">{historyQuestions.map((q) => <YesNo key={q} name={q} clinical={c} set={set} />)}</div>
        <p><button type="button" class="button" onClick={() => no(historyQuestions)}>{t("Aucun antécédent", "No history")}</button></p>
        <TextField id="treatments" label={t("Traitements essayés", "Treatments tried")} value={c.treatments} onType={(v) => set({ treatments: v })} />
      </details>
    </>
  );
}

export function QuestionStep({ draft, context, change }: StepProps) {
  const pools = context.pools ?? [];
  return (
    <>
      <Chips name="urgency" legend={t("Urgence proposée", "Urgency proposed")} value={draft.urgency} onPick={(urgency) => change({ urgency })} options={context.urgencies.map((u) => ({ code: u.code, label: say(u.label) }))} />
      {pools.length > 1 && <Chips name="pool" legend={t("Pool", "Pool")} value={draft.pool || (pools[0]?.id ?? "")} onPick={(pool) => change({ pool })} options={pools.map((p) => ({ code: p.id, label: p.name }))} />}
      <p class="field">
        <label for="tx-question">{t("Votre question (facultatif)", "Your question (optional)")}</label>
        <textarea id="tx-question" value={draft.question} onInput={(e) => change({ question: e.currentTarget.value })} />
      </p>
      <TextField id="hypothesis" label={t("Votre hypothèse (facultatif)", "Your hypothesis (optional)")} value={draft.clinical.hypothesis} onType={(v) => change({ clinical: { ...draft.clinical, hypothesis: v } })} />
    </>
  );
}

/** What the dermatologist asks for, above the photographs and the words that answer it. */
export function AskedFor({ draft }: { draft: Draft }) {
  const asked = draft.asked;
  if (!asked) return null;
  return (
    <div class="alert" data-asked={asked.id}>
      <p><strong>{t(`Complément demandé pour la demande ${asked.ref}`, `More is asked for request ${asked.ref}`)}</strong>{asked.on && ` — ${asked.on}`}</p>
      {asked.reason && <p>{say(asked.reason)}{asked.text && t(` : ${asked.text}`, `: ${asked.text}`)}</p>}
      {!asked.reason && <p>{t("Ce que le dermatologue demande n’a pas pu être chargé sans réseau : c’est sur la page de la demande. Les photos peuvent être prises dès maintenant.", "What the dermatologist asks for could not be loaded without a network: it is on the page of the request. Photos can be taken right now.")}</p>}
    </div>
  );
}

export function WordsStep({ draft, wrong, change }: StepProps) {
  return (
    <>
      {wrong["question"] && <p class="error" role="alert">{wrong["question"]}</p>}
      <p class="field">
        <label for="tx-question">{t("Précisions pour le dermatologue", "Details for the dermatologist")}</label>
        <textarea id="tx-question" value={draft.question} onInput={(e) => change({ question: e.currentTarget.value })} />
      </p>
      <p class="soft">{t(`Photos prises : ${draft.shots.length}. Celles de la demande y restent.`, `Photos taken: ${draft.shots.length}. Those of the request stay in it.`)}</p>
    </>
  );
}
