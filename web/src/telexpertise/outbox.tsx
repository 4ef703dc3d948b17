// What is still on this phone: drafts, what waits, what was refused. Always visible; late in red.
import type { Outcome, Receipt } from "./send";
import { started, type Draft } from "./types";
import { clockTime, say, t } from "./words";

const late = 3600 * 1000; // milliseconds

/** Initials: whoever picks the phone up reads no name. */
function who(d: Draft): string {
  if (d.asked) return t(`complément de ${d.asked.ref}`, `more on ${d.asked.ref}`);
  const initials = [d.patient.first_birth_name, d.patient.birth_name].map((n) => n.trim().charAt(0).toUpperCase()).filter(Boolean);
  return initials.length ? initials.join(". ") + "." : t("patient sans nom", "unnamed patient");
}

function standing(d: Draft, outcome: Outcome): string {
  if (d.state === "draft") return t("brouillon", "draft");
  if (d.state === "refused") return t("à corriger", "to correct");
  if (Date.now() - d.queuedAt > late) return t("non envoyée depuis plus d’une heure", "not sent for over an hour");
  if (outcome === "locked") return t("attend le code de ce téléphone", "waits for the code of this phone");
  if (outcome === "signin") return t("attend votre connexion", "waits for you to sign in");
  return outcome === "offline" ? t("attend le réseau", "waits for the network") : t("envoi en cours", "being sent");
}

function tone(d: Draft): string {
  if (d.state === "draft") return "";
  return d.state === "refused" || Date.now() - d.queuedAt > late ? "late" : "warn";
}

function arrived(r: Receipt): string {
  const at = clockTime(Date.parse(r.at));
  return r.complement
    ? t(`Complément de la demande ${r.ref} reçu à ${at} : le dermatologue est prévenu.`, `What was asked for request ${r.ref} was received at ${at}: the dermatologist is told.`)
    : t(`Demande ${r.ref} reçue à ${at}.`, `Request ${r.ref} received at ${at}.`);
}

export function Outbox(p: { all: Draft[]; person: string; current: string; outcome: Outcome; receipts: Receipt[]; onOpen: (d: Draft) => void; onDrop: (d: Draft) => void; onSend: () => void }) {
  const own = p.all.filter((d) => d.person === p.person && d.id !== p.current && (d.state !== "draft" || started(d)));
  const others = p.all.filter((d) => d.person !== p.person).length;
  const waiting = own.filter((d) => d.state === "queued").length;
  return (
    <div aria-live="polite" data-outbox data-waiting={waiting}>
      {p.receipts.map((r) => (
        <div key={r.id} class="alert good" data-received={r.id}>
          <p>
            <strong>{arrived(r)}</strong>{" "}
            {t("Plus rien n’en reste sur ce téléphone.", "Nothing of it is left on this phone.")} <a href={`/telexpertise/demandes/${r.id}`}>{t("La suivre", "Follow it")}</a>
          </p>
          {r.warning && <p>{say(r.warning)}</p>}
        </div>
      ))}
      {own.length > 0 && (
        <section class="card tx-outbox" aria-labelledby="tx-outbox-title">
          <h2 id="tx-outbox-title">{t("Sur ce téléphone", "On this phone")}</h2>
          <ul>
            {own.map((d) => (
              <li key={d.id} data-case={d.id} data-state={d.state}>
                <span>
                  <strong>{who(d)}</strong> <span class="soft">{clockTime(d.queuedAt || d.changedAt)}</span> <span class={`badge ${tone(d)}`}>{standing(d, p.outcome)}</span>
                </span>
                {d.problem && <span class="error">{say(d.problem)}</span>}
                <span class="actions">
                  {d.state !== "queued" && <button type="button" class="button small" onClick={() => p.onOpen(d)}>{t("Reprendre", "Go on")}<span class="visually-hidden"> {who(d)}</span></button>}
                  {d.state !== "queued" && <button type="button" class="button small danger" onClick={() => p.onDrop(d)}>{t("Effacer", "Erase")}<span class="visually-hidden"> {who(d)}</span></button>}
                </span>
              </li>
            ))}
          </ul>
          {own.some((d) => d.state === "draft") && <p class="soft small">{t("Un brouillon que personne ne touche est effacé après sept jours.", "A draft that nobody touches is erased after seven days.")}</p>}
          {waiting > 0 && <button type="button" class="button" data-retry onClick={p.onSend}>{t("Réessayer maintenant", "Try again now")}</button>}
        </section>
      )}
      {others > 0 && <p class="alert warn">{t(`${others} demande(s) d’un autre compte attendent sur ce téléphone : elles partiront quand leur auteur s’y connectera.`, `${others} request(s) of another account wait on this phone: they leave when their author signs in.`)}</p>}
    </div>
  );
}
