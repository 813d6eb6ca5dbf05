import { randomUUID } from 'node:crypto';
import type { Target } from './target.js';

/** One request and what must come back. Values that differ each time are matched by pattern. */
export interface Exchange {
  /** `METHOD /path`; `{id}` is the client of the row, `{owner}` its owner, in here and in the body. */
  readonly send: string;
  /** JSON text, or a form. */
  readonly body?: string | URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  /** The whole body; left out where it must be empty. */
  readonly answer?: unknown;
  readonly answerHeaders?: Readonly<Record<string, unknown>>;
}

/** Exchanges that follow each other, told apart by what they show. */
export type Table = Readonly<Record<string, readonly Exchange[]>>;

interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Makes the exchanges of a row in their order, with ids nobody else has, and leaves nothing behind. */
export async function expectExchanges(target: Target, row: readonly Exchange[]): Promise<void> {
  const names = new Map([
    ['{id}', randomUUID()],
    ['{owner}', randomUUID()],
  ]);
  const made: string[] = [];
  try {
    for (const exchange of row) {
      const received = await send(target, exchange, names);
      const { client_id: id } = (received.body ?? {}) as { client_id?: string };
      if (id !== undefined && received.status === 201) made.push(id);
      expectReceived(received, exchange, names);
    }
  } finally {
    for (const id of made) await fetch(`${target.adminUrl}/admin/clients/${id}`, { method: 'DELETE' });
  }
}

type Names = ReadonlyMap<string, string>;

function expectReceived({ status, headers, body }: Received, exchange: Exchange, names: Names): void {
  const { send, status: wanted, answer, answerHeaders = {} } = exchange;
  expect({ send, status, body }).toEqual({ send, status: wanted, body: filled(answer, names) });
  expect(headers).toMatchObject(filled(answerHeaders, names) as object);
}

async function send(target: Target, exchange: Exchange, names: Names): Promise<Received> {
  const [method = '', path = ''] = fillText(exchange.send, names).split(' ');
  const base = path.startsWith('/oauth2/') ? target.publicUrl : target.adminUrl;
  const { body } = exchange;
  const response = await fetch(`${base}${path}`, {
    method,
    redirect: 'manual',
    headers: { 'content-type': 'application/json', ...contentType(body), ...headersOf(exchange, names) },
    ...(body !== undefined && { body: fillText(String(body), names) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: text === '' ? undefined : isJson ? (JSON.parse(text) as unknown) : text,
  };
}

const contentType = (body: Exchange['body']) =>
  body instanceof URLSearchParams && { 'content-type': 'application/x-www-form-urlencoded' };

const headersOf = ({ headers = {} }: Exchange, names: Names) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, encoded(fillText(value, names))]));

/** `Basic id secret` as it goes over the wire. */
function encoded(header: string): string {
  const [, id, secret] = /^Basic (\S+) (.*)$/.exec(header) ?? [];
  return id === undefined ? header : `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

/** URL encoding leaves the braces of a name as their codes. */
const fillText = (text: string, names: Names): string =>
  [...names].reduce(
    (filled, [name, value]) => filled.replaceAll(name, value).replaceAll(encodeURIComponent(name), value),
    text,
  );

function filled(value: unknown, names: Names): unknown {
  if (typeof value === 'string') return fillText(value, names);
  if (Array.isArray(value)) return value.map((item) => filled(item, names));
  if (value === null || typeof value !== 'object' || 'asymmetricMatch' in value) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, filled(member, names)]));
}
