// In front of everything that the phone keeps: a code chosen once, then asked each time.
import { useEffect, useState } from "preact/hooks";
import { TextField } from "./fields";
import { canPasskey, choose, codeLength, most, tooEasy, tries, tryCode, tryPasskey, type Tries } from "./lock";
import { counter, wipe } from "./store";
import { t } from "./words";

function Code(p: { id: string; label: string; value: string; wrong?: string | undefined; onType: (v: string) => void }) {
  return <TextField {...p} type="password" mode="numeric" longest={codeLength} required onType={(v) => p.onType(v.replace(/\D/g, ""))} />;
}

/** The practitioner chooses the code of this phone, before anything of a patient is kept on it. */
export function NewCode(p: { onOpen: () => void }) {
  const [code, setCode] = useState("");
  const [again, setAgain] = useState("");
  const [wrong, setWrong] = useState<{ code?: string; again?: string }>({});
  const [passkey, setPasskey] = useState(false);
  const [busy, setBusy] = useState(false);
  const [note, setNote] = useState("");
  useEffect(() => void canPasskey().then(setPasskey), []);

  async function keep(withPasskey: boolean): Promise<void> {
    const found: typeof wrong = {};
    if (code.length !== codeLength) found.code = t(`Le code compte ${codeLength} chiffres.`, `The code has ${codeLength} digits.`);
    else if (tooEasy(code)) found.code = t("Ce code se devine trop vite : choisissez-en un autre.", "This code is guessed too fast: choose another one.");
    else if (code !== again) found.again = t("Les deux codes ne sont pas les mêmes.", "The two codes are not the same.");
    setWrong(found);
    if (Object.keys(found).length) return;
    setBusy(true);
    if (await choose(code, withPasskey)) return p.onOpen();
    setBusy(false);
    setNote(t("Ce téléphone ne sait pas ouvrir par empreinte ou visage : le code suffit.", "This phone cannot open by fingerprint or face: the code is enough."));
  }

  return (
    <form class="card tx-gate" data-gate="new" onSubmit={(e) => { e.preventDefault(); void (note ? p.onOpen() : keep(false)); }}>
      <h2>{t("Un code pour ce téléphone", "A code for this phone")}</h2>
      <p>{t("Ce qui n’est pas encore envoyé reste chiffré sur ce téléphone, sous ce code. Il est demandé à l’ouverture et après dix minutes sans geste, même hors ligne. Il n’est connu que de vous.", "What is not sent yet stays encrypted on this phone, under this code. It is asked at opening and after ten minutes without a gesture, offline too. Only you know it.")}</p>
      <Code id="code" label={t(`Code à ${codeLength} chiffres`, `Code of ${codeLength} digits`)} value={code} wrong={wrong.code} onType={setCode} />
      <Code id="code_again" label={t("Le même code", "The same code")} value={again} wrong={wrong.again} onType={setAgain} />
      {note && <p class="alert warn" role="status">{note}</p>}
      <p class="actions">
        <button class="button main" type="submit" disabled={busy}>{note ? t("Continuer", "Go on") : t("Garder ce code", "Keep this code")}</button>
        {passkey && !note && <button class="button" type="button" disabled={busy} data-passkey-too onClick={() => void keep(true)}>{t("Garder, et ouvrir aussi par empreinte ou visage", "Keep, and open by fingerprint or face too")}</button>}
      </p>
    </form>
  );
}

function waiting(): number {
  return (JSON.parse(localStorage.getItem(counter) ?? "null") as { n: number } | null)?.n ?? 0;
}

/** The code is asked; wrong ones are counted, and the tenth erases the phone. */
export function Unlock(p: { onOpen: () => void; onWiped: () => void }) {
  const [code, setCode] = useState("");
  const [state, setState] = useState<Tries>({ wrong: 0, wait: 0, passkey: false });
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const look = async (): Promise<void> => setState(await tries());
  useEffect(() => void look(), []);

  async function erase(): Promise<void> {
    await wipe();
    p.onWiped();
  }

  async function open(): Promise<void> {
    setBusy(true);
    const got = await tryCode(code);
    setBusy(false);
    setCode("");
    if (got === "open") return p.onOpen();
    if (got === "spent") return erase();
    const now = await tries();
    setState(now);
    const seconds = Math.ceil(now.wait / 1000);
    const left = most - now.wrong;
    setWrong([
      got === "wrong" ? t("Ce n’est pas le code.", "This is not the code.") : "",
      seconds > 0 ? t(`Nouvel essai dans ${seconds} s.`, `Next try in ${seconds} s.`) : "",
      left <= 5 ? t(`Essais avant que ce téléphone soit effacé : ${left}.`, `Tries before this phone is erased: ${left}.`) : "",
    ].filter(Boolean).join(" "));
  }

  async function byPasskey(): Promise<void> {
    if (await tryPasskey()) p.onOpen();
    else setWrong(t("Empreinte ou visage non reconnus : tapez le code.", "Fingerprint or face not recognised: type the code."));
  }

  const n = waiting();
  const question = t(`Effacer tout ce que ce téléphone garde${n ? `, demandes non envoyées comprises (${n})` : ""} ?`, `Erase all that this phone keeps${n ? `, unsent requests too (${n})` : ""}?`);
  return (
    <form class="card tx-gate" data-gate="locked" data-wrong={state.wrong} onSubmit={(e) => { e.preventDefault(); void open(); }}>
      <h2>{t("Téléphone verrouillé", "Phone locked")}</h2>
      {n > 0 && <p class="alert warn">{t(`Demandes qui attendent : ${n}. Elles partent dès l’ouverture.`, `Requests that wait: ${n}. They leave as soon as you open.`)}</p>}
      <Code id="code" label={t("Code de ce téléphone", "Code of this phone")} value={code} wrong={wrong || undefined} onType={setCode} />
      <p class="actions">
        <button class="button main" type="submit" disabled={busy || code.length !== codeLength}>{t("Ouvrir", "Open")}</button>
        {state.passkey && <button class="button" type="button" data-by-passkey onClick={() => void byPasskey()}>{t("Empreinte ou visage", "Fingerprint or face")}</button>}
      </p>
      <p><button class="button quiet" type="button" data-erase onClick={() => confirm(question) && void erase()}>{t("Code oublié : effacer ce téléphone", "Code forgotten: erase this phone")}</button></p>
    </form>
  );
}
