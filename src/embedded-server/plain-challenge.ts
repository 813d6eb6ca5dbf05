import { createHash } from 'node:crypto';
import type { Client } from 'oidc-provider';
import { registrationOf } from './client-registration.js';
import type { KoaMiddleware, Provider } from './oidc-provider.js';

/** RFC 7636, section 4.1: what a plain challenge, which is the verifier itself, is made of. */
const VERIFIER = /^[\w.~-]{43,128}$/;

/**
 * Ends the S256 equivalent of a plain challenge. No S256 challenge of a client can end so: it is all base64url (section
 * 4.2).
 */
const MARK = '~plain';

/**
 * oidc-provider knows S256 only. For a client that is registered for `plain` the challenge is replaced with its S256
 * equivalent before oidc-provider sees it, which then fits the verifier at the token endpoint. Others are left to it.
 * The equivalent is marked: it counts as long as the client is registered so.
 */
export const translatePlainChallenge =
  (provider: Provider): KoaMiddleware =>
  async (ctx, next) => {
    const { client_id: clientId, code_challenge: challenge, code_challenge_method: method } = ctx.query;
    // Section 4.3: plain is what a request without a method means.
    const isPlain = method === 'plain' || !method;
    if (ctx.path === '/auth' && isPlain && typeof challenge === 'string' && VERIFIER.test(challenge)) {
      if (await allowsPlain(provider, clientId)) {
        const hashed = createHash('sha256').update(challenge).digest('base64url');
        ctx.query = { ...ctx.query, code_challenge: hashed + MARK, code_challenge_method: 'S256' };
      }
    }
    await next();
  };

/** Whether a code of the client may rest on this challenge, or on none. */
export function allowsChallenge(client: Client, challenge: unknown): boolean {
  const { pkce_required, pkce_challenge_method } = registrationOf(client);
  if (typeof challenge !== 'string') return !pkce_required;
  return !challenge.endsWith(MARK) || pkce_challenge_method === 'plain';
}

/** The challenge as oidc-provider compares it with the verifier. */
export const withoutMark = (challenge: string | undefined): string | undefined =>
  challenge?.endsWith(MARK) ? challenge.slice(0, -MARK.length) : challenge;

/** A registry that cannot be read is for oidc-provider to report: it looks the client up again. */
async function allowsPlain(provider: Provider, clientId: unknown): Promise<boolean> {
  const client = await provider.Client.find(String(clientId)).catch(() => undefined);
  return client !== undefined && registrationOf(client).pkce_challenge_method === 'plain';
}
