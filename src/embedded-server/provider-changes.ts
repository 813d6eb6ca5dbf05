import type { AuthorizationCode, Client, Grant } from 'oidc-provider';
import { verifySecret } from '../oauth-clients/model/client-secret.js';
import { registrationOf } from './client-registration.js';
import { refuseOutdated } from './refuse-outdated.js';
import { hasEnded } from './grants.js';
import { errors, Provider } from './oidc-provider.js';
import { withoutMark } from './plain-challenge.js';
import { isRegisteredRedirectUri } from './redirect-uri-match.js';
import type { SecretNotes } from './registered-clients.js';

type Method = (...args: never[]) => unknown;

/** An object of oidc-provider, its name for messages, and the methods that are replaced in it. */
export type ProviderChange = readonly [
  name: string,
  target: object,
  methods: Readonly<Record<string, Method>>,
];

/** Makes oidc-provider behave as the registry promises where no option of its configuration does. */
export function changeProvider(provider: Provider, notes: SecretNotes): void {
  for (const [, target, methods] of changes(provider, notes)) Object.assign(target, methods);
}

/** All changes of oidc-provider. None of these methods is in its documentation: a test sees that it still calls each. */
export function changes(provider: Provider, notes: SecretNotes): readonly ProviderChange[] {
  const { Client, Grant, AuthorizationCode, RefreshToken, OIDCContext } = provider;
  const { Schema } = Client as typeof Client & Record<'Schema', { prototype: object }>;
  const compareClientSecret = secretComparison(notes);
  // Without this, links are made of the Host header, which the caller chooses.
  const urlFor: Provider['urlFor'] = (name, options) => provider.urlFor(name, options);
  return [
    // A client with a secret would need its clear text, and the registry keeps hashes only.
    ['Client', Client, { needsSecret: () => false }],
    // Which redirect URIs may be registered is the registry's to say: oidc-provider ties it to an application type.
    [
      'Client.Schema.prototype',
      Schema.prototype,
      { redirectUris: () => undefined, postLogoutRedirectUris: () => undefined },
    ],
    [
      'Client.prototype',
      Client.prototype,
      { compareClientSecret, grantTypeAllowed, redirectUriAllowed, responseTypeAllowed },
    ],
    ['Grant.prototype', Grant.prototype, { getOIDCScopeFiltered }],
    ['Grant', Grant, { instantiate: instantiateGrant(Grant) }],
    [
      'AuthorizationCode',
      AuthorizationCode,
      { instantiate: instantiateNarrowed(AuthorizationCode), find: findUnchanged(AuthorizationCode) },
    ],
    ['RefreshToken', RefreshToken, { instantiate: instantiateNarrowed(RefreshToken) }],
    ['OIDCContext.prototype', OIDCContext.prototype, { urlFor }],
  ];
}

/**
 * oidc-provider takes the secret of a `client_secret_basic` client from the body too, and the other way round. The
 * registered way is the only one here.
 */
function secretComparison(notes: SecretNotes) {
  return function compareClientSecret(this: Client, secret: string): boolean {
    const isInHeader = Provider.ctx?.headers.authorization !== undefined;
    const isRegisteredWay = isInHeader === (this.tokenEndpointAuthMethod === 'client_secret_basic');
    const { secrets, is_refusal_due } = registrationOf(this);
    const used = verifySecret(secret, secrets);
    const isRight = isRegisteredWay && used !== undefined;
    if (isRight && used.is_use_due) notes.used(used.id);
    if (!isRight && is_refusal_due) notes.refused(this.clientId);
    return isRight;
  };
}

/** At the token endpoint a grant that is not for this client is `unauthorized_client` (RFC 6749, section 5.2). */
function grantTypeAllowed(this: Client, type: string): boolean {
  const isAllowed = registrationOf(this).enabled && (this.grantTypes?.includes(type) ?? false);
  const oidc = Provider.ctx?.oidc;
  if (!isAllowed && oidc?.route === 'token' && oidc.params?.['grant_type'] === type) {
    throw unauthorized(this, 'grant type');
  }
  return isAllowed;
}

/**
 * At the authorization endpoint a response type that is not for this client is `unauthorized_client`, too (section
 * 4.1.2.1), where oidc-provider says `invalid_request`.
 */
function responseTypeAllowed(this: Client, type: string): boolean {
  if (registrationOf(this).enabled && this.responseTypes?.some((own) => own === type)) return true;
  throw unauthorized(this, 'response type');
}

const unauthorized = (client: Client, what: string): Error =>
  new errors.UnauthorizedClient(
    registrationOf(client).enabled
      ? `the client is not registered for this ${what}`
      : 'the client is disabled',
  );

/** oidc-provider allows any port on a loopback IP literal (RFC 8252, section 7.3) to native applications only. */
function redirectUriAllowed(this: Client, uri: string): boolean {
  return isRegisteredRedirectUri(uri, this.redirectUris ?? []);
}

/**
 * oidc-provider ends a request without any scope as denied. A client that is registered for none still gets a token
 * without scopes: a single blank counts as granted for oidc-provider, and names no scope.
 */
function getOIDCScopeFiltered(this: Grant, filter: Iterable<string>): string {
  const asked = new Set(filter);
  const granted = this.getOIDCScope().split(' ');
  return granted.filter((scope) => asked.has(scope)).join(' ') || (asked.size === 0 ? ' ' : '');
}

/**
 * A grant that has ended is not found. To oidc-provider, the codes and tokens that rest on it are invalid then.
 */
const instantiateGrant =
  (Model: Provider['Grant']) =>
  (payload: ConstructorParameters<typeof Model>[0]): Grant | undefined => {
    const grant = new Model(payload);
    const client = Provider.ctx?.oidc.client;
    return client && hasEnded(grant, registrationOf(client)) ? undefined : grant;
  };

/** oidc-provider makes an ID token for the scopes that were granted, whatever has become of the registration since. */
const instantiateNarrowed =
  (Model: Provider['AuthorizationCode'] | Provider['RefreshToken']) =>
  (payload: ConstructorParameters<typeof Model>[0]) =>
    Object.assign(new Model(payload), { scope: stillRegistered(payload?.scope) });

function stillRegistered(scope: string | undefined): string | undefined {
  const client = Provider.ctx?.oidc.client;
  if (!client) return scope;
  const { scopes } = registrationOf(client);
  return scope
    ?.split(' ')
    .filter((name) => scopes.includes(name))
    .join(' ');
}

type Find = (id: string, options?: object) => Promise<AuthorizationCode | undefined>;

/**
 * Checks a code against its client as it is now: oidc-provider checks it only against the request for it. The mark of a
 * plain challenge is taken off after that, since oidc-provider compares the challenge with the verifier.
 */
function findUnchanged(Model: Provider['AuthorizationCode']): Find {
  const find = Model.find.bind(Model) as Find;
  return async (...args) => {
    const code = await find(...args);
    const client = Provider.ctx?.oidc.client;
    if (code && client) refuseOutdated(code, client);
    return code && Object.assign(code, { codeChallenge: withoutMark(code.codeChallenge) });
  };
}
