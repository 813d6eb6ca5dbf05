import type { Config } from './config.js';
import { embeddedIssuer } from './embedded-issuer.js';

export interface OAuthEndpoints {
  readonly authorization: string;
  readonly token: string;
}

/** Where callers of this API get their tokens (RFC 8414, section 2). */
export function oauthEndpoints(config: Config): OAuthEndpoints {
  if (config.hydra === null) {
    const issuer = embeddedIssuer(config);
    return { authorization: `${issuer}/auth`, token: `${issuer}/token` };
  }
  const base = `${config.hydra.issuer.replace(/\/$/, '')}/oauth2`;
  return { authorization: `${base}/auth`, token: `${base}/token` };
}
