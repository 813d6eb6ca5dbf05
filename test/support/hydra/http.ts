import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { HydraError } from './hydra-error.js';

export interface HttpRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

/** No answer: the connection is reset, or kept open in silence. */
export type NoAnswer = 'reset' | 'hang';

export type Handler = (request: HttpRequest) => Promise<HttpAnswer | NoAnswer>;

export const json = (status: number, body: unknown, headers: HttpAnswer['headers'] = {}): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

export const redirect = (status: number, location: string): HttpAnswer => ({ status, headers: { location } });

export const html = (status: number, body: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body,
});

export const refusal = ({ status, error, description }: HydraError): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ error, error_description: description }),
});

/** A query or form as Go reads it: a pair with a semicolon or a broken escape is dropped without a word. */
export const parseForm = (text: string): URLSearchParams =>
  new URLSearchParams(
    text
      .split('&')
      .filter((pair) => !pair.includes(';') && !/%(?![0-9a-f]{2})/i.test(pair))
      .join('&'),
  );

/** A listener on loopback that keeps its port while it is down. */
export class Listener {
  private server: Server | undefined;
  private port = 0;

  private constructor(private readonly handler: Handler) {}

  /** @param port a free one unless given */
  static async start(handler: Handler, port = 0): Promise<Listener> {
    const listener = new Listener(handler);
    listener.port = port;
    await listener.up();
    return listener;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Listens again, on the same port. */
  async up(): Promise<void> {
    if (this.server) return;
    const server = createServer((request, response) => {
      this.respond(request, response).catch(() => request.socket.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.port, '127.0.0.1', resolve);
    });
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Refuses connections from now on, and cuts those that are open. */
  async down(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  private async respond(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.answer(message);
    if (answer === 'reset') message.socket.resetAndDestroy();
    if (typeof answer === 'string') return;
    response.writeHead(answer.status, answer.headers as Record<string, string | string[]>);
    response.end(answer.body);
  }

  private async answer(message: IncomingMessage): Promise<HttpAnswer | NoAnswer> {
    const { method = 'GET', headers, url: target = '/' } = message;
    const { pathname: path, search } = new URL(`http://localhost${target}`);
    const query = parseForm(search.slice(1));
    try {
      return await this.handler({ method, target, path, query, headers, body: await text(message) });
    } catch (error) {
      if (error instanceof HydraError) return refusal(error);
      return message.destroyed ? 'reset' : { status: 500, body: String(error) };
    }
  }
}
