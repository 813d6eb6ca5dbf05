import type { Violation } from '../../problem-details/violation.js';
import type { ClientPatch } from './client-settings.js';
import { ADDRESS_RULES } from './address.rules.js';
import type { ClientMember, ClientSettings } from './members.js';
import { redirectUriProblem } from './redirect-uri.js';
import { brokenRules, duplicates, violationIf, violation, type Rule, type RuleContext } from './rule.js';
import { isRegistryScope } from './scope.js';
import { TOKEN_RULES } from './token.rules.js';
import { isScopeToken } from '../../lib/scope-grammar.js';

/** Every rule that relates members to each other or to the tenant. Shape (types, lengths, enums) is checked before. */
const RULES: readonly Rule[] = [
  grantTypesAreDistinct,
  refreshTokenNeedsAuthorizationCode,
  clientCredentialsNeedASecret,
  pkceNeedsAuthorizationCode,
  publicClientsRequirePkce,
  challengeMethodNeedsPkce,
  redirectingGrantsNeedARedirectUri,
  redirectUrisAreSafe,
  redirectUrisAreDistinct,
  scopesAreAssignable,
  scopesAreDistinct,
  trustIsAllowed,
  ...TOKEN_RULES,
  ...ADDRESS_RULES,
  authorizationServerCanServe,
];

/** Every violation, in the order of the table. */
export function violationsOf(client: ClientSettings, context: RuleContext): Violation[] {
  return brokenRules(RULES, client, context);
}

/** Privileged clients are managed by human admins only: they skip consent, or act on this registry. */
export function isPrivileged(client: Pick<ClientSettings, 'trusted' | 'scopes'>): boolean {
  return client.trusted || client.scopes.some(isRegistryScope);
}

/** Grant types cannot be changed after creation. The same set in any order is no change. */
export function grantTypesAreImmutable({ grant_types }: ClientSettings, patch: ClientPatch): Violation[] {
  const sent = patch.grant_types ?? grant_types;
  const isSame = sent.length === grant_types.length && grant_types.every((grant) => sent.includes(grant));
  return violationIf(
    !isSame,
    'grant_types',
    'grant_types_immutable',
    `Grant types cannot be changed after creation: leave them out, or send ${grant_types.join(', ')}. ` +
      'For other grant types create a new client.',
  );
}

/** The members that decide where tokens go and how much they may do. */
const REACH = ['redirect_uris', 'scopes', 'audiences'] as const satisfies readonly ClientMember[];

/**
 * A client that is trusted although its organization lost the permission would skip consent again as soon as the permission is
 * back. So until its owner takes the trust away, redirect URIs, scopes and audiences can only be removed.
 */
export function distrustedOnlyNarrows(
  stored: ClientSettings,
  settings: ClientSettings,
  { trusted_clients_allowed }: RuleContext,
): Violation[] {
  if (trusted_clients_allowed || !stored.trusted) return [];
  return brokenRules(REACH.map(onlyNarrows), stored, settings);
}

const onlyNarrows =
  (member: (typeof REACH)[number]) =>
  (stored: ClientSettings, settings: ClientSettings): Violation[] =>
    settings.trusted
      ? settings[member].flatMap((value, index) =>
          stored[member].includes(value)
            ? []
            : [violation(member, 'trusted_client_only_narrows', ONLY_NARROWS, index)],
        )
      : [];

const ONLY_NARROWS =
  'This client is trusted, and its organization may no longer have trusted clients: redirect URIs, scopes and audiences can only be ' +
  'removed. Send trusted false with this change, or ask the platform to allow trusted clients again.';

function grantTypesAreDistinct({ grant_types }: ClientSettings): Violation[] {
  return duplicates('grant_types', grant_types);
}

function refreshTokenNeedsAuthorizationCode({ grant_types }: ClientSettings): Violation[] {
  const isAlone = grant_types.includes('refresh_token') && !grant_types.includes('authorization_code');
  return violationIf(
    isAlone,
    'grant_types',
    'refresh_token_without_authorization_code',
    'Only the authorization code flow issues refresh tokens: add authorization_code or remove refresh_token.',
  );
}

