import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { expectRawProblem } from '../../support/problem.js';
import { exchange, parseAnswer } from '../../support/raw-http.js';
import { WEB_CLIENT, type TestTenant } from '../../support/registry.js';
import { useRegistry } from '../../support/use-registry.js';

/** Milliseconds: short, so that the service does within a test what it does within half a minute. */
const TIMEOUTS = { headers: 400, request: 800, keepAlive: 400, checkEvery: 50 };
const IDLE_SOCKETS = 1_000;

/** The head of a request that makes a client. */
const headOf = (tenant: TestTenant, headers: readonly string[]): string =>
  [
    `POST ${tenant.clients} HTTP/1.1`,
    'Host: a',
    `Authorization: Bearer ${tenant.admin}`,
    'Content-Type: application/json',
    ...headers,
    '\r\n',
  ].join('\r\n');

describe('slow senders', () => {
  const { registry, tenant } = useRegistry({}, { app: { timeouts: TIMEOUTS } });
  let sockets: Socket[];
  beforeEach(() => {
    sockets = [];
  });
  afterEach(() => sockets.forEach((socket) => socket.destroy()));

  async function open(): Promise<Socket> {
    const socket = connect(Number(new URL(registry.url).port), '127.0.0.1').on('error', () => {});
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  /** Sends a byte at a time for as long as the service listens. @returns all that it answered */
  async function drip(start: string, byte: string): Promise<string> {
    const socket = await open();
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.write(start);
    const dripping = setInterval(() => socket.write(byte), 20);
    await once(socket, 'close');
    clearInterval(dripping);
    return Buffer.concat(chunks).toString();
  }

  const head = (...headers: string[]): string => headOf(tenant, headers);

  const served = async (): Promise<number> =>
    (await registry.api.get(tenant.clients, { token: tenant.viewer })).status;

  it('who sends a body byte by byte is cut off, with 408, and others are served meanwhile', async () => {
    const slow = drip(head('Content-Length: 10000'), ' ');
    expect(await served()).toBe(200);
    expectRawProblem(parseAnswer(await slow), 'request_timeout');
  });

  it('who sends a body in endless chunks is cut off', async () => {
    const slow = drip(head('Transfer-Encoding: chunked'), '1\r\n \r\n');
    expectRawProblem(parseAnswer(await slow), 'request_timeout');
  });

  it('who sends headers byte by byte is cut off', async () => {
    const slow = drip('GET /health/live HTTP/1.1\r\nHost: a\r\nX-Slow: ', 'a');
    expectRawProblem(parseAnswer(await slow), 'request_timeout');
  });

  it('who never sends the body that was announced is cut off', async () => {
    const bytes = `${head('Content-Length: 10000')}{"name":`;
    expectRawProblem(await exchange(registry.url, bytes), 'request_timeout');
  });

  it('a connection on which nothing follows an answer is ended', async () => {
    const socket = await open();
    socket.write('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
    socket.resume();
    await once(socket, 'close');
    expect(socket.destroyed).toBe(true);
  });

  it(`the service serves others while ${IDLE_SOCKETS} sockets say nothing, and ends each of those`, async () => {
    // The first may be closed before the last is open.
    const idle = await Promise.all(
      Array.from({ length: IDLE_SOCKETS }, async () => ({ closed: once((await open()).resume(), 'close') })),
    );
    for (let i = 0; i < 10; i += 1) expect(await served()).toBe(200);
    await Promise.all(idle.map(({ closed }) => closed));
  });
});

describe('by default', () => {
  const { registry, tenant } = useRegistry();

  it('the service by default lets those finish who are slow and in time', async () => {
    const body = JSON.stringify(WEB_CLIENT);
    const socket = connect(Number(new URL(registry.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(headOf(tenant, ['Connection: close', `Content-Length: ${body.length}`]));
    for (const byte of body) {
      socket.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    await once(socket, 'close');
    expect(parseAnswer(Buffer.concat(chunks).toString()).status).toBe(201);
  });

  it('a request may take 30 s, its headers 10 s, and both are looked after every few seconds', () => {
    const { headersTimeout, requestTimeout, keepAliveTimeout } = registry.app.nest.getHttpServer() as {
      headersTimeout: number;
      requestTimeout: number;
      keepAliveTimeout: number;
    };
    expect({ headersTimeout, requestTimeout, keepAliveTimeout }).toEqual({
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 72_000,
    });
  });
});

describe('many headers', () => {
  const { registry } = useRegistry();

  const withHeaders = (count: number) =>
    exchange(
      registry.url,
      `GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${'a: b\r\n'.repeat(count - 2)}\r\n`,
    );

  it('more than 100 headers are answered 431, so that none is dropped without a word', async () => {
    expect((await withHeaders(100)).status).toBe(200);
    expectRawProblem(await withHeaders(101), 'headers_too_large');
    // Node by itself forgets what comes after 2,000.
    expectRawProblem(await withHeaders(2_500), 'headers_too_large');
  });

  it('more than 16 kB of headers are answered 431', async () => {
    const bytes = `GET /health/live HTTP/1.1\r\nHost: a\r\nX-Long: ${'a'.repeat(17_000)}\r\n\r\n`;
    expectRawProblem(await exchange(registry.url, bytes), 'headers_too_large');
  });
});
