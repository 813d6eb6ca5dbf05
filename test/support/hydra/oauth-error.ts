import { HydraError } from './hydra-error.js';

/** The codes of OAuth that Hydra answers with, and the status each has where it is not a redirect. */
const STATUSES = {
  access_denied: 403,
  consent_required: 400,
  insufficient_entropy: 400,
  invalid_client: 401,
  invalid_grant: 400,
  invalid_request: 400,
  invalid_scope: 400,
  invalid_state: 400,
  login_required: 400,
  request_forbidden: 403,
  request_unauthorized: 401,
  scope_not_granted: 403,
  server_error: 500,
  unauthorized_client: 400,
  unsupported_response_mode: 400,
  unsupported_response_type: 400,
} as const;

export type OAuthErrorCode = keyof typeof STATUSES;

/** A refusal of a public endpoint. Code and status are Hydra's, the words are not. */
export const oauthError = (code: OAuthErrorCode, words: string): HydraError =>
  new HydraError(STATUSES[code], code, words);
