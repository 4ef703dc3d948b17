// A request, from the doubt to the outbox, with one hand. The page holds nothing of a patient: all of it comes from the phone's own
// sealed store, and from the server when it can be reached.
import { render, type ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { complement, followUp, unread } from "./telexpertise/again";
import { NewCode, Unlock } from "./telexpertise/gate";
import { idleTooLong, lockNow, lockState, touch } from "./telexpertise/lock";
import { Outbox } from "./telexpertise/outbox";
import { counts, Photos } from "./telexpertise/photos";
import { keepSending, whoAndWhat, whoIsHere, type Outcome, type Receipt } from "./telexpertise/send";
import { AskedFor, LesionStep, PatientStep, QuestionStep, WordsStep } from "./telexpertise/steps";
import { drafts, dropDraft, saveDraft } from "./telexpertise/store";
import { newDraft, photoStep, started, validINS, type Context, type Draft, type Shot } from "./telexpertise/types";
import { t } from "./telexpertise/words";

const requestSteps = [t("Patient", "Patient"), t("Photos", "Photos"), t("Lésion", "Lesion"), t("Question", "Question")];
const complementSteps = [t("Photos", "Photos"), t("Précisions", "Details")];

/** What must be there before sending, by field, and the step where it is given. */
function missing(d: Draft): { step: number; field: string; why: string }[] {
  const photos: [boolean, number, string, string] = [d.shots.some((s) => !counts(s)), photoStep(d), "photos", t("Une photo est à reprendre, ou à garder quand même.", "One photo is to be taken again, or kept anyway.")];
  if (d.asked) {
    const nothing = d.shots.length === 0 && !d.question.trim();
    return found([photos, [nothing, 1, "question", t("Prenez une photo, ou écrivez une précision : le dermatologue attend l’une ou l’autre.", "Take a photo, or write a detail: the dermatologist waits for one or the other.")]]);
  }
  const needed = t("Ce champ est nécessaire.", "This field is needed.");
  const future = d.patient.birth_date > new Date(Date.now() + 24 * 3600_000).toLocaleDateString("sv-SE"); // a phone's clock may be late: the server decides
  const checks: [boolean, number, string, string][] = [
    [!d.patient.birth_name.trim(), 0, "birth_name", needed],
    [!d.patient.first_birth_name.trim(), 0, "first_birth_name", needed],
    [!d.patient.birth_date, 0, "birth_date", needed],
    [future, 0, "birth_date", t("Cette date de naissance est dans le futur : corrigez-la.", "This birth date is in the future: correct it.")],
    [d.patient.ins !== "" && !validINS(d.patient.ins), 0, "ins", t("La clé du matricule INS ne correspond pas : vérifiez les 15 caractères, ou videz ce champ.", "The key of the INS number does not match: check its 15 characters, or empty this field.")],
    [!d.patient.sex, 0, "sex", t("Indiquez le sexe.", "Give the sex.")],
    [!d.consent.given, 0, "consent", t("Le consentement du patient se recueille avant l’envoi.", "The patient’s consent is taken before sending.")],
    [d.shots.length === 0, 1, "photos", t("Il faut au moins une photo.", "At least one photo is needed.")],
    photos,
    [!d.clinical.site, 2, "site", t("Indiquez où se trouve la lésion.", "Say where the lesion is.")],
  ];
  return found(checks);
}

function found(checks: [boolean, number, string, string][]): { step: number; field: string; why: string }[] {
  return checks.filter(([wrong]) => wrong).map(([, step, field, why]) => ({ step, field, why }));
}

function App(p: { context: Context; start: Draft; outcome: Outcome; note: string }) {
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
    history.replaceState(null, "", location.pathname); // opening the page again starts no second one
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
  const titles = draft.asked ? complementSteps : requestSteps;
  const last = titles.length - 1;
  useEffect(() => {
    const title = document.querySelector("h1");
    if (title) title.textContent = draft.asked ? t("Envoyer le complément", "Send what was asked") : t("Demander un avis", "Ask for an opinion");
  }, [draft.id]);
  return (
    <div class="tx-capture" data-draft={draft.id} data-step={draft.step}>
      {outcome === "offline" && <p class="alert warn" role="status" data-offline>{t("Hors ligne : continuez, la demande partira quand le réseau reviendra.", "Offline: go on, the request leaves when the network is back.")}</p>}
      {outcome === "signin" && <p class="alert warn" role="status">{t("Votre session est fermée : rien n’est perdu.", "Your session is closed: nothing is lost.")} <a href="/connexion?suite=/telexpertise/telephone">{t("Se connecter pour envoyer", "Sign in to send")}</a></p>}
      {p.note && <p class="alert warn" role="status">{p.note}</p>}
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
        <AskedFor draft={draft} />
        {draft.step === 0 && !draft.asked && <PatientStep {...step} />}
        {draft.step === photoStep(draft) && <Photos draft={draft} views={p.context.views} maxBytes={p.context.limits.photo_bytes} wrong={wrong["photos"]} onShots={shots} />}
        {draft.step === 1 && draft.asked && <WordsStep {...step} />}
        {draft.step === 2 && <LesionStep {...step} />}
        {draft.step === 3 && <QuestionStep {...step} />}
      </section>
      <div class="tx-bar">
        {draft.step > 0 && <button type="button" class="button" onClick={() => go(draft.step - 1)}>{t("Retour", "Back")}</button>}
        {draft.step < last && <button type="button" class="button main" data-next onClick={() => go(draft.step + 1)}>{t("Suivant", "Next")}</button>}
        {draft.step === last && <button type="button" class="button main" data-send onClick={() => void queue()}>{draft.asked ? t("Envoyer le complément", "Send what was asked") : t("Envoyer la demande", "Send the request")}</button>}
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

interface Start { draft: Draft; note: string }

const unguided = t("Les premières photos n’ont pas pu être chargées : ouvrez cette page avec le réseau pour les avoir comme guide.", "The first photos could not be loaded: open this page with the network to have them as a guide.");
const ended = t("Le dermatologue n’attend plus de complément pour cette demande.", "The dermatologist waits for nothing more on this request.");

/** The draft to go on with: of the lesion or the complement that the address names, else the latest. */
async function firstDraft(person: string): Promise<Start> {
  const own = (await drafts()).filter((d) => d.person === person);
  const asked = new URLSearchParams(location.search).get("complement");
  if (asked) return firstComplement(person, asked, own);
  const open = own.filter((d) => d.state === "draft");
  const previous = new URLSearchParams(location.search).get("suite");
  if (!previous) return { draft: open[0] ?? newDraft(person, ""), note: "" };
  const known = open.find((d) => d.previous === previous);
  if (known?.before) return { draft: known, note: "" };
  try {
    const draft = await followUp(person, previous);
    await saveDraft(draft);
    return { draft, note: "" };
  } catch {
    return { draft: known ?? newDraft(person, previous), note: unguided };
  }
}

/** The complement of a request: one on this phone at most, whether it is typed or waits. */
async function firstComplement(person: string, id: string, own: Draft[]): Promise<Start> {
  const known = own.find((d) => d.asked?.id === id);
  if (known?.state === "queued") return { draft: newDraft(person, ""), note: "" }; // it shows above as waiting
  if (known?.asked?.reason) return { draft: { ...known, state: "draft" }, note: "" };
  try {
    const draft = await complement(known ?? unread(person, id), id);
    if (!draft) return { draft: known ?? newDraft(person, ""), note: ended };
    await saveDraft(draft);
    return { draft, note: "" };
  } catch {
    return { draft: known ?? unread(person, id), note: unguided };
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
  const { draft, note } = await firstDraft(context.person);
  lockWhenIdle();
  show(<App context={context} start={draft} outcome={outcome} note={note} />);
}

const root = document.querySelector<HTMLElement>("[data-capture]");
if (root) {
  root.setAttribute("data-busy", "");
  void start(root);
  if (document.readyState === "complete") void installable();
  else addEventListener("load", () => void installable());
}
