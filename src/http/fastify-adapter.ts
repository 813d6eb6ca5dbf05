import { FastifyAdapter } from '@nestjs/platform-fastify';
import { LogController, type FastifyBaseLogger, type FastifyReply, type FastifyRequest } from 'fastify';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { randomUUID } from 'node:crypto';
import { logRequest } from '../logging/request-log.js';
import { answerWithProblem } from '../problem-details/problem-details.filter.js';
import { toProblem } from '../problem-details/to-problem.js';
import { requestIdOf } from './request-id.js';

/** Milliseconds a caller has to send a whole request; a slow one is cut off with 408. */
const REQUEST_TIMEOUT_MS = 30_000;

/** For answers that are sent before any hook runs, and so without helmet's headers. */
const BARE_SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

/** What Node's parser reports, by its code. */
const PARSER_STATUS: Partial<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

export function createFastifyAdapter(logger: Logger): FastifyAdapter {
  const adapter = new FastifyAdapter({
    // Node answers a missing Host without a body; `refuseAmbiguousHosts` says what is wrong.
    http: { requireHostHeader: false },
    loggerInstance: logger,
    // One line for each request is written by `logRequests`, with what a line needs; children would only cost time.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (parent: FastifyBaseLogger) => parent,
    genReqId: (request: IncomingMessage) => requestIdOf(request),
    requestTimeout: REQUEST_TIMEOUT_MS,
    return503OnClosing: false,
    // The router refuses a malformed URL before any hook or filter.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      void reply.headers({ ...BARE_SECURITY_HEADERS, 'x-request-id': request.id });
      answerWithProblem(error, request, reply);
      logRequest(request, reply);
    },
    clientErrorHandler: (error: UnreadableError, socket: Socket) => answerUnreadable(logger, error, socket),
    routerOptions: { maxParamLength: 1_024 },
  });
  const { server } = adapter.getInstance();
  // Without a listener Node answers 417 with no body. Expectations may be ignored (RFC 9110, section 10.1.1).
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  return adapter;
}

type UnreadableError = Error & { readonly code?: string };

/** Answers what is not HTTP enough to become a request, in the form of every other error. */
function answerUnreadable(logger: Logger, error: UnreadableError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = randomUUID();
  const problem = toProblem({ statusCode: PARSER_STATUS[error.code ?? ''] ?? 400 });
  const body = JSON.stringify(problem.toBody(requestId));
  const headers = Object.entries({
    ...BARE_SECURITY_HEADERS,
    'x-request-id': requestId,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const statusLine = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\n`;
  socket.end(`${statusLine}${headers.join('')}\r\n${body}`);
  const facts = { request_id: requestId, status: problem.status, reason: error.code };
  logger.info({ ...facts, remote_address: socket.remoteAddress }, 'unreadable request');
}
