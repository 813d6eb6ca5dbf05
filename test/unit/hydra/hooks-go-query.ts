/** What Go's `url.ParseQuery` makes of a query, as Hydra reads it: bytes, shown here as latin1. */
export function goQuery(query: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const at = pair.indexOf('=');
    const name = goUnescape(at === -1 ? pair : pair.slice(0, at));
    const value = goUnescape(at === -1 ? '' : pair.slice(at + 1));
    // Go reports a broken pair and keeps the others; Hydra goes on with those.
    if (name === null || value === null) continue;
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return values;
}

function goUnescape(text: string): string | null {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return null;
  return text
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
}
