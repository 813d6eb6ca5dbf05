import { isObject } from '../../lib/json.js';
import { Problem } from '../../problem-details/problem.js';
import type { ClientStanding } from '../standings/client-standing.js';

export type Claims = Readonly<Record<string, unknown>>;

/** What Hydra (`oauth2/token_hook.go`) tells before it issues a token. */
export interface TokenHookRequest {
  readonly clientId: string;
  /** Whom the token is to be for. Of a code it is not told yet: then the gate has asked. */
  readonly grantedAudience: readonly string[];
  /** The extra claims so far, of access tokens and of ID tokens. */
  readonly accessToken: Claims;
  readonly idToken: Claims;
}

/** What it takes in return. */
export interface TokenHookAnswer {
  readonly session: { readonly access_token: Claims; readonly id_token: Claims };
}

/** Throws a 400 problem unless the body is one of Hydra's. */
export function readTokenHookRequest(body: unknown): TokenHookRequest {
  const { session, request } = membersOf(body);
  const { extra, id_token: idToken } = membersOf(session);
  const { client_id: clientId, granted_audience: audience } = membersOf(request);
  // Claims that were looked for in the wrong place would be lost.
  if (typeof clientId !== 'string' || extra === undefined) throw notOfHydra();
  const { ext } = membersOf(membersOf(idToken)['id_token_claims']);
  const grantedAudience = Array.isArray(audience) ? audience.map(String) : [];
  return { clientId, grantedAudience, accessToken: membersOf(extra), idToken: membersOf(ext) };
}

/**
 * The answer replaces all extra claims, so the ones that were received are in it. Null where they name the tenant already:
 * Hydra reads every number of an answer as a float64, and would write 1234567 as 1.234567e+06 from then on.
 */
export function withTenant(
  { accessToken, idToken }: TokenHookRequest,
  { organization_id, project_id }: ClientStanding,
): TokenHookAnswer | null {
  const tenant = { organization_id, project_id };
  if (holds(accessToken, tenant) && holds(idToken, tenant)) return null;
  return { session: { access_token: { ...accessToken, ...tenant }, id_token: { ...idToken, ...tenant } } };
}

const holds = (claims: Claims, expected: Claims): boolean =>
  Object.entries(expected).every(([name, value]) => claims[name] === value);

/** Go writes an empty map as null. */
function membersOf(value: unknown): Claims {
  if (value === null || value === undefined) return {};
  if (!isObject(value)) throw notOfHydra();
  return { ...value };
}

const notOfHydra = (): Problem =>
  new Problem('bad_request', "The body is not what Hydra's token hook sends.");
