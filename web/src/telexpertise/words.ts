// What the phone says, in the language of the page: it must also be able to say it without the server.
import type { Question, Reason, Text } from "./types";

const english = document.documentElement.lang === "en";

/** Picks the reader's language; French signs are never parted from their word at the end of a line. */
export function t(fr: string, en: string): string {
  return english ? en : fr.replace(/ (?=[:»])/g, "\u00a0").replace(/ (?=[;?!])/g, "\u202f").replace(/« /g, "«\u00a0");
}

export function say(text: Text): string {
  return t(text.fr, text.en);
}

export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString(english ? "en-GB" : "fr-FR", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Paris" });
}

/** One sentence per flaw: what is wrong, what to do. */
export const reasonWords: Record<Reason, Text> = {
  small: { fr: "Image trop petite : prenez la photo avec l’appareil du téléphone, sans recadrer.", en: "Image too small: use the phone’s camera, without cropping." },
  dark: { fr: "Trop sombre : rapprochez-vous d’une fenêtre.", en: "Too dark: move closer to a window." },
  bright: { fr: "Trop claire : évitez le soleil direct et le flash.", en: "Too bright: avoid direct sun and flash." },
  glare: { fr: "Reflets : inclinez un peu la lumière, coupez le flash.", en: "Glare: tilt the light a little, turn the flash off." },
  tilted: { fr: "La carte d’échelle est vue de biais : tenez le téléphone bien au-dessus, ou retirez la carte.", en: "The scale card is seen aslant: hold the phone straight above it, or take the card away." },
  refused: { fr: "Le serveur n’a pas pu lire cette photo : reprenez-la. Le reste est gardé.", en: "The server could not read this photo: take it again. The rest is kept." },
  blurred: { fr: "Floue : tenez le téléphone à deux mains, touchez la lésion à l’écran pour faire le point.", en: "Blurred: hold the phone with both hands, tap the lesion on the screen to focus." },
};

export const viewHelp: Record<string, Text> = {
  context: { fr: "La région du corps entière, pour situer la lésion.", en: "The whole region of the body, to place the lesion." },
  overview: { fr: "À 20 cm, bien perpendiculaire, la carte d’échelle à côté.", en: "From 20 cm, straight above, the scale card beside it." },
  "close-up": { fr: "Au plus près que la mise au point permet ; la lésion remplit le cercle.", en: "As close as focus allows; the lesion fills the circle." },
  dermoscopy: { fr: "À travers le dermatoscope.", en: "Through the dermoscope." },
  side: { fr: "De profil, pour montrer le relief.", en: "From the side, to show how it is raised." },
};

export const questionWords: Record<Question, Text> = {
  size: { fr: "A changé de taille", en: "Changed in size" },
  shape: { fr: "Forme irrégulière ou modifiée", en: "Irregular or changed shape" },
  colour: { fr: "Couleur irrégulière ou modifiée", en: "Irregular or changed colour" },
  inflamed: { fr: "Inflammation", en: "Inflammation" },
  oozing: { fr: "Suintement ou croûte", en: "Oozing or crust" },
  bleeding: { fr: "Saignement", en: "Bleeding" },
  sensation: { fr: "Démangeaison ou sensation modifiée", en: "Itch or altered sensation" },
  raised: { fr: "En relief", en: "Raised" },
  personal_cancer: { fr: "Cancer de la peau chez le patient", en: "Skin cancer of the patient" },
  family_cancer: { fr: "Cancer de la peau dans la famille", en: "Skin cancer in the family" },
  immuno: { fr: "Immunodépression", en: "Immunosuppression" },
  anticoagulant: { fr: "Anticoagulants", en: "Anticoagulants" },
};
