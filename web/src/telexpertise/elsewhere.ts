// On the pages beside the capture page: unsent requests are sent and shown, and leaving the account wipes this phone.
import { keepSending } from "./send";
import { counter, wipe } from "./store";
import { t } from "./words";

interface Count { n: number; since: number }

function read(): Count | null {
  return JSON.parse(localStorage.getItem(counter) ?? "null") as Count | null;
}

/** Shows on top of the page how many requests have not left, in red after an hour, and sends them. */
export function showUnsent(): void {
  const strip = document.createElement("p");
  strip.className = "alert";
  strip.setAttribute("role", "status");
  strip.dataset["unsent"] = "";
  const draw = (): void => {
    const waiting = read();
    strip.hidden = !waiting;
    if (!waiting) return;
    strip.className = Date.now() - waiting.since > 3600 * 1000 ? "alert late" : "alert warn";
    const link = document.createElement("a");
    link.href = "/telexpertise/telephone";
    link.textContent = t("Voir", "See");
    strip.replaceChildren(t(`Demandes d’avis pas encore envoyées depuis ce téléphone : ${waiting.n}. `, `Requests not yet sent from this phone: ${waiting.n}. `), link);
  };
  document.querySelector("main")?.prepend(strip);
  draw();
  keepSending(draw);
}

/** Ends this browser's notifications, and tells the server which they were. A maker that does not answer holds nobody back. */
async function unsubscribe(form: HTMLFormElement): Promise<void> {
  const worker = await navigator.serviceWorker?.getRegistration("/telexpertise/");
  const subscription = await worker?.pushManager?.getSubscription();
  if (!subscription) return;
  const device = Object.assign(document.createElement("input"), { type: "hidden", name: "device", value: subscription.endpoint });
  form.append(device);
  await subscription.unsubscribe();
}

/** Asks before unsent requests are lost, ends notifications, wipes the phone, then signs out. */
export async function leave(form: HTMLFormElement): Promise<void> {
  const waiting = read();
  const question = waiting && t(`Demandes non envoyées : ${waiting.n}. Se déconnecter les efface de ce téléphone. Continuer ?`, `Unsent requests: ${waiting.n}. Signing out erases them from this phone. Go on?`);
  if (question && !confirm(question)) return;
  await Promise.race([unsubscribe(form).catch(() => undefined), new Promise((late) => setTimeout(late, 2000))]);
  await wipe();
  form.submit();
}
