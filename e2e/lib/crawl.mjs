// Finds every page that links lead to from some front doors.

/**
 * The shape of an address: what two pages of one kind have in common. Segments that name one object (digits, the demonstration's names, a rule's
 * name) become ":", and of the query only the names count, the language apart. "/communes/93066?an=2021" and "/communes/75101?an=2024&lang=en" share
 * "/communes/:?an".
 */
export function shape(address) {
  const url = new URL(address);
  const path = url.pathname.replace(/^\/regles\/(?!nouvelle\b)[^/]+/, "/regles/:");
  const segments = path.split("/").map((s) => (/\d|^demo-/.test(s) ? ":" : s));
  const names = [...new Set(url.searchParams.keys())].filter((n) => n !== "lang").sort();
  return segments.join("/") + (names.length ? "?" + names.join("&") : "");
}

/**
 * Visits pages breadth first, at most `perShape` of each shape and `perPath` of each path whatever its query, and calls visit(page, response, address, shape) on each.
 * Addresses that answer with something else than a page (downloads) are only fetched; one that leads on is followed as a link is. The language stays
 * the browser's: a link that changes it would change it for every page after. Returns what went wrong on the way.
 */
export async function crawl(context, doors, visit, { perShape = 1, perPath = 3, limit = 4000 } = {}) {
  const origin = new URL(doors[0]).origin;
  const queue = doors.map((to) => ({ to, from: "(front door)" }));
  const seen = new Set(doors);
  const visits = new Map();
  const paths = new Map();
  const wrong = [];
  const page = await context.newPage();
  const follow = (link, from) => {
    const url = new URL(link);
    url.hash = "";
    url.searchParams.delete("lang");
    if (url.origin !== origin || seen.has(url.href)) return;
    seen.add(url.href);
    queue.push({ to: url.href, from });
  };
  for (let at = 0; at < queue.length && at < limit; at++) {
    const { to, from } = queue[at];
    const kind = shape(to);
    if ((visits.get(kind) ?? 0) >= perShape) continue;
    visits.set(kind, (visits.get(kind) ?? 0) + 1);
    const path = kind.split("?")[0];
    paths.set(path, (paths.get(path) ?? 0) + 1);
    if (paths.get(path) > perPath) continue;
    const probe = await context.request.get(to, { headers: { Accept: "text/html,*/*" } });
    if (!probe.ok()) {
      wrong.push(`${to} answers ${probe.status()}; ${from} leads there`);
      continue;
    }
    if (!(probe.headers()["content-type"] ?? "").startsWith("text/html") || isDownload(probe)) continue;
    const html = await probe.text();
    if (probe.url() !== to) {
      follow(probe.url(), to);
      continue;
    }
    await visit(page, { html, address: to, shape: kind });
    if (page.url() !== to) await page.goto(to);
    const links = await page.$$eval("a[href]", (all) => all.map((a) => a.href));
    for (const link of links) follow(link, to);
  }
  await page.close();
  return wrong;
}

function isDownload(response) {
  return (response.headers()["content-disposition"] ?? "").startsWith("attachment");
}
