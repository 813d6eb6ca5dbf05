import type { Config } from '../config/config.js';
import { embeddedIssuer } from './embedded/embedded-issuer.js';

export interface OAuthEndpoints {
  readonly authorization: string;
  readonly token: string;
}

/** Where callers of this API get their tokens (RFC 8414, section 2). */
export function oauthEndpoints(config: Config): OAuthEndpoints {
  const issuer = config.issuers.find(({ kind }) => kind === 'hydra')?.issuer;
  if (config.hydra === null || issuer === undefined) {
    const embedded = embeddedIssuer(config);
    return { authorization: `${embedded}/auth`, token: `${embedded}/token` };
  }
  const base = `${issuer.replace(/\/$/, '')}/oauth2`;
  return { authorization: `${base}/auth`, token: `${base}/token` };
}
