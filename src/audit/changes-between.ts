import { isDeepStrictEqual } from 'node:util';
import type { AuditChange, AuditChanges } from './audit-event.entity.js';

/**
 * The members of `after` that differ from `before`; for something new all that are not null or empty. Lists are sets: what
 * was added and removed is told, and another order alone is no change.
 */
export function changesBetween(before: object | null, after: object): AuditChanges {
  const from = new Map<string, unknown>(Object.entries(before ?? {}));
  const changes = Object.entries(after).map(
    ([member, to]) => [member, changeOf(from.get(member) ?? null, to)] as const,
  );
  return Object.fromEntries(
    changes.filter((change): change is readonly [string, AuditChange] => change[1] !== null),
  );
}

function changeOf(from: unknown, to: unknown): AuditChange | null {
  if (from === to) return null;
  if (Array.isArray(to)) return listChange(Array.isArray(from) ? from : [], to);
  return isDeepStrictEqual(from, to) ? null : { from, to };
}

function listChange(from: readonly unknown[], to: readonly unknown[]): AuditChange | null {
  const [before, after] = [new Set(from), new Set(to)];
  const added = to.filter((item) => !before.has(item));
  const removed = from.filter((item) => !after.has(item));
  return added.length + removed.length > 0 ? { added, removed } : null;
}
