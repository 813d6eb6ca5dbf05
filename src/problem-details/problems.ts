import type { CodeDocs } from './violation-codes.js';

interface ProblemKind extends CodeDocs {
  readonly status: number;
  readonly title: string;
}

/** Every problem this API answers with: the stable code, its HTTP status and title (RFC 9457), and what callers do about it. */
export const PROBLEMS = {
  bad_request: {
    status: 400,
    title: 'The request cannot be read',
    meaning: 'Path, query, headers or body are not what the call takes.',
    remedy: 'Correct what `detail` and `errors` name.',
  },
  invalid_token: {
    status: 401,
    title: 'A valid bearer token is required',
    meaning: 'There is no token, or it is malformed, expired, or not meant for this API.',
    remedy:
      "Get a new token. The cause is in the service's log alone: `reason` in the line with the answer's " +
      '`request_id`.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    meaning: 'The caller may see this, but may not make this call.',
    remedy: 'Do as `detail` says, or ask an admin of the organization.',
  },
  insufficient_scope: {
    status: 403,
    title: 'The token lacks a scope',
    meaning: 'The caller may see this, but its token lacks the scope that the call needs.',
    remedy: 'Get a token with the scope that `WWW-Authenticate` names.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    meaning: 'There is nothing here, or the token may not see it: the answer does not tell which.',
    remedy: 'Check the ids in the path, and whose token was sent.',
  },
  method_not_allowed: {
    status: 405,
    title: 'The method is not allowed here',
    meaning: 'The path exists, but not with this method.',
    remedy: 'Use one of the methods in `Allow`.',
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive',
    meaning: 'The request had not arrived in time.',
    remedy: 'Send it again.',
  },
  conflict: {
    status: 409,
    title: 'The request conflicts with what exists',
    meaning: 'The call is valid, but the present state rules it out.',
    remedy: 'Do as `detail` says, if need be after reading the resource again.',
  },
  client_quota_reached: {
    status: 409,
    title: 'The project has as many OAuth clients as it may have',
    meaning: 'The operator limits how many clients a project may have, and this project has that many.',
    remedy: 'Delete those that nobody needs, or ask the operator for more (`MAX_CLIENTS_PER_PROJECT`).',
  },
  too_many_secrets: {
    status: 409,
    title: 'The client has as many live secrets as it may have',
    meaning: 'A new secret beside the older ones would be one too many.',
    remedy: 'End one of them first, or leave `overlap_seconds` out, which ends them all.',
  },
  idempotent_secret_expired: {
    status: 409,
    title: 'The secret of the first answer can no longer be shown',
    meaning:
      'The call was made before with this `Idempotency-Key`, and did what was asked. Its secret can be shown again for 10 minutes only, and no longer than it works.',
    remedy:
      'Nothing was done now. `Location` is the client: make a new secret for it, if nobody has the first.',
  },
  precondition_failed: {
    status: 412,
    title: 'The resource has changed',
    meaning:
      'The present state is not the one that `If-Match` names, or is the one that `If-None-Match` names.',
    remedy: 'Read the resource again, and repeat the change on what it is now.',
  },
  payload_too_large: {
    status: 413,
    title: 'The body is too large',
    meaning: 'The body has more bytes than this API reads.',
    remedy: 'Send a smaller one.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The content type is not supported',
    meaning: '`Content-Type` does not say JSON in UTF-8, or the body is compressed.',
    remedy: 'Send `Content-Type: application/json`, without a content encoding.',
  },
  validation_failed: {
    status: 422,
    title: 'The request breaks one or more rules',
    meaning: 'Nothing was changed. Every broken rule is in `errors`.',
    remedy: 'Correct all of them; `docs/errors.md` explains their codes.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key belongs to another call',
    meaning: 'The key was sent before to the same path, with another body.',
    remedy: 'Send a new key with each new call, and the same key only to repeat a call.',
  },
  tokens_end_not_served: {
    status: 422,
    title: 'The authorization server does not end tokens',
    meaning: 'Hydra does not end refresh tokens and codes without the token hook, which is not connected.',
    remedy:
      'Ask the operator to connect the token hook (`HOOK_SECRET`), or delete the client, which ends all of them.',
  },
  too_many_requests: {
    status: 429,
    title: 'Too many requests',
    meaning: 'The caller, or its address, has asked too often.',
    remedy: 'Wait as many seconds as `Retry-After` says.',
  },
  headers_too_large: {
    status: 431,
    title: 'The request headers are too large',
    meaning: 'The request has too many headers, or too long ones.',
    remedy: 'Send fewer or shorter ones.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong on our side',
    meaning: 'The service is at fault.',
    remedy: 'Report it with its `request_id`, by which the cause is found in the logs.',
  },
  service_unavailable: {
    status: 503,
    title: 'Temporarily unavailable',
    meaning: 'Something that the service needs is out of reach, such as its database.',
    remedy: 'Try again after as many seconds as `Retry-After` says.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** The stable URN of a kind of problem: the `type` member of RFC 9457. */
export const problemType = (code: ProblemCode): string => `urn:oauth-client-registry:problem:${code}`;
