import type { AdviceKind } from '../../oauth-clients/advice/advice-kind.js';
import { ADVICE, MAX_ADVICE } from '../../oauth-clients/advice/advice.js';
import { EFFECTS } from '../../oauth-clients/effects.js';
import { table } from './errors-page.js';

const HEAD = `# Advice and effects

<!-- Generated from src/oauth-clients/advice and src/oauth-clients/effects.ts by \`npm run openapi:write\`. Do not edit. -->

Every client is shown with \`advice\`: what is allowed and could be better (at most ${MAX_ADVICE}). It refuses nothing. Each item has \`code\` (stable: programs go by it), \`severity\`, \`pointer\` (a JSON pointer, RFC 6901, into the client), \`detail\`, \`remedy\` and \`reference\`. Ages count whole days. New versions bring new codes.

| severity | means |
| --- | --- |
| \`info\` | good to know |
| \`warning\` | will cause trouble one day |
| \`risk\` | makes an attack easier |

## Advice
`;

const EXAMPLES = `## Examples

The members by which a client gets the advice, and those by which it does not. It is 2026-11-23, the organization may not have trusted clients, and neither \`legacy:read\` nor \`https://legacy.example.com\` is assignable; refresh tokens may live for 30 days. \`live_secrets\` stands for the secrets that work: id, and when each was made, last used, followed by a newer one and expires, in milliseconds since the epoch.
`;

const EFFECTS_HEAD = `## Effects

\`?dry_run=true\` on a write of a client, of its secrets or its tokens answers what the call would do. Beside \`changes\` and \`advice\` it has \`effects\`, each with \`code\` and \`detail\`.
`;

/** `docs/advice.md`: every code, when it is given and what to do. */
export function advicePage(): string {
  const kinds = Object.entries<AdviceKind>(ADVICE);
  const advice = kinds.map(([code, { severity, meaning, remedy, reference }]) => [
    `\`${code}\``,
    severity,
    meaning,
    remedy,
    reference.startsWith('docs/') ? 'this page' : reference,
  ]);
  const examples = kinds.map(([code, { shown, silent }]) => [`\`${code}\``, json(shown), json(silent)]);
  const effects = Object.entries(EFFECTS).map(([code, meaning]) => [`\`${code}\``, meaning]);
  return [
    HEAD,
    table(['code', 'severity', 'when', 'what to do', 'reference'], advice),
    EXAMPLES,
    table(['code', 'given', 'not given'], examples),
    EFFECTS_HEAD,
    table(['code', 'what happens'], effects),
  ].join('\n');
}

const json = (example: object): string => `\`${JSON.stringify(example)}\``;
