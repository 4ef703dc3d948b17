// A request, from the doubt to the outbox, with one hand. The page holds nothing of a patient: all of it comes from the phone's own
// sealed store, and from the server when it can be reached.
import { render, type ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { followUp } from "./telexpertise/again";
import { NewCode, Unlock } from "./telexpertise/gate";
import { idleTooLong, lockNow, lockState, touch } from "./telexpertise/lock";
import { Outbox } from "./telexpertise/outbox";
import { counts, Photos } from "./telexpertise/photos";
import { keepSending, whoAndWhat, whoIsHere, type Outcome, type Receipt } from "./telexpertise/send";
import { LesionStep, PatientStep, QuestionStep } from "./telexpertise/steps";
import { drafts, dropDraft, saveDraft } from "./telexpertise/store";
import { newDraft, started, validINS, type Context, type Draft, type Shot } from "./telexpertise/types";
import { t } from "./telexpertise/words";

const titles = [t("Patient", "Patient"), t("Photos", "Photos"), t("Lésion", "Lesion"), t("Question", "Question")];
const last = titles.length - 1;

/** What must be there before sending, by field, and the step where it is given. */
function missing(d: Draft): { step: number; field: string; why: string }[] {
  const needed = t("Ce champ est nécessaire.", "This field is needed.");
  const future = d.patient.birth_date > new Date().toLocaleDateString("sv-SE");
  const checks: [boolean, number, string, string][] = [
    [!d.patient.birth_name.trim(), 0, "birth_name", needed],
    [!d.patient.first_birth_name.trim(), 0, "first_birth_name", needed],
    [!d.patient.birth_date, 0, "birth_date", needed],
    [future, 0, "birth_date", t("Cette date de naissance est dans le futur : corrigez-la.", "This birth date is in the future: correct it.")],
    [d.patient.ins !== "" && !validINS(d.patient.ins), 0, "ins", t("La clé du matricule INS ne correspond pas : vérifiez les 15 caractères, ou videz ce champ.", "The key of the INS number does not match: check its 15 characters, or empty this field.")],
    [!d.patient.sex, 0, "sex", t("Indiquez le sexe.", "Give the sex.")],
    [!d.consent.given, 0, "consent", t("Le consentement du patient se recueille avant l’envoi.", "The patient’s consent is taken before sending.")],
    [d.shots.length === 0, 1, "photos", t("Il faut au moins une photo.", "At least one photo is needed.")],
    [d.shots.some((s) => !counts(s)), 1, "photos", t("Une photo est à reprendre, ou à garder quand même.", "One photo is to be taken again, or kept anyway.")],
    [!d.clinical.site, 2, "site", t("Indiquez où se trouve la lésion.", "Say where the lesion is.")],
  ];
  return checks.filter(([wrong]) => wrong).map(([, step, field, why]) => ({ step, field, why }));
}

function App(p: { context: Context; start: Draft; outcome: Outcome; unguided: boolean }) {
  const [draft, setDraft] = useState(p.start);
  const [all, setAll] = useState<Draft[]>([]);
  const [tried, setTried] = useState(false);
  const [outcome, setOutcome] = useState(p.outcome);
  const [receipts, setReceipts] = useState<Receipt[]>([]);
  const send = useRef<() => void>(() => undefined);
  const saving = useRef(Promise.resolve());
  const heading = useRef<HTMLHeadingElement>(null);
  const reload = async (): Promise<void> => setAll(await drafts());

  useEffect(() => {
    void reload();
    send.current = keepSending((now, got) => {
      setOutcome(now);
      if (got.length) setReceipts((before) => [...got, ...before].slice(0, 5));
      void reload();
    });
    const offline = (): void => setOutcome("offline");
    addEventListener("offline", offline);
    return () => removeEventListener("offline", offline);
  }, []);

  /** Every change is kept at once, one after the other. */
  function keep(next: Draft): Promise<void> {
    setDraft(next);
    if (started(next)) saving.current = saving.current.catch(() => undefined).then(() => saveDraft(next));
    return saving.current;
  }
  const change = (part: Partial<Draft>): void => void keep({ ...draft, ...part, changedAt: Date.now() });
  const latest = useRef(draft);
  latest.current = draft;
  const shots = (edit: (s: Shot[]) => Shot[]): void => void keep({ ...latest.current, shots: edit(latest.current.shots), changedAt: Date.now() });

  function go(step: number): void {
    change({ step });
    requestAnimationFrame(() => {
      heading.current?.focus();
      heading.current?.scrollIntoView({ block: "start" });
    });
  }

  function open(next: Draft): void {
    setTried(next.state === "refused");
    setDraft({ ...next, state: "draft" });
    requestAnimationFrame(() => heading.current?.scrollIntoView({ block: "start" }));
  }

  async function queue(): Promise<void> {
    const wrong = missing(draft);
    if (wrong[0]) {
      setTried(true);
      go(wrong[0].step);
      return;
    }
    await keep({ ...draft, state: "queued", problem: null, queuedAt: Date.now(), changedAt: Date.now() });
    setTried(false);
    setDraft(newDraft(p.context.person, ""));
    await reload();
    send.current();
    scrollTo(0, 0);
  }

  async function drop(d: Draft): Promise<void> {
    await dropDraft(d.id);
    await reload();
  }

  const wrong = useMemo(() => (tried ? Object.fromEntries(missing(draft).map((m) => [m.field, m.why])) : {}), [tried, draft]);
  const step = { draft, context: p.context, wrong, change };
  return (
    <div class="tx-capture" data-draft={draft.id} data-step={draft.step}>
      {outcome === "offline" && <p class="alert warn" role="status" data-offline>{t("Hors ligne : continuez, la demande partira quand le réseau reviendra.", "Offline: go on, the request leaves when the network is back.")}</p>}
      {outcome === "signin" && <p class="alert warn" role="status">{t("Votre session est fermée : rien n’est perdu.", "Your session is closed: nothing is lost.")} <a href="/connexion?suite=/telexpertise/telephone">{t("Se connecter pour envoyer", "Sign in to send")}</a></p>}
      {p.unguided && <p class="alert warn" role="status">{t("Les premières photos n’ont pas pu être chargées : ouvrez cette page avec le réseau pour les avoir comme guide.", "The first photos could not be loaded: open this page with the network to have them as a guide.")}</p>}
      <Outbox all={all} person={p.context.person} current={draft.id} outcome={outcome} receipts={receipts} onOpen={open} onDrop={(d) => void drop(d)} onSend={() => send.current()} />
      <nav aria-label={t("Étapes", "Steps")}>
        <ol class="tx-steps">
          {titles.map((title, i) => (
            <li key={title}><button type="button" aria-current={i === draft.step ? "step" : undefined} onClick={() => go(i)}>{title}</button></li>
          ))}
        </ol>
      </nav>
      <section class="card" aria-labelledby="tx-step">
        <h2 id="tx-step" ref={heading} tabIndex={-1}>{titles[draft.step]}</h2>
        {draft.step === 0 && <PatientStep {...step} />}
        {draft.step === 1 && <Photos draft={draft} views={p.context.views} maxBytes={p.context.limits.photo_bytes} wrong={wrong["photos"]} onShots={shots} />}
        {draft.step === 2 && <LesionStep {...step} />}
        {draft.step === 3 && <QuestionStep {...step} />}
      </section>
      <div class="tx-bar">
        {draft.step > 0 && <button type="button" class="button" onClick={() => go(draft.step - 1)}>{t("Retour", "Back")}</button>}
        {draft.step < last && <button type="button" class="button main" data-next onClick={() => go(draft.step + 1)}>{t("Suivant", "Next")}</button>}
        {draft.step === last && <button type="button" class="button main" data-send onClick={() => void queue()}>{t("Envoyer la demande", "Send the request")}</button>}
      </div>
    </div>
  );
}

function Closed(p: { outcome: Outcome }) {
  return (
    <p class="alert warn" role="status">
      {p.outcome === "signin"
        ? t("Connectez-vous comme médecin pour demander un avis. Ensuite, cette page s’ouvrira aussi hors ligne.", "Sign in as a doctor to ask for an opinion. This page will then open offline too.")
        : t("Hors ligne. Ouvrez cette page une première fois avec le réseau, connecté à votre compte.", "Offline. Open this page a first time with the network, signed in to your account.")}{" "}
      {p.outcome === "signin" && <a href="/connexion?suite=/telexpertise/telephone">{t("Se connecter", "Sign in")}</a>}
    </p>
  );
}

/** Installs the service worker, and tells it which files this page needs. */
async function installable(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/telexpertise/sw.js", { scope: "/telexpertise/" });
  const ready = await navigator.serviceWorker.ready;
  const linked = [...document.querySelectorAll<HTMLLinkElement>("link[rel=icon], link[rel=stylesheet], link[rel=preload]")].map((l) => l.href);
  const scripts = [...document.querySelectorAll<HTMLScriptElement>("script[src]")].map((s) => s.src);
  const loaded = performance.getEntriesByType("resource").map((e) => e.name);
  ready.active?.postMessage({ keep: [...new Set([...linked, ...scripts, ...loaded])] });
  await navigator.storage?.persist?.();
}

/** The draft to go on with: of the lesion that the address names, else the latest. */
async function firstDraft(person: string): Promise<{ draft: Draft; unguided: boolean }> {
  const own = (await drafts()).filter((d) => d.person === person && d.state === "draft");
  const previous = new URLSearchParams(location.search).get("suite");
  if (!previous) return { draft: own[0] ?? newDraft(person, ""), unguided: false };
  const known = own.find((d) => d.previous === previous);
  if (known?.before) return { draft: known, unguided: false };
  try {
    const draft = await followUp(person, previous);
    await saveDraft(draft);
    return { draft, unguided: false };
  } catch {
    return { draft: known ?? newDraft(person, previous), unguided: true };
  }
}

/** Locks again when nobody touched the phone for a while. Everything typed is kept already. */
function lockWhenIdle(): void {
  for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, touch, { passive: true });
  const look = (): void => {
    if (document.visibilityState !== "visible" || !idleTooLong()) return;
    lockNow();
    location.reload();
  };
  document.addEventListener("visibilitychange", look);
  setInterval(look, 30_000);
}

async function start(root: HTMLElement): Promise<void> {
  const show = (what: ComponentChildren): void => {
    render(what, root);
    root.removeAttribute("data-busy");
  };
  const again = (): void => void start(root);
  const lock = await lockState();
  if (lock === "locked") return show(<Unlock onOpen={again} onWiped={again} />);
  if (lock === "none") {
    const outcome = await whoIsHere();
    return show(outcome === "done" ? <NewCode onOpen={again} /> : <Closed outcome={outcome} />);
  }
  const { context, outcome } = await whoAndWhat();
  if (!context) return show(<Closed outcome={outcome} />);
  const { draft, unguided } = await firstDraft(context.person);
  lockWhenIdle();
  show(<App context={context} start={draft} outcome={outcome} unguided={unguided} />);
}

const root = document.querySelector<HTMLElement>("[data-capture]");
if (root) {
  root.setAttribute("data-busy", "");
  void start(root);
  if (document.readyState === "complete") void installable();
  else addEventListener("load", () => void installable());
}
