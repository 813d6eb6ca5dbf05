import type { ClientSettings } from '../../oauth-clients/model/members.js';
import { LIMITS } from '../../oauth-clients/model/oauth-client.limits.js';
import type { LifetimeMember } from '../../oauth-clients/model/rule.js';

/** Hydra has a lifespan of each kind of token for each grant. One lifetime of the registry stands for all of its kind. */
const LIFESPANS = {
  access_token_lifetime: [
    'authorization_code_grant_access_token_lifespan',
    'client_credentials_grant_access_token_lifespan',
    'device_authorization_grant_access_token_lifespan',
    'implicit_grant_access_token_lifespan',
    'jwt_bearer_grant_access_token_lifespan',
    'refresh_token_grant_access_token_lifespan',
  ],
  id_token_lifetime: [
    'authorization_code_grant_id_token_lifespan',
    'device_authorization_grant_id_token_lifespan',
    'implicit_grant_id_token_lifespan',
    'refresh_token_grant_id_token_lifespan',
  ],
  refresh_token_lifetime: [
    'authorization_code_grant_refresh_token_lifespan',
    'device_authorization_grant_refresh_token_lifespan',
    'refresh_token_grant_refresh_token_lifespan',
  ],
} as const satisfies Record<LifetimeMember, readonly string[]>;

type Lifespan = (typeof LIFESPANS)[LifetimeMember][number];

/** Go durations, as Hydra gives them back (`1h0m0s`). */
export type Lifespans = Partial<Readonly<Record<Lifespan, string>>>;

export const LIFESPAN_NAMES: readonly Lifespan[] = Object.values(LIFESPANS).flat();

const LIFETIMES = Object.keys(LIFESPANS) as LifetimeMember[];

export const lifespansOf = (client: Pick<ClientSettings, LifetimeMember>): Lifespans =>
  Object.fromEntries(
    LIFETIMES.flatMap((member) => {
      const seconds = client[member];
      return seconds === null ? [] : LIFESPANS[member].map((name) => [name, goDuration(seconds)] as const);
    }),
  );

/** The lifetimes that a client of Hydra has. Null where the lifespans of a kind differ, or no lifetime could say them. */
export function lifetimesIn(stored: Readonly<Record<string, unknown>>): Pick<ClientSettings, LifetimeMember> {
  const lifetimeIn = (member: LifetimeMember): number | null => {
    const [first, ...others] = LIFESPANS[member].map((name) => stored[name]);
    return others.every((other) => other === first) ? secondsOf(first) : null;
  };
  return {
    access_token_lifetime: lifetimeIn('access_token_lifetime'),
    id_token_lifetime: lifetimeIn('id_token_lifetime'),
    refresh_token_lifetime: lifetimeIn('refresh_token_lifetime'),
  };
}

/** A duration as Go prints it: from the largest unit that is not zero, and all smaller ones. */
function goDuration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = `${minutes}m${seconds % 60}s`;
  return hours > 0 ? `${hours}h${rest}` : rest;
}

function secondsOf(duration: unknown): number | null {
  const match = typeof duration === 'string' && /^(?:(\d{1,6})h)?(\d{1,2})m(\d{1,2})s$/.exec(duration);
  if (!match) return null;
  const seconds = Number(match[1] ?? 0) * 3_600 + Number(match[2]) * 60 + Number(match[3]);
  return seconds >= LIMITS.min_lifetime && seconds <= LIMITS.max_lifetime ? seconds : null;
}