/** RFC 6749, section 4.4: the grant is for confidential clients only. */
function clientCredentialsNeedASecret(client: ClientSettings): Violation[] {
  const hasNoSecret = isPublic(client) && client.grant_types.includes('client_credentials');
  return violationIf(
    hasNoSecret,
    'token_endpoint_auth_method',
    'client_credentials_without_secret',
    'A client with the client_credentials grant must authenticate: ' +
      'use client_secret_basic or client_secret_post.',
  );
}

function pkceNeedsAuthorizationCode({ pkce_required, grant_types }: ClientSettings): Violation[] {
  const isIdle = pkce_required && !grant_types.includes('authorization_code');
  return violationIf(
    isIdle,
    'pkce_required',
    'pkce_not_applicable',
    'PKCE can be required only of a client with authorization_code in grant_types: leave it out or send false.',
  );
}

/** RFC 9700, section 2.1.1: public clients must use PKCE. */
function publicClientsRequirePkce(client: ClientSettings): Violation[] {
  const isOpen =
    isPublic(client) && client.grant_types.includes('authorization_code') && !client.pkce_required;
  return violationIf(
    isOpen,
    'pkce_required',
    'pkce_required_for_public_client',
    'A client without a secret must use PKCE for authorization_code: ' +
      'send true, or choose a token_endpoint_auth_method with a secret.',
  );
}

function challengeMethodNeedsPkce({ pkce_required, pkce_challenge_method }: ClientSettings): Violation[] {
  const isIdle = pkce_challenge_method !== null && !pkce_required;
  return violationIf(
    isIdle,
    'pkce_challenge_method',
    'pkce_challenge_method_not_applicable',
    'A challenge method applies only while PKCE is required: leave it out, or send pkce_required true.',
  );
}

function redirectingGrantsNeedARedirectUri({ redirect_uris, grant_types }: ClientSettings): Violation[] {
  const redirects = grant_types.some((grant) => grant === 'authorization_code' || grant === 'implicit');
  return violationIf(
    redirects && redirect_uris.length === 0,
    'redirect_uris',
    'redirect_uris_required',
    'A client with authorization_code or implicit in grant_types needs at least one redirect URI.',
  );
}

function redirectUrisAreSafe(
  { redirect_uris }: ClientSettings,
  { redirectUriSchemes }: RuleContext,
): Violation[] {
  return redirect_uris.flatMap((uri, index) => {
    const problem = redirectUriProblem(uri, redirectUriSchemes);
    return problem === null ? [] : [violation('redirect_uris', problem.code, problem.detail, index)];
  });
}

function redirectUrisAreDistinct({ redirect_uris }: ClientSettings): Violation[] {
  return duplicates('redirect_uris', redirect_uris);
}

function scopesAreAssignable({ scopes }: ClientSettings, { mayAssign }: RuleContext): Violation[] {
  return scopes.flatMap((scope, index) => {
    if (!isScopeToken(scope)) return [violation('scopes', 'invalid_scope', NOT_A_SCOPE, index)];
    if (mayAssign(scope)) return [];
    return [
      scope.includes('*')
        ? violation('scopes', 'scope_has_wildcard', NO_WILDCARD, index)
        : violation('scopes', 'scope_not_assignable', NOT_ASSIGNABLE, index),
    ];
  });
}

const NOT_A_SCOPE = 'A scope is one or more printable ASCII characters without space, " and \\.';
const NO_WILDCARD =
  'No scope stands for others: name each that is meant. A * may only be in a name that the operator has listed ' +
  'literally (ASSIGNABLE_SCOPES).';
const NOT_ASSIGNABLE =
  'This scope cannot be given to clients: choose another, or ask the operator to make it assignable ' +
  '(ASSIGNABLE_SCOPES).';

function scopesAreDistinct({ scopes }: ClientSettings): Violation[] {
  return duplicates('scopes', scopes);
}

function trustIsAllowed({ trusted }: ClientSettings, { trusted_clients_allowed }: RuleContext): Violation[] {
  return violationIf(
    trusted && !trusted_clients_allowed,
    'trusted',
    'trusted_clients_not_allowed',
    'This organization may not have trusted clients: send false, or ask the platform to allow them.',
  );
}

function authorizationServerCanServe(
  client: ClientSettings,
  { serverViolations }: RuleContext,
): readonly Violation[] {
  return serverViolations(client);
}

const isPublic = (client: ClientSettings): boolean => client.token_endpoint_auth_method === 'none';
