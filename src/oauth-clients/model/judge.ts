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
import { grantTypesAreImmutable, violationsOf } from './oauth-client.rules.js';
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
 * A stored client as it would be after the patch. A change is blamed only for what it touches or breaks: a client that
 * was imported under other rules can still be renamed, and keeps the scopes, audiences and the trust it has.
 */
export function changedClient(stored: ClientSettings, patch: ClientPatch, context: RuleContext): Judged {
  const settings = mergedSettings(stored, patch);
  const lenient = keepingWhatItHas(stored, context);
  const found = violationsOf(settings, lenient);
  const violations = found.length === 0 ? found : blamedOnChange(found, stored, settings, lenient);
  return { settings, violations: [...grantTypesAreImmutable(stored, patch), ...violations] };
}

/** A later, narrower configuration must not block an edit that hands out nothing new. */
function keepingWhatItHas({ scopes, audiences }: ClientSettings, context: RuleContext): RuleContext {
  const { mayAssign, mayAssignAudience } = context;
  return {
    ...context,
    mayAssign: (scope) => scopes.includes(scope) || mayAssign(scope),
    mayAssignAudience: (audience) => audiences.includes(audience) || mayAssignAudience(audience),
  };
}

function blamedOnChange(
  found: Violation[],
  stored: ClientSettings,
  settings: ClientSettings,
  context: RuleContext,
): Violation[] {
  const old = violationsOf(stored, context);
  const touched = changedMembers(stored, settings).map((member) => pointerTo(member));
  const isTouched = ({ pointer }: Violation): boolean =>
    touched.some((member) => pointer === member || pointer.startsWith(`${member}/`));
  const isOld = (violation: Violation): boolean => old.some((other) => isDeepStrictEqual(other, violation));
  return found.filter((violation) => isTouched(violation) || !isOld(violation));
}
