import type { AuthorizeRequest } from './authorize-request.js';
import type { ClientStanding } from '../standings/client-standing.js';
import { refusal } from '../standings/refusal.js';

/** What `BASE64URL(SHA256(...))` comes to (RFC 7636, section 4.2). */
const S256_CHALLENGE = /^[\w-]{43}$/;

/**
 * Refuses what no client may ask for, and what this one may not.
 *
 * @param standing null for a client that is not of this registry
 * @throws Problem 403 (a refusal)
 */
export function assertMayAuthorize(request: AuthorizeRequest, standing: ClientStanding | null): void {
  if (standing && !standing.is_active)
    throw refusal('the client is disabled or deleted: use another, or enable it in the registry');
  const challenge = request.parameters.get('code_challenge') ?? '';
  const method = request.parameters.get('code_challenge_method') ?? '';
  const mustUsePkce = standing !== null && standing.pkce_required && mayYieldCode(request);
  if (mustUsePkce && challenge === '') throw refusal('this client must use PKCE: code_challenge is missing');
  // A challenge without a method is a plain one (RFC 7636, section 4.3).
  if (challenge + method !== '' && method !== 'S256') throw refusal('code_challenge_method must be S256');
  if (mustUsePkce && !S256_CHALLENGE.test(challenge)) {
    throw refusal('code_challenge must be 43 characters of base64url');
  }
}

/**
 * Whether the answer may hold a code. Hydra ignores case and some white space in response types: only what certainly asks
 * for no code counts as none.
 */
function mayYieldCode({ parameters }: AuthorizeRequest): boolean {
  const types = (parameters.get('response_type') ?? '').split(' ');
  return !types.every((type) => type === 'token' || type === 'id_token');
}
