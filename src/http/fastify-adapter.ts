import { FastifyAdapter } from '@nestjs/platform-fastify';
import { LogController, type FastifyBaseLogger, type FastifyReply, type FastifyRequest } from 'fastify';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { randomUUID } from 'node:crypto';
import type { TrustProxy } from '../config/trust-proxy.js';
import { logRequest } from '../logging/request-log.js';
import { answersOf } from './answers.js';
import { answerWithProblem } from './problem-details.filter.js';
import { toProblem } from './to-problem.js';
import { requestIdOf } from './request-id.js';
import type { SecurityHeaders } from './security-headers.js';
import type { Shutdown } from './shutdown.js';

/** How long a caller may take, in milliseconds. One that is slower is answered 408 and cut off. */
export interface Timeouts {
  /** For the headers, from the connection or the request before. */
  readonly headers: number;
  /** For the whole request. */
  readonly request: number;
  /** Between two requests on one connection. */
  readonly keepAlive: number;
  /** Between two looks for callers who are late. */
  readonly checkEvery: number;
}

/** A load balancer keeps connections for 60 s: were we to end them first, its next request could meet a closed one. */
const TIMEOUTS: Timeouts = { headers: 10_000, request: 30_000, keepAlive: 72_000, checkEvery: 5_000 };

/** Bytes of all headers together. A request with more is answered 431. */
const MAX_HEADER_BYTES = 16 * 1024;

export interface FastifyAdapterOptions {
  /** For answers that are sent before any hook runs. */
  readonly headers: SecurityHeaders;
  readonly shutdown: Shutdown;
  readonly trustProxy: TrustProxy;
  readonly timeouts?: Timeouts;
}

/** The status for what Node's parser reports, by the code of its error. */
const PARSER_STATUS: Partial<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

export function createFastifyAdapter(
  logger: Logger,
  { headers, shutdown, trustProxy, timeouts = TIMEOUTS }: FastifyAdapterOptions,
): FastifyAdapter {
  const adapter = new FastifyAdapter({
    http: {
      ServerResponse: answersOf(shutdown),
      // Node answers a missing Host without a body; `refuseAmbiguousRequests` says what is wrong.
      requireHostHeader: false,
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: timeouts.headers,
      connectionsCheckingInterval: timeouts.checkEvery,
    },
    loggerInstance: logger,
    // `logRequests` writes one line for each request, with all that it needs: child loggers would only cost time.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (parent: FastifyBaseLogger) => parent,
    genReqId: (request: IncomingMessage) => requestIdOf(request),
    requestTimeout: timeouts.request,
    keepAliveTimeout: timeouts.keepAlive,
    trustProxy: trusts(trustProxy),
    return503OnClosing: false,
    // The router refuses a malformed URL before any hook or filter.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      void reply.headers({ ...Object.fromEntries(headers), 'x-request-id': request.id });
      answerWithProblem(error, request, reply);
      logRequest(request, reply);
    },
    clientErrorHandler: (error: UnreadableError, socket: Socket) =>
      answerUnreadable({ logger, headers }, error, socket),
    routerOptions: { maxParamLength: 1_024 },
  });
  const { server } = adapter.getInstance();
  // Without a listener Node answers 417 with no body. Expectations may be ignored (RFC 9110, section 10.1.1).
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  return adapter;
}

/** Hands a number of hops on as a function: given a number, Fastify trusts none, as it cannot know who the nearest one is. */
function trusts(proxies: TrustProxy) {
  if (typeof proxies === 'number') return (_address: string, hop: number) => hop < proxies;
  return proxies.length > 0 && [...proxies];
}

type UnreadableError = Error & { readonly code?: string };

/** Answers bytes that Node cannot parse as a request, in the form of every other error. */
function answerUnreadable(
  { logger, headers }: { logger: Logger; headers: SecurityHeaders },
  error: UnreadableError,
  socket: Socket,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = randomUUID();
  const problem = toProblem({ statusCode: PARSER_STATUS[error.code ?? ''] ?? 400 });
  const body = JSON.stringify(problem.toBody(requestId));
  const lines = Object.entries({
    ...Object.fromEntries(headers),
    'x-request-id': requestId,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const statusLine = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\n`;
  socket.end(`${statusLine}${lines.join('')}\r\n${body}`);
  const facts = { request_id: requestId, status: problem.status, reason: error.code };
  logger.info({ ...facts, remote_address: socket.remoteAddress }, 'unreadable request');
}
