import { authenticateClient } from './client-authentication.js';
import type { ClientStore } from './client-store.js';
import { parseForm, type HttpAnswer, type HttpRequest } from './http.js';
import { HydraError } from './hydra-error.js';
import { oauthError } from './oauth-error.js';
import type { GrantKind, Signer } from './signer.js';
import { GRANTS, type ProvenGrant } from './token-grants.js';
import { askTokenHook, type TokenHook } from './token-hook.js';
import type { Grant, TokenStore } from './token-store.js';

/** The kinds of grant that the token endpoint serves (`GRANTS`). */
type Kind = Exclude<GrantKind, 'implicit'>;

/** `/oauth2/token` */
export class TokenEndpoint {
  constructor(
    private readonly hook: () => TokenHook | null,
    private readonly clients: ClientStore,
    private readonly tokens: TokenStore,
    private readonly signer: Signer,
  ) {}

  async answer(request: HttpRequest): Promise<HttpAnswer> {
    try {
      return tokenAnswer(200, await this.issue(request));
    } catch (error) {
      if (!(error instanceof HydraError)) throw error;
      return tokenAnswer(error.status, { error: error.error, error_description: error.description });
    }
  }

  private async issue(request: HttpRequest): Promise<Record<string, unknown>> {
    const form = parseForm(request.body);
    if (form.size === 0) throw oauthError('invalid_request', 'The body is empty.');
    const grantType = form.get('grant_type') ?? '';
    const handler = GRANTS.get(grantType);
    // Not unsupported_grant_type: nobody in Hydra feels responsible for it.
    if (!handler) throw oauthError('invalid_request', 'There is no such grant_type.');
    const proven = handler(authenticateClient(request, form, this.clients), form, this.tokens);
    const grant = await this.withHook(proven, grantType, form);
    proven.complete();
    return this.tokensOf(grant, proven, grantType as Kind);
  }

  private async withHook(
    { grant, fixed }: ProvenGrant,
    grantType: string,
    form: URLSearchParams,
  ): Promise<Grant> {
    const hook = this.hook();
    const claims = hook && (await askTokenHook(hook, grant, grantType, form));
    if (!claims) return grant;
    return {
      ...grant,
      accessToken: { ...claims.accessToken, ...fixed?.accessToken },
      idToken: { ...claims.idToken, ...fixed?.idToken },
    };
  }

  private async tokensOf(
    grant: Grant,
    { refreshes }: ProvenGrant,
    kind: Kind,
  ): Promise<Record<string, unknown>> {
    const { token, expiresIn } = await this.signer.accessToken(grant, kind);
    const isOpenId = kind !== 'client_credentials' && grant.scopes.includes('openid');
    return {
      access_token: token,
      expires_in: expiresIn,
      ...(isOpenId && { id_token: await this.signer.idToken(grant, token, kind) }),
      ...(refreshes &&
        kind !== 'client_credentials' && { refresh_token: this.signer.refreshToken(grant, kind) }),
      scope: grant.scopes.join(' '),
      token_type: 'bearer',
    };
  }
}

const tokenAnswer = (status: number, body: unknown): HttpAnswer => ({
  status,
  headers: {
    'content-type': 'application/json;charset=UTF-8',
    'cache-control': 'no-store',
    pragma: 'no-cache',
  },
  body: JSON.stringify(body),
});
