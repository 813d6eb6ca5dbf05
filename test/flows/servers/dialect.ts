import type { TestTenant } from '../../support/registry.js';
import { AUDIENCE } from '../../support/tokens.js';

export type Claims = Readonly<Record<string, unknown>>;

/** What authorization servers may do each in its own way, while the owner of a client gets what was registered. */
export interface Dialect {
  readonly kind: 'embedded' | 'hydra';
  /** The claims of an access token, under the names of RFC 9068. */
  claimsOf(token: string | undefined): Claims;
  /** Parameters, beside the scope, for a token that this very API accepts. */
  readonly forThisApi: Readonly<Record<string, string>>;
  /** The parameter by which a client asks whom its token is to be for. */
  readonly audienceParameter: 'audience' | 'resource';
  /** What becomes of a request for an audience that is not listed: at the authorization endpoint, and by a machine. */
  readonly otherAudience: { readonly page: string; readonly machine: string };
  /** The same where one is listed that the other is below. */
  readonly audienceBelow: { readonly page: string; readonly machine: string };
  /** What becomes of a refresh token whose audience is no longer listed. */
  readonly endedAudience: string;
  /** Whether `response_type=token` is served, which is the implicit grant of RFC 6749. */
  readonly servesTokenAlone: boolean;
  /** Whether tokens of the implicit flow name the tenant. */
  readonly namesTenantImplicitly: boolean;
  /** Claims about the sign-in and not about the person. */
  readonly otherUserinfo: readonly string[];
  /** What a consent page can call the project. */
  projectOf(tenant: TestTenant): string;
  readonly signedOut: string;
  /** The status of a page for what must not reach a redirect URI that is not proven. */
  readonly errorPage: number;
  /** The redirect URI that an answer was appended to, as the server spells it. */
  withoutAnswer(answer: URL): string;
  /** How the server spells a redirect URI when it appends to it. */
  spelled(redirectUri: URL): string;
  /** Whether a loopback address passes with a port that nobody can listen at, or that browsers read as another. */
  readonly takesOddPorts: boolean;
  /** Whether `pkce_challenge_method: plain` is served. */
  readonly servesPlain: boolean;
  /** What a refresh brings that asks for one scope when so many were granted: a scope, or an error. */
  refreshedScope(asked: string, granted: string): string;
  /** What becomes of a grant of which the client has `offline_access` left. */
  readonly narrowedGrant: { readonly error: string; readonly scope: string | null };
  /** What is said of a code or refresh token of a client that was disabled since, and is enabled again. */
  readonly endedGrant: string;
  readonly unknownAccessToken: string;
  /** Whether a code works once even for those who redeem it at the very same moment. */
  readonly endsRaces: boolean;
  /** How the code flow of a public client, or one that requires PKCE, ends without a challenge that counts. */
  readonly pkceMissing: string;
  readonly missingCodeGrant: string;
  readonly missingImplicitGrant: string;
  /** How a request for a code, or implicitly for an ID token, ends for a disabled client. */
  readonly disabled: {
    readonly code: string;
    readonly idToken: string;
    /** At the token endpoint, for itself and with a code or refresh token. */
    readonly token: string;
  };
  /** The page for a request of a deleted client. */
  readonly deleted: readonly [status: number, text: string];
  /** How a page of one browser ends in another. */
  readonly pageOfAnother: string;
}

const payloadOf = (token: string | undefined): Claims =>
  JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString()) as Claims;

