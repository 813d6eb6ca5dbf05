import { assertNonce, isPublic, orDefault, type AuthorizeRequest } from './authorize-request.js';
import type { Flow } from './flow.js';
import { oauthError } from './oauth-error.js';
import type { Signer } from './signer.js';
import type { Grant, TokenStore } from './token-store.js';

const CODE_LIFETIME_MS = 600_000;

type ConsentedFlow = Flow & { readonly consent: NonNullable<Flow['consent']> };

/** What a client gets at its redirect URI once the person has allowed it. */
export class AuthorizeAnswers {
  constructor(
    private readonly tokens: TokenStore,
    private readonly signer: Signer,
  ) {}

  of(asked: AuthorizeRequest, flow: ConsentedFlow): Promise<Record<string, string>> {
    const grant = grantOf(asked, flow);
    const types = asked.responseTypes.toSorted().join(' ');
    if (types === 'code') return Promise.resolve(this.code(asked, grant));
    if (types === 'token') return this.accessToken(asked, grant);
    if (types === 'id_token' || types === 'id_token token') return this.idToken(asked, grant);
    throw unsupported();
  }

  private code(asked: AuthorizeRequest, grant: Grant): Record<string, string> {
    const { parameters, state } = asked;
    assertChallenge(asked);
    const code = this.tokens.addCode({
      grant,
      redirectUri: parameters.get('redirect_uri') ?? '',
      challenge: parameters.get('code_challenge') || null,
      expiresAt: Date.now() + CODE_LIFETIME_MS,
    });
    return { code, scope: grant.scopes.join(' '), state };
  }

  private async accessToken(asked: AuthorizeRequest, grant: Grant): Promise<Record<string, string>> {
    assertImplicit(asked);
    const { token, expiresIn } = await this.signer.accessToken(grant, 'implicit');
    return {
      access_token: token,
      expires_in: String(expiresIn),
      token_type: 'bearer',
      scope: grant.scopes.join(' '),
      state: asked.state,
    };
  }

  private async idToken(asked: AuthorizeRequest, grant: Grant): Promise<Record<string, string>> {
    if (!grant.scopes.includes('openid')) throw unsupported();
    assertImplicit(asked);
    const nonce = asked.parameters.get('nonce');
    if (!nonce) throw oauthError('invalid_request', 'The implicit flow needs a nonce.');
    assertNonce(nonce);
    const withToken = asked.responseTypes.includes('token');
    const answer = withToken ? await this.accessToken(asked, grant) : { state: asked.state };
    const accessToken = 'access_token' in answer ? (answer.access_token ?? null) : null;
    return { ...answer, id_token: await this.signer.idToken(grant, accessToken, 'implicit') };
  }
}

function grantOf({ clientId, parameters, scopes }: AuthorizeRequest, flow: ConsentedFlow): Grant {
  const { consent, login, sessionId, requestedAt } = flow;
  return {
    requestId: consent.requestId,
    clientId,
    subject: login.subject,
    requestedScopes: scopes,
    scopes: consent.grantedScope,
    audience: consent.grantedAudience,
    accessToken: consent.accessToken,
    idToken: { ...consent.idToken, sid: sessionId },
    person: {
      authenticatedAt: login.authenticatedAt,
      requestedAt,
      nonce: parameters.get('nonce'),
      acr: login.acr,
      amr: login.amr,
    },
  };
}

function assertImplicit({ client }: AuthorizeRequest): void {
  if (!orDefault(client.members.grant_types, 'authorization_code').includes('implicit'))
    throw oauthError('invalid_grant', 'The client may not use the implicit grant.');
}

/** Hydra checks the challenge this late, after sign-in and consent. It accepts S256 alone; no method means plain. */
function assertChallenge({ client, parameters }: AuthorizeRequest): void {
  const challenge = parameters.get('code_challenge') ?? '';
  if (challenge === '' && isPublic(client))
    throw oauthError('invalid_request', 'A public client must send a code_challenge.');
  if (challenge !== '' && parameters.get('code_challenge_method') !== 'S256')
    throw oauthError('invalid_request', 'The code_challenge_method must be S256.');
}

const unsupported = () => oauthError('unsupported_response_type', 'The response type is not served.');
