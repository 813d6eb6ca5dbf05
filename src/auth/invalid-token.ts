/** Why a token was refused. For the log only: callers get one fixed answer, which teaches an attacker nothing. */
export type InvalidTokenReason =
  | 'authorization_header'
  | 'not_a_compact_jws'
  | 'not_canonical_base64url'
  | 'not_a_json_object'
  | 'duplicate_member'
  | 'header_member'
  | 'algorithm'
  | 'type'
  | 'key_id'
  | 'issuer'
  | 'audience'
  | 'expired'
  | 'not_yet_valid'
  | 'lifetime'
  | 'time_claim'
  | 'subject'
  | 'token_kind'
  | 'client_id'
  | 'scope'
  | 'session_id'
  | 'unknown_key'
  | 'signature';

/** The token does not prove who calls. Becomes a 401 in the guard; holds nothing of the token itself. */
export class InvalidToken extends Error {
  constructor(readonly reason: InvalidTokenReason) {
    super(`Token refused: ${reason}`);
  }
}
