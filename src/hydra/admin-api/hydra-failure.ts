import type { IncomingHttpHeaders } from 'node:http';
import { fetchFailureOf } from '../../lib/error-code.js';
import type { SyncProblem } from '../../oauth-clients/model/oauth-client.vocabulary.js';

/** Hydra understood and refuses: trying the same again is of no use. */
export class HydraRejection extends Error {
  constructor(readonly problem: SyncProblem) {
    super(problem.detail);
  }
}

export interface FailureFacts {
  /** Whether the call may still have an effect, or may get one later. */
  readonly effect: 'none' | 'unknown';
  /** `server`: every call would fail now. `client`: only this one did. */
  readonly scope: 'server' | 'client';
  /** Milliseconds that Hydra asks to be left alone. */
  readonly retryAfterMs?: number;
  /** Absent where nothing answered. */
  readonly status?: number;
}

/** A call to Hydra did not work this time, and may the next. */
export class HydraFailure extends Error {
  constructor(
    message: string,
    readonly facts: FailureFacts,
  ) {
    super(message);
  }
}

/** Codes of errors that come before anything was sent. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The failure of a call that got no answer. */
export function unansweredFailure(error: unknown): HydraFailure {
  const code = fetchFailureOf(error);
  const effect = NOT_CONNECTED.has(code) ? 'none' : 'unknown';
  return new HydraFailure(`no answer (${code})`, { effect, scope: 'server' });
}

interface HydraError {
  readonly error?: unknown;
  readonly error_description?: unknown;
}

const MAX_DETAIL = 500;

/**
 * What an unexpected answer means: a HydraFailure where the same call may work later, a HydraRejection where it never
 * will.
 */
export function failureFor(
  status: number,
  headers: IncomingHttpHeaders,
  body: unknown,
): HydraFailure | HydraRejection {
  const { error = '', error_description: description = '' } = (body ?? {}) as HydraError;
  const said = [error, description].filter((text) => typeof text === 'string' && text !== '').join(': ');
  const failure = (facts: Omit<FailureFacts, 'status'>): HydraFailure =>
    new HydraFailure(`${status} ${said}`.trim().slice(0, MAX_DETAIL), { ...facts, status });

  // PostgreSQL's serialization failure, which Hydra reports as if the request were wrong.
  if (status === 400 && /unable to serialize access/i.test(said))
    return failure({ effect: 'none', scope: 'client' });
  if (status === 409) return failure({ effect: 'none', scope: 'client' });
  if (status >= 500 || status === 408 || status === 499 || status < 400) {
    return failure({ effect: 'unknown', scope: 'server', retryAfterMs: retryAfter(headers) });
  }
  // Not Hydra's words about a client: a gateway's, or the address or the credentials of the admin API are wrong.
  if (said === '' || [401, 403, 404, 429].includes(status)) {
    return failure({ effect: 'none', scope: 'server', retryAfterMs: retryAfter(headers) });
  }
  return new HydraRejection({
    code: 'rejected_by_authorization_server',
    detail: `Hydra refuses this client: ${said}`.slice(0, MAX_DETAIL),
  });
}

const MAX_RETRY_AFTER_MS = 5 * 60_000;

/** Milliseconds that the Retry-After header asks for: it holds seconds or a date (RFC 9110, section 10.2.3). */
function retryAfter(headers: IncomingHttpHeaders): number | undefined {
  const text = headers['retry-after'] ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, MAX_RETRY_AFTER_MS);
  if (!text.endsWith(' GMT')) return undefined;
  const milliseconds = Date.parse(text) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.min(Math.max(milliseconds, 0), MAX_RETRY_AFTER_MS);
}
