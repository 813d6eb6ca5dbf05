import type { Violation } from '../../problem-details/violation.js';
import { isAudience } from '../../lib/audience-grammar.js';
import type { ClientSettings } from './members.js';
import { LIMITS } from './oauth-client.limits.js';
import {
  duplicates,
  violationIf,
  violation,
  type LifetimeMember,
  type Rule,
  type RuleContext,
} from './rule.js';

/** Rules about what stands in the tokens of a client: whom they are for, and how long they live. */
export const TOKEN_RULES: readonly Rule[] = [
  audiencesAreAssignable,
  audiencesAreDistinct,
  ...(['access_token_lifetime', 'id_token_lifetime', 'refresh_token_lifetime'] as const).map(
    lifetimeIsInBounds,
  ),
];

function audiencesAreAssignable(
  { audiences }: ClientSettings,
  { mayAssignAudience }: RuleContext,
): Violation[] {
  return audiences.flatMap((audience, index) => {
    if (!isAudience(audience)) return [violation('audiences', 'invalid_audience', NOT_AN_AUDIENCE, index)];
    if (mayAssignAudience(audience)) return [];
    return [violation('audiences', 'audience_not_assignable', NOT_ASSIGNABLE, index)];
  });
}

const NOT_AN_AUDIENCE =
  'An audience is the absolute URI of an API without a fragment, such as https://api.example.com, of printable ASCII ' +
  'characters without space, ", \\\\, # and *.';
const NOT_ASSIGNABLE =
  'This audience cannot be given to clients: choose another, or ask the operator to make it assignable ' +
  "(ASSIGNABLE_AUDIENCES). This registry's own comes by itself with a scope oauth_clients:*.";

function audiencesAreDistinct({ audiences }: ClientSettings): Violation[] {
  return duplicates('audiences', audiences);
}

function lifetimeIsInBounds(member: LifetimeMember): Rule {
  return (client, { maxLifetimes }) => {
    const [seconds, max] = [client[member], maxLifetimes[member]];
    return violationIf(
      seconds !== null && (seconds < LIMITS.min_lifetime || seconds > max),
      member,
      'lifetime_out_of_range',
      `Send seconds from ${LIMITS.min_lifetime} to ${max}, or 0 to leave it to the authorization server.`,
    );
  };
}
