import { isDeepStrictEqual } from 'node:util';
import type { Violation } from '../../problem-details/violation.js';
import {
  changedMembers,
  mergedSettings,
  newSettings,
  type ClientPatch,
  type NewClient,
} from './client-settings.js';
import type { ClientSettings } from './members.js';
import { distrustedOnlyNarrows, grantTypesAreImmutable, violationsOf } from './oauth-client.rules.js';
import { pointerTo } from './members.js';
import type { RuleContext } from './rule.js';

export interface Judged {
  readonly settings: ClientSettings;
  /** All of them, not the first; with any, the settings must not be stored. */
  readonly violations: Violation[];
}

/** A client as it would be created: the patch over the defaults, judged by every rule. */
export function newClient(patch: NewClient, context: RuleContext): Judged {
  const settings = newSettings(patch);
  return { settings, violations: violationsOf(settings, context) };
}

/**
 * A stored client as it would be after the patch. A change is blamed only for what it adds or breaks: a client that was
 * imported or stored under other rules can still be renamed, and keeps the items of its lists and the trust it has.
 */
export function changedClient(stored: ClientSettings, patch: ClientPatch, context: RuleContext): Judged {
  const settings = mergedSettings(stored, patch);
  const found = violationsOf(settings, context);
  const violations = found.length === 0 ? found : blamedOnChange(found, stored, settings, context);
  const ofTheChange = [
    ...grantTypesAreImmutable(stored, patch),
    ...distrustedOnlyNarrows(stored, settings, context),
  ];
  return { settings, violations: [...ofTheChange, ...violations] };
}

function blamedOnChange(
  found: Violation[],
  stored: ClientSettings,
  settings: ClientSettings,
  context: RuleContext,
): Violation[] {
  const old = violationsOf(stored, context);
  const touched = changedMembers(stored, settings).map((member) => pointerTo(member));
  const remaining = old.map((violation) => itemOf(violation, stored));
  return found.filter((violation) => {
    const item = itemOf(violation, settings);
    if (item === null) return touched.includes(violation.pointer) || !isAmong(old, violation);
    const at = remaining.findIndex((other) => isDeepStrictEqual(other, item));
    // Each old one excuses one: a duplicate that was there does not allow another.
    if (at >= 0) remaining.splice(at, 1);
    return at < 0;
  });
}

const isAmong = (violations: readonly Violation[], violation: Violation): boolean =>
  violations.some((other) => isDeepStrictEqual(other, violation));

/** What is wrong with one item of a list, wherever it stands in it; null for a violation of a whole member. */
function itemOf({ pointer, code }: Violation, settings: ClientSettings): object | null {
  const [, member, index] = /^\/(\w+)\/(\d+)$/.exec(pointer) ?? [];
  if (member === undefined) return null;
  const list: unknown = settings[member as keyof ClientSettings];
  return { member, code, value: Array.isArray(list) ? (list as unknown[])[Number(index)] : undefined };
}
