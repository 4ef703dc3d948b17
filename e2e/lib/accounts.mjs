// The accounts of the demonstration, one per role, and how each signs in.

/** The accounts that the demonstration's sign-in page offers: [{role, id}]. */
export async function readAccounts(base) {
  const answer = await fetch(`${base}/connexion`);
  if (!answer.ok) return [];
  const html = await answer.text();
  return [...html.matchAll(/name="account"\s+value="([^"]+)"/g)].map(([, id]) => ({ id, role: id.replace(/^demo-/, "") }));
}

/** The same, as run.mjs read them once for all test files. */
export function accounts() {
  return JSON.parse(process.env.MAILLAGE_ACCOUNTS ?? "[]");
}

/** Signs a browser context in as a visitor of the demonstration does: one click on the sign-in page. */
export async function signIn(context, base, { id }) {
  const page = await context.newPage();
  await page.goto(`${base}/connexion`);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/connexion"), page.click(`button[name=account][value="${id}"]`)]);
  await page.close();
}
