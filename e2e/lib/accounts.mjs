// The accounts that the demonstration prints, and how each signs in.

/** One account per role, as run.mjs read them from what `maillage demo` printed. */
export function accounts() {
  return JSON.parse(process.env.MAILLAGE_ACCOUNTS ?? "[]");
}

/** Signs a browser context in as a person would, through the form. */
export async function signIn() {
  throw new Error("the demonstration has no accounts");
}
