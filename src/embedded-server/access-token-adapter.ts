import { createLocalJWKSet, jwtVerify, type JWTVerifyGetKey } from 'jose';
import type { AdapterPayload } from 'oidc-provider';
import type { Config } from '../config/config.js';
import { GRANT_ID_CLAIM } from './access-tokens.js';
import { embeddedIssuer } from '../config/embedded-issuer.js';
import { ReadOnlyAdapter } from './read-only-adapter.js';
import type { ServerState } from './server-state.js';

/** Access tokens are JWTs that are stored nowhere: at the userinfo endpoint the token is its own record. */
export class AccessTokenAdapter extends ReadOnlyAdapter {
  private readonly issuer: string;
  private readonly keys: JWTVerifyGetKey;

  constructor(config: Config, state: ServerState) {
    super();
    this.issuer = embeddedIssuer(config);
    this.keys = createLocalJWKSet(state.publicKeys);
  }

  /** Verifies the token but for its audience: the userinfo endpoint is for every access token with the scope `openid`. */
  override async find(token: string): Promise<AdapterPayload | undefined> {
    const options = { issuer: this.issuer, typ: 'at+jwt', algorithms: ['RS256'] };
    const verified = await jwtVerify(token, this.keys, options).catch(() => null);
    if (!verified) return undefined;
    const { jti, iat, exp, sub, client_id, scope, [GRANT_ID_CLAIM]: grantId } = verified.payload;
    const claims = { accountId: sub, clientId: client_id, scope, grantId };
    return { kind: 'AccessToken', jti, iat, exp, ...claims } as AdapterPayload;
  }

  /** A JWT cannot be taken back: the userinfo endpoint asks instead whether its grant still stands. */
  override revokeByGrantId = (): Promise<void> => Promise.resolve();
}
