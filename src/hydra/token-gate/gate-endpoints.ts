import { Injectable, Logger } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Middleware } from '../../http/mount-at.js';
import { isDatabaseUnavailable } from '../../database/postgres-errors.js';
import { readBytes } from '../../http/read-bytes.js';
import { problemOf, type Problem } from '../../problem-details/problem.js';
import { RateLimits } from '../../rate-limit/rate-limits.js';
import { GateMetrics, type GateOutcome } from './gate-metrics.js';
import { endToEnd, type GateRequest } from './gate-request.js';
import type { HydraAnswer } from './hydra-answer.js';
import { invalidRequest, OAuthRefusal, tooMany, unavailable } from './oauth-refusal.js';
import { TokenGate } from './token-gate.js';

/**
 * A request as middleware gets it: `url` lacks the path of the mount, `originalUrl` is whole, and `ip` is the address
 * that `TRUST_PROXY` leads to.
 */
interface Received extends IncomingMessage {
  readonly originalUrl: string;
  readonly ip: string;
}

/** The same here and at Hydra. */
export const TOKEN_GATE_PATH = '/oauth2';
const PATHS = [`${TOKEN_GATE_PATH}/token`, `${TOKEN_GATE_PATH}/revoke`];

const MAX_BYTES = 64 * 1024;
const FORM = /^application\/x-www-form-urlencoded[ \t]*(?:;[ \t]*(?:charset="?utf-8"?)?[ \t]*)?$/i;

/** A preflight names no client: it lets a page ask, no more. What the page may read of the answer is Hydra's to say. */
const PREFLIGHT = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'Authorization, Content-Type',
  'access-control-max-age': '3600',
};

/** The token gate over HTTP. Other paths, and other spellings of these, are passed on. */
@Injectable()
export class GateEndpoints {
  private readonly logger = new Logger('TokenGate');
  readonly middleware: Middleware = (request, response, next) => {
    const [path = '', query] = (request as Received).originalUrl.split(/\?(.*)/s);
    if (!PATHS.includes(path)) return next();
    if (request.method === 'OPTIONS') return void response.writeHead(204, PREFLIGHT).end();
    this.serve(request as Received, response, { path, query }).catch(next);
  };

  constructor(
    private readonly gate: TokenGate,
    private readonly metrics: GateMetrics,
    private readonly limits: RateLimits,
  ) {}

  private async serve(request: Received, response: ServerResponse, target: Target): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      const body = await readBody(request, target);
      const asked = gateRequest(request, { path: target.path, body, signal: gone.signal });
      const answer = await this.gate.answer(asked);
      const tooOften = await this.tooOften(answer.head.statusCode, request);
      if (tooOften) refuse(tooMany(tooOften), response);
      else await relay(answer, response);
    } catch (error) {
      if (gone.signal.aborted || response.headersSent) return void response.destroy();
      const refusal = this.refusalFor(error);
      const tooOften = await this.tooOften(refusal.status, request);
      const last = tooOften ? tooMany(tooOften, refusal.headers) : refusal;
      this.metrics.count(OUTCOMES[last.status] ?? 'unreadable');
      refuse(last, response);
    }
  }

  /** What comes in the place of a 401, Hydra's too, where an address has failed too often. Whoever succeeds is served. */
  private async tooOften(status: number | undefined, { ip }: Received): Promise<Problem | undefined> {
    return status === 401 ? problemOf(this.limits.admitFailure(ip)) : undefined;
  }

  private refusalFor(error: unknown): OAuthRefusal {
    if (error instanceof OAuthRefusal) return error;
    if (isDatabaseUnavailable(error)) return unavailable('The client cannot be checked at the moment.');
    this.logger.error(String(error), error instanceof Error ? error.stack : undefined);
    return new OAuthRefusal(
      500,
      'server_error',
      "The cause is in the service's log, in the line with this request id.",
    );
  }
}

interface Target {
  readonly path: string;
  readonly query: string | undefined;
}

const OUTCOMES: Partial<Record<number, GateOutcome>> = { 401: 'refused', 429: 'limited', 503: 'unavailable' };

/** Headers that Hydra's answers have, too (RFC 6749, section 5.1). */
const NOT_STORED = {
  'content-type': 'application/json;charset=UTF-8',
  'cache-control': 'no-store',
  pragma: 'no-cache',
};

const gateRequest = (
  request: Received,
  rest: Pick<GateRequest, 'path' | 'body' | 'signal'>,
): GateRequest => ({
  ...rest,
  headers: request.rawHeaders,
  authorization: request.headers.authorization,
  origin: request.headers.origin,
  address: request.ip,
});

/**
 * Reads the form without looking into it.
 *
 * @throws OAuthRefusal for what is no form, or is read by some and not by others
 */
async function readBody(request: IncomingMessage, { query }: Target): Promise<Buffer> {
  const { method, headers } = request;
  if (method !== 'POST') throw invalidRequest('Use POST.', 405, { allow: 'POST' });
  if (query !== undefined) throw invalidRequest('Parameters belong into the body (RFC 6749, section 3.2).');
  if (!FORM.test(headers['content-type'] ?? ''))
    throw invalidRequest('Send application/x-www-form-urlencoded in UTF-8.', 415);
  if (headers['content-encoding'] !== undefined)
    throw invalidRequest('Send the body without an encoding.', 415);
  return readBytes(request, MAX_BYTES, tooLarge);
}

const tooLarge = (): OAuthRefusal => invalidRequest('The body may have at most 64 kB.', 413);

function refuse(refusal: OAuthRefusal, response: ServerResponse): void {
  hideFromOtherOrigins(response);
  response.writeHead(refusal.status, { ...NOT_STORED, ...refusal.headers }).end(refusal.toBody());
}

/** Passes Hydra's answer on whole. */
async function relay({ head, body }: HydraAnswer, response: ServerResponse): Promise<void> {
  hideFromOtherOrigins(response);
  const headers = endToEnd(head.rawHeaders);
  for (let index = 0; index < headers.length; index += 2) response.removeHeader(headers[index] ?? '');
  for (let index = 0; index + 1 < headers.length; index += 2)
    response.appendHeader(headers[index] ?? '', headers[index + 1] ?? '');
  response.setHeader('cache-control', 'no-store');
  response.statusCode = head.statusCode ?? 502;
  if (body) response.end(body);
  else await pipeline(head, response);
}

/** Removes what was said of the API's own origins: which pages may read this answer is for Hydra to say. */
function hideFromOtherOrigins(response: ServerResponse): void {
  for (const name of response.getHeaderNames())
    if (name.startsWith('access-control-')) response.removeHeader(name);
}
