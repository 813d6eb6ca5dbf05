import { isDeepStrictEqual } from 'node:util';
import type { AuditChanges } from './audit-event.entity.js';

/** The members of `after` that differ from `before`; all of them for something new. */
export function changesBetween(before: object | null, after: object): AuditChanges {
  const from = new Map<string, unknown>(Object.entries(before ?? {}));
  const changed = Object.entries(after).filter(([member, to]) => !isDeepStrictEqual(from.get(member), to));
  return Object.fromEntries(changed.map(([member, to]) => [member, { from: from.get(member) ?? null, to }]));
}
