import { isDeepStrictEqual } from 'node:util';
import type { OAuthClient } from './oauth-client.entity.js';

const MEMBERS = [
  'name',
  'description',
  'redirectUris',
  'grantTypes',
  'scopes',
  'trusted',
  'enabled',
  'tokenEndpointAuthMethod',
  'pkceRequired',
  'pkceChallengeMethod',
] as const satisfies (keyof OAuthClient)[];

/** A member that the owner of a client decides. */
export type ClientMember = (typeof MEMBERS)[number];
export type ClientSettings = Pick<OAuthClient, ClientMember>;

/** What a caller sent. A member that is absent (or null) leaves the setting as it is; a description of '' clears it. */
export type ClientPatch = Partial<ClientSettings>;
export type NewClient = ClientPatch & Pick<ClientSettings, 'name' | 'grantTypes'>;

/** A new client: secure defaults with the patch on them. */
export function newSettings(patch: NewClient): ClientSettings {
  const defaults: ClientSettings = {
    name: patch.name,
    description: null,
    redirectUris: [],
    grantTypes: patch.grantTypes,
    scopes: [],
    trusted: false,
    enabled: true,
    tokenEndpointAuthMethod: 'client_secret_basic',
    pkceRequired: false,
    pkceChallengeMethod: null,
  };
  return mergedSettings(defaults, patch);
}

/** The stored settings with the patch on them, and with what follows from it for PKCE. Grant types stay as stored. */
export function mergedSettings(stored: ClientSettings, patch: ClientPatch): ClientSettings {
  const tokenEndpointAuthMethod = patch.tokenEndpointAuthMethod ?? stored.tokenEndpointAuthMethod;
  const pkceRequired =
    patch.pkceRequired ?? (stored.pkceRequired || becomesPublic(stored, tokenEndpointAuthMethod));
  return {
    name: patch.name ?? stored.name,
    description: (patch.description ?? stored.description) || null,
    redirectUris: patch.redirectUris ?? stored.redirectUris,
    grantTypes: stored.grantTypes,
    scopes: patch.scopes ?? stored.scopes,
    trusted: patch.trusted ?? stored.trusted,
    enabled: patch.enabled ?? stored.enabled,
    tokenEndpointAuthMethod,
    pkceRequired,
    pkceChallengeMethod:
      patch.pkceChallengeMethod ?? (pkceRequired ? (stored.pkceChallengeMethod ?? 'S256') : null),
  };
}

/** Code flows without a secret need PKCE (RFC 9700, section 2.1.1), so a client that gives up its secret gets it. */
const becomesPublic = (stored: ClientSettings, method: ClientSettings['tokenEndpointAuthMethod']): boolean =>
  method === 'none' &&
  stored.tokenEndpointAuthMethod !== 'none' &&
  stored.grantTypes.includes('authorization_code');

export function changedMembers(before: ClientSettings, after: ClientSettings): ClientMember[] {
  return MEMBERS.filter((member) => !isDeepStrictEqual(before[member], after[member]));
}
