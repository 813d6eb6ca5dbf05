import { isDeepStrictEqual } from 'node:util';
import type { Violation } from '../../problem-details/violation.js';
import { membersIn } from '../../validation/shape-faults.js';
import { changedMembers, mergedSettings, newSettings, type ClientPatch } from './client-settings.js';
import type { ClientSettings } from './members.js';
import { distrustedOnlyNarrows, grantTypesAreImmutable, violationsOf } from './oauth-client.rules.js';
import { pointerTo } from './members.js';
import { withoutMembers, type RuleContext } from './rule.js';

export interface Judged {
  readonly settings: ClientSettings;
  /** All of them, not the first; with any, the settings must not be stored. */
  readonly violations: Violation[];
}

/**
 * A client as it would be created: the patch over the defaults, judged by every rule.
 *
 * @param faults what is wrong with the shape of members that the patch therefore lacks: told with what the rules find
 */
export function newClient(
  patch: ClientPatch,
  context: RuleContext,
  faults: readonly Violation[] = [],
): Judged {
  const settings = newSettings({ name: '', grant_types: [], ...patch });
  const judged = withoutMembers(settings, unknownIn(patch, membersIn(faults)));
  return { settings, violations: [...faults, ...violationsOf(judged, context)] };
}

/**
 * A stored client as it would be after the patch. A change is blamed only for what it adds or breaks: a client that was
 * imported or stored under other rules can still be renamed, and keeps the items of its lists and the trust it has.
 *
 * @param faults as of a new client
 */
export function changedClient(
  stored: ClientSettings,
  patch: ClientPatch,
  context: RuleContext,
  faults: readonly Violation[] = [],
): Judged {
  const settings = mergedSettings(stored, patch);
  // Grant types stay as they are stored, whatever was sent for them: their value is known.
  const wrong = membersIn(faults).filter((member) => member !== 'grant_types');
  const judged = withoutMembers(settings, unknownIn(patch, wrong));
  const found = violationsOf(judged, context);
  const violations = found.length === 0 ? found : blamedOnChange(found, stored, settings, context);
  const ofTheChange = [
    ...grantTypesAreImmutable(stored, patch),
    ...distrustedOnlyNarrows(stored, judged, context),
  ];
  return { settings, violations: [...faults, ...ofTheChange, ...violations] };
}

/**
 * The members whose values are unknown: those that are wrong, and those that follow from them where nothing is sent. Method and
 * grant types decide `pkce_required`, and that decides `pkce_challenge_method`.
 */
function unknownIn(patch: ClientPatch, wrong: readonly string[]): readonly string[] {
  const isOpen = wrong.includes('token_endpoint_auth_method') || wrong.includes('grant_types');
  const pkce = isOpen && patch.pkce_required === undefined ? [...wrong, 'pkce_required'] : wrong;
  const isMethodOpen = pkce.includes('pkce_required') && patch.pkce_challenge_method === undefined;
  return isMethodOpen ? [...pkce, 'pkce_challenge_method'] : pkce;
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
    // Each violation that was there excuses one: a duplicate that was there does not allow another.
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
