import { isDeepStrictEqual } from 'node:util';
import type { OAuthClient } from './oauth-client.entity.js';

const MEMBERS = [
  'name',
  'description',
  'redirect_uris',
  'grant_types',
  'scopes',
  'trusted',
  'enabled',
  'token_endpoint_auth_method',
  'pkce_required',
  'pkce_challenge_method',
] as const satisfies (keyof OAuthClient)[];

/** A member that the owner of a client decides. */
export type ClientMember = (typeof MEMBERS)[number];
export type ClientSettings = Pick<OAuthClient, ClientMember>;

/** What a caller sent. A member that is absent (or null) leaves the setting as it is; a description of '' clears it. */
export type ClientPatch = Partial<ClientSettings>;
export type NewClient = ClientPatch & Pick<ClientSettings, 'name' | 'grant_types'>;

/** A new client: secure defaults with the patch on them. */
export function newSettings(patch: NewClient): ClientSettings {
  const defaults: ClientSettings = {
    name: patch.name,
    description: null,
    redirect_uris: [],
    grant_types: patch.grant_types,
    scopes: [],
    trusted: false,
    enabled: true,
    token_endpoint_auth_method: 'client_secret_basic',
    pkce_required: false,
    pkce_challenge_method: null,
  };
  return mergedSettings(defaults, patch);
}

/** The stored settings with the patch on them, and with what follows from it for PKCE. Grant types stay as stored. */
export function mergedSettings(stored: ClientSettings, patch: ClientPatch): ClientSettings {
  const token_endpoint_auth_method = patch.token_endpoint_auth_method ?? stored.token_endpoint_auth_method;
  const pkce_required =
    patch.pkce_required ?? (stored.pkce_required || becomesPublic(stored, token_endpoint_auth_method));
  return {
    name: patch.name ?? stored.name,
    description: (patch.description ?? stored.description) || null,
    redirect_uris: patch.redirect_uris ?? stored.redirect_uris,
    grant_types: stored.grant_types,
    scopes: patch.scopes ?? stored.scopes,
    trusted: patch.trusted ?? stored.trusted,
    enabled: patch.enabled ?? stored.enabled,
    token_endpoint_auth_method,
    pkce_required,
    pkce_challenge_method:
      patch.pkce_challenge_method ?? (pkce_required ? (stored.pkce_challenge_method ?? 'S256') : null),
  };
}

/** Code flows without a secret need PKCE (RFC 9700, section 2.1.1), so a client that gives up its secret gets it. */
const becomesPublic = (
  stored: ClientSettings,
  method: ClientSettings['token_endpoint_auth_method'],
): boolean =>
  method === 'none' &&
  stored.token_endpoint_auth_method !== 'none' &&
  stored.grant_types.includes('authorization_code');

export function changedMembers(before: ClientSettings, after: ClientSettings): ClientMember[] {
  return MEMBERS.filter((member) => !isDeepStrictEqual(before[member], after[member]));
}
