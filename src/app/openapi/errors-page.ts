import { PROBLEMS } from '../../problem-details/problems.js';
import { VIOLATION_CODES } from '../../problem-details/violation-codes.js';

const HEAD = `# Errors

<!-- Generated from src/problem-details by \`npm run openapi:write\`. Do not edit. -->

Every answer that is not a success is \`application/problem+json\` (RFC 9457): \`type\` (the URN \`urn:oauth-client-registry:problem:<code>\`), \`title\`, \`status\`, \`detail\`, \`code\`, \`request_id\`, and \`errors\` where single members are wrong. Programs go by \`code\`, which is stable; \`title\` and \`detail\` are for people and may change.
`;

const VIOLATIONS = `## Codes of \`errors\`

\`errors\` lists everything that is wrong at once (at most 100): \`pointer\` (a JSON pointer, RFC 6901, into the body, or the name of a query parameter after a slash), \`code\` and \`detail\`, which tells what to do in that very case. New rules bring new codes: treat one that you do not know as "this member is wrong".
`;

/** `docs/errors.md`: every code, what it means and what to do. */
export function errorsPage(): string {
  const problems = Object.entries(PROBLEMS).map(([code, { status, title, meaning, remedy }]) => [
    `\`${code}\``,
    String(status),
    `${title}. ${meaning}`,
    remedy,
  ]);
  const violations = Object.entries(VIOLATION_CODES).map(([code, { meaning, remedy }]) => [
    `\`${code}\``,
    meaning,
    remedy,
  ]);
  return [
    HEAD,
    '## Problems\n',
    table(['code', 'status', 'meaning', 'what to do'], problems),
    VIOLATIONS,
    table(['code', 'meaning', 'what to do'], violations),
  ].join('\n');
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map(
    (cells) => `| ${cells.map(escaped).join(' | ')} |`,
  );
  return `${lines.join('\n')}\n`;
}

const escaped = (cell: string): string => cell.replaceAll('|', String.raw`\|`);
