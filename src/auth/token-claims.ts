import type { IssuerConfig } from '../config/issuers.js';
import type { JsonObject } from '../lib/json.js';
import { isScopeToken } from '../lib/scope-grammar.js';
import type { Actor } from './actor.js';
import { InvalidToken } from './invalid-token.js';

export type IssuerKind = IssuerConfig['kind'];

/** What a claims set is held against. */
export interface ClaimRules {
  readonly kind: IssuerKind;
  readonly issuer: string;
  readonly audience: string;
  /** Seconds since the epoch. */
  readonly now: number;
  readonly isTypedAccessToken: boolean;
}

export interface TokenClaims {
  readonly actor: Actor;
  /** Seconds since the epoch, leeway included: from then on the token is dead. */
  readonly deadAt: number;
}

/** Clocks of an issuer and of this service may be this far apart, in seconds. */
export const LEEWAY = 60;
/** An access token that lives longer than a day is a mistake (milliseconds for seconds, say) or a stolen key's work. */
export const MAX_LIFETIME = 24 * 60 * 60;

/**
 * Marks of tokens that are not bearer access tokens but may be signed with the same keys: ID tokens (OpenID Connect
 * Core, sections 2 and 3), logout tokens (Back-Channel Logout, section 2.4), and tokens bound to a key whose holder
 * we do not ask for proof (RFC 7800).
 */
const FOREIGN_CLAIMS = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events', 'cnf'];

/** @throws InvalidToken for claims that a strict reader of RFC 7519 and RFC 9068 refuses, or of another kind of token */
export function readTokenClaims(payload: JsonObject, rules: ClaimRules): TokenClaims {
  checkAudience(payload['aud'], rules.audience);
  const deadAt = checkTimes(payload, rules.now);
  if (FOREIGN_CLAIMS.some((name) => Object.hasOwn(payload, name))) throw new InvalidToken('token_kind');
  if (!isIdentifier(payload['sub'])) throw new InvalidToken('subject');
  const actorOf = rules.kind === 'hydra' ? oauthActor : kratosActor;
  return { actor: actorOf(payload, payload['sub'], rules), deadAt };
}

function checkAudience(aud: unknown, audience: string): void {
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  const isAddressedToUs =
    audiences.every((value) => typeof value === 'string') && audiences.includes(audience);
  if (!isAddressedToUs) throw new InvalidToken('audience');
}

function checkTimes(payload: JsonObject, now: number): number {
  const { exp, iat = now, nbf = now } = payload;
  if (!isNumericDate(exp) || !isNumericDate(iat) || !isNumericDate(nbf)) throw new InvalidToken('time_claim');
  if (Math.max(iat, nbf) > now + LEEWAY) throw new InvalidToken('not_yet_valid');
  if (exp - iat > MAX_LIFETIME) throw new InvalidToken('lifetime');
  if (now >= exp + LEEWAY) throw new InvalidToken('expired');
  return exp + LEEWAY;
}

/** Hydra's access tokens, and the embedded server's: always with a `client_id`; ID tokens of the same keys have none. */
function oauthActor(payload: JsonObject, subject: string, rules: ClaimRules): Actor {
  const clientId = payload['client_id'];
  if (!isIdentifier(clientId)) throw new InvalidToken('client_id');
  const scopes = readScopes(payload, rules.isTypedAccessToken);
  const kind = subject === clientId ? 'machine' : 'person';
  return { kind, issuer: rules.issuer, subject, clientId, scopes, issuedAt: issuedAt(payload) };
}

/** Tokenized Kratos sessions: a session id, and nothing that belongs to OAuth. */
function kratosActor(payload: JsonObject, subject: string, rules: ClaimRules): Actor {
  if (!isIdentifier(payload['sid'])) throw new InvalidToken('session_id');
  const hasOAuthClaims = ['client_id', 'scp', 'scope'].some((name) => Object.hasOwn(payload, name));
  if (hasOAuthClaims) throw new InvalidToken('token_kind');
  const { issuer } = rules;
  return { kind: 'person', issuer, subject, clientId: null, scopes: null, issuedAt: issuedAt(payload) };
}

/** The times were checked before. */
const issuedAt = ({ iat }: JsonObject): number | null => (typeof iat === 'number' ? iat : null);

/**
 * Hydra writes `scp` (a list), `scope` (a string) or both, and always one of them. RFC 9068 leaves `scope` out when
 * nothing was granted, and then names the kind of token in `typ`.
 */
function readScopes(payload: JsonObject, isTypedAccessToken: boolean): ReadonlySet<string> {
  const isGranted = ['scp', 'scope'].some((name) => Object.hasOwn(payload, name));
  if (!isGranted && !isTypedAccessToken) throw new InvalidToken('scope');
  const { scp: listed = [], scope: spelled = '' } = payload;
  if (!Array.isArray(listed) || typeof spelled !== 'string') throw new InvalidToken('scope');
  const scopes: unknown[] = [...listed, ...spelled.split(' ').filter(Boolean)];
  if (!scopes.every(isScope)) throw new InvalidToken('scope');
  return new Set(scopes);
}

const isScope = (value: unknown): value is string => typeof value === 'string' && isScopeToken(value);

const isNumericDate = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);

/** Up to 255 characters, as the database holds, without what could forge a log line or be stored as something else. */
const isIdentifier = (value: unknown): value is string =>
  typeof value === 'string' && /^[^\p{Cc}\p{Cs}]{1,255}$/u.test(value);
