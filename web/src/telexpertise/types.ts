// What the phone holds of a request, and what the server says of it.

export interface Text { fr: string; en: string }
export interface Choice { code: string; label: Text }

/** What the server gives so that a request can be filled without it: /telexpertise/api/contexte. */
export interface Context {
  now: string; // by the server's clock
  person: string;
  name: string;
  pools: { id: string; name: string; phone: string }[] | null;
  sites: Choice[];
  durations: Choice[];
  views: Choice[];
  urgencies: Choice[];
  limits: { photos: number; photo_bytes: number; chunk_bytes: number };
}

export type Answer = "" | "yes" | "no";

/** The questions answered by yes or no, by the names that the server gives them. */
export const lesionQuestions = ["size", "shape", "colour", "inflamed", "oozing", "bleeding", "sensation", "raised"] as const;
export const historyQuestions = ["personal_cancer", "family_cancer", "immuno", "anticoagulant"] as const;
export type Question = (typeof lesionQuestions)[number] | (typeof historyQuestions)[number];

export type Clinical = Record<Question, Answer> & {
  site: string;
  site_detail: string;
  diameter_mm: number; // 0 when not measured
  since: string;
  phototype: number; // 1 to 6, 0 when not known
  treatments: string;
  hypothesis: string;
};

export interface Patient {
  birth_name: string;
  first_birth_name: string;
  birth_date: string; // YYYY-MM-DD
  sex: string;
  phone: string;
  ins: string; // matricule and key, 15 characters; "" when not known
  ins_oid: string; // who gives matricules
}

export type Reason = "small" | "blurred" | "dark" | "bright" | "glare" | "tilted" | "refused";

/** What the checks of the phone found in one photograph. */
export interface Verdict {
  width: number;
  height: number;
  sharpness: number; // variance of the Laplacian of the middle, on 8-bit luma
  luma: number; // mean of the middle, 0 to 255
  glare: number; // share of the middle that is burnt out, 0 to 1
  card: "seen" | "tilted" | "none"; // the printed scale card
  reasons: Reason[];
}

export interface Shot {
  id: string;
  view: string;
  sha256: string;
  size: number; // bytes
  type: string;
  verdict: Verdict;
  mmPerPixel: number; // read from the card; 0 when it was not seen straight
  kept: boolean; // kept though the checks advise to take it again
}

/** What a complement answers; of a request that the phone could not read, only the identifier is known. */
export interface Asked { id: string; ref: string; on: string; reason: Text | null; text: string }

export interface Draft {
  id: string;
  person: string; // whose outbox this is
  state: "draft" | "queued" | "refused";
  step: number;
  changedAt: number; // milliseconds since 1970, by the phone
  queuedAt: number;
  problem: Text | null; // why the server refused it
  pool: string;
  previous: string;
  asked?: Asked | null; // what a dermatologist asks for: a complement of a request that was sent
  before: { ref: string; on: string; photos: string[] } | null; // of the same lesion: the views whose first photograph is on the phone
  urgency: string;
  patient: Patient;
  consent: { given: boolean; form: string; by_whom: string; at: string };
  clinical: Clinical;
  question: string;
  shots: Shot[];
}

/** What a request for the same lesion takes over from the one before: /telexpertise/api/demandes/ID/suite. */
export interface Before {
  ref: string;
  on: string; // the day it was sent, in the reader's words
  urgency: string;
  patient: Partial<Patient>;
  clinical: Clinical;
  photos: { id: string; view: string }[];
}

/** What a dermatologist asks for: /telexpertise/api/demandes/ID/complement. */
export interface AskedFor {
  ref: string;
  on: string; // when, in the reader's words
  reason: Text;
  text: string;
  photos: { id: string; view: string }[];
}

/** Where a request stands on the server. */
export interface Status {
  id: string;
  ref: string;
  state: string;
  submitted_at?: string;
  completed_at?: string; // the receipt of a complement
  photos: { id: string; sha256: string; size: number; received: number; received_at?: string }[];
  warning?: Text;
}

export function newDraft(person: string, previous: string): Draft {
  const blank = Object.fromEntries([...lesionQuestions, ...historyQuestions].map((q) => [q, ""])) as Record<Question, Answer>;
  return {
    id: crypto.randomUUID(), person, state: "draft", step: 0, changedAt: Date.now(), queuedAt: 0, problem: null, pool: "", previous, before: null, urgency: "P3",
    patient: { birth_name: "", first_birth_name: "", birth_date: "", sex: "", phone: "", ins: "", ins_oid: "" },
    consent: { given: false, form: "oral", by_whom: "patient", at: "" },
    clinical: { ...blank, site: "", site_detail: "", diameter_mm: 0, since: "", phototype: 0, treatments: "", hypothesis: "" },
    question: "", shots: [],
  };
}

/** The number by which the national health identity ends: 97 minus the rest of the first 13 characters divided by 97, Corsica's letters counted as the law says. */
export function validINS(ins: string): boolean {
  const number = ins.slice(0, 13).toUpperCase().replace("2A", "19").replace("2B", "18");
  return /^\d{13}$/.test(number) && /^\d{2}$/.test(ins.slice(13)) && 97 - Number(BigInt(number) % 97n) === Number(ins.slice(13));
}

/** The request on the server to which a draft belongs. */
export function requestOf(d: Draft): string {
  return d.asked?.id ?? d.id;
}

/** The step where photographs are taken. */
export function photoStep(d: Draft): number {
  return d.asked ? 0 : 1;
}

/** Tells whether anything was typed: an empty draft is not kept. */
export function started(d: Draft): boolean {
  return Boolean(d.asked) || d.previous !== "" || d.shots.length > 0 || d.clinical.site !== "" || d.question !== "" || Object.values(d.patient).some((v) => v !== "");
}

/** The weighted seven-point checklist, as the server computes it (internal/telexpertise/checklist.go). */
export function score(c: Clinical): number {
  const yes = (...all: Answer[]): boolean => all.includes("yes");
  const lines: [boolean, number][] = [
    [yes(c.size), 2], [yes(c.shape), 2], [yes(c.colour), 2], [c.diameter_mm >= 7, 1], [yes(c.inflamed), 1], [yes(c.oozing, c.bleeding), 1], [yes(c.sensation), 1],
  ];
  return lines.reduce((sum, [is, weight]) => sum + (is ? weight : 0), 0);
}