/** The embedded authorization server: what the RFCs say. */
export const EMBEDDED: Dialect = {
  kind: 'embedded',
  claimsOf: payloadOf,
  forThisApi: {},
  audienceParameter: 'resource',
  otherAudience: { page: 'invalid_target', machine: 'invalid_target' },
  audienceBelow: { page: 'invalid_target', machine: 'invalid_target' },
  endedAudience: 'invalid_target',
  // OpenID Connect has no such response, and oidc-provider serves OpenID Connect.
  servesTokenAlone: false,
  namesTenantImplicitly: true,
  otherUserinfo: [],
  projectOf: () => 'Shop',
  signedOut: 'You are signed out',
  errorPage: 400,
  withoutAnswer: ({ href }) => href.replace(/&?code=[\w-]+&state=[\w-]+&iss=[^&]+$/, ''),
  spelled: ({ href }) => href,
  takesOddPorts: false,
  servesPlain: true,
  refreshedScope: (asked, granted) => (granted.split(' ').includes(asked) ? asked : 'invalid_scope'),
  narrowedGrant: { error: 'none', scope: 'offline_access' },
  endedGrant: 'invalid_grant',
  unknownAccessToken: 'invalid_token',
  endsRaces: true,
  pkceMissing: 'invalid_request',
  missingCodeGrant: 'unauthorized_client',
  missingImplicitGrant: '#unauthorized_client',
  disabled: { code: 'unauthorized_client', idToken: '#unauthorized_client', token: 'unauthorized_client' },
  deleted: [400, 'not registered'],
  pageOfAnother: '400',
};

/** The URL with its parameters in alphabetical order and encoded alike, without the named ones. */
function respelled(url: URL, without: readonly string[]): string {
  const kept = new URLSearchParams([...url.searchParams].filter(([name]) => !without.includes(name)));
  kept.sort();
  return `${url.origin}${url.pathname}?${kept.toString()}`;
}

/** The page of the proxy that asks the registry's gate before Hydra gets to see a request. */
const AT_THE_GATE = '403';

/** Hydra behind its gate, with the token hook. */
export const HYDRA: Dialect = {
  kind: 'hydra',
  // `scp` is a list.
  claimsOf: (token) => {
    const { scp, ...claims } = payloadOf(token);
    return { ...claims, scope: (scp as readonly string[]).join(' ') };
  },
  // Hydra puts an audience into a token only where it is asked for.
  forThisApi: { audience: AUDIENCE },
  audienceParameter: 'audience',
  otherAudience: { page: AT_THE_GATE, machine: 'invalid_request' },
  // Hydra by itself would serve it: the gate and the token hook do not.
  audienceBelow: { page: AT_THE_GATE, machine: 'access_denied' },
  endedAudience: 'invalid_request',
  servesTokenAlone: true,
  // Hydra asks no hook for tokens of its authorization endpoint.
  namesTenantImplicitly: false,
  // The userinfo endpoint says all that is in the ID token, the claims of the token hook among it.
  otherUserinfo: ['aud', 'auth_time', 'iat', 'iss', 'rat', 'organization_id', 'project_id'],
  // Of a client's project Hydra knows the id, as its owner.
  projectOf: ({ projectId }) => projectId,
  // Both pages are Hydra's own, for want of the platform's (urls.post_logout_redirect, urls.error).
  signedOut: 'You logged out successfully',
  errorPage: 500,
  // Go parses the query, and writes it again in alphabetical order.
  withoutAnswer: (answer) => respelled(answer, ['code', 'scope', 'state']),
  spelled: (redirectUri) => respelled(redirectUri, []),
  // Hydra leaves out any port before it compares.
  takesOddPorts: true,
  // Hydra never takes a plain challenge.
  servesPlain: false,
  // Hydra has no use for `scope` in a refresh.
  refreshedScope: (_, granted) => granted,
  // Hydra gives no less than was granted, and no more than is registered.
  narrowedGrant: { error: 'invalid_scope', scope: null },
  // The token hook refuses it.
  endedGrant: 'access_denied',
  // Hydra's word for the invalid_token of RFC 6750.
  unknownAccessToken: 'request_unauthorized',
  // Without PKCE several may get through, or are told of an error of the server.
  endsRaces: false,
  // Hydra has no PKCE per client.
  pkceMissing: AT_THE_GATE,
  // A grant shows at Hydra's authorization endpoint as the response types that go with it.
  missingCodeGrant: 'unsupported_response_type',
  missingImplicitGrant: 'unsupported_response_type',
  // The token gate tells nobody more than that a client did not prove itself.
  disabled: { code: AT_THE_GATE, idToken: AT_THE_GATE, token: 'invalid_client' },
  deleted: [403, 'the client is disabled or deleted: use another, or enable it in the registry'],
  // Hydra notices only when the page sends the browser back, and then it knows where the client is.
  pageOfAnother: 'request_forbidden',
};
