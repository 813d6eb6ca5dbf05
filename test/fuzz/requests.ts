import fc from 'fast-check';
import { resolve, type OpenApiDocument, type Operation, type Parameter, type Schema } from './openapi.js';
import { anyJson, hostileText, valueFor } from './values.js';

/** What stands in a path: what the world has under this name (`live`), of another tenant (`foreign`), or a text. */
export type PathValue = { readonly live: number } | { readonly foreign: true } | { readonly text: string };

export interface FuzzedRequest {
  readonly operation: Operation;
  /** Whose token it brings. */
  readonly caller: string;
  readonly path: Readonly<Record<string, PathValue>>;
  /** Without the question mark; empty for none. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

/** Any request to any operation of the document: mostly nearly right, so that it gets far, and wrong in every place. */
export function requestsOf(
  document: OpenApiDocument,
  operation: Operation,
  callers: readonly string[],
): fc.Arbitrary<FuzzedRequest> {
  const parameters = operation.parameters ?? [];
  const placed = (place: Parameter['in']): Parameter[] =>
    parameters.filter((parameter) => parameter.in === place);
  return fc.record({
    operation: fc.constant(operation),
    caller: fc.constantFrom(...callers),
    path: fc.record(Object.fromEntries(placed('path').map(({ name }) => [name, pathValue]))),
    query: queryFor(document, placed('query')),
    headers: headersFor(document, placed('header')),
    body: bodyFor(document, operation),
  });
}

const pathValue: fc.Arbitrary<PathValue> = fc.oneof(
  { weight: 40, arbitrary: fc.record({ live: fc.nat({ max: 19 }) }) },
  { weight: 1, arbitrary: fc.constant({ foreign: true as const }) },
  { weight: 1, arbitrary: fc.uuid().map((text) => ({ text })) },
  { weight: 1, arbitrary: hostileText.map((text) => ({ text: escaped(text).slice(0, 3_000) })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('%zz', '%', '..', '.', '%2e%2e', ';a', '%ff').map((text) => ({ text })),
  },
);

/** Percent-encoded, lone surrogates as UTF-8 would have them. */
function escaped(text: string): string {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const isLone = code >= 0xd800 && code <= 0xdfff;
    return isLone ? `%ED%${(((code >> 6) & 0x3f) | 0x80).toString(16)}%80` : encodeURIComponent(character);
  }).join('');
}

function queryFor(document: OpenApiDocument, parameters: readonly Parameter[]): fc.Arbitrary<string> {
  const known = parameters.map(({ name, schema }) =>
    valueFor(document, schema).map(
      (value) => `${name}=${escaped(typeof value === 'string' ? value : JSON.stringify(value))}`,
    ),
  );
  const unknown = fc
    .tuple(hostileText, hostileText)
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`);
  const pair = fc.oneof(...known.map((arbitrary) => ({ weight: 6, arbitrary })), {
    weight: 1,
    arbitrary: unknown,
  });
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    {
      weight: 2,
      arbitrary: fc.array(pair, { maxLength: 3 }).map((pairs) => pairs.join('&').slice(0, 6_000)),
    },
  );
}

/** A value that Node's client sends: latin-1 without control characters. */
const headerValue = fc.oneof(
  hostileText.map((text) => text.replace(/[^\x20-\x7e\x80-\xff]/g, '').slice(0, 2_000)),
  fc.constantFrom('application/json', '*/*', 'gzip', 'identity', '1', '"1"', 'bytes=0-1', 'close', 'a=b'),
);
const HEADER_NAMES = Object.values({
  negotiation: ['accept', 'accept-encoding', 'accept-language', 'accept-version'],
  body: ['content-type', 'content-encoding'],
  identity: ['authorization', 'cookie', 'origin', 'referer', 'x-request-id'],
  proxies: ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-original-url'],
  overrides: ['x-http-method-override', 'range', 'if-match', 'if-none-match', 'if-modified-since'],
}).flat();
const headerName = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...HEADER_NAMES) },
  { weight: 1, arbitrary: fc.stringMatching(/^x-[a-z0-9!#$%&'*+.^_`|~-]{1,20}$/) },
);

function headersFor(
  document: OpenApiDocument,
  parameters: readonly Parameter[],
): fc.Arbitrary<Record<string, string>> {
  const known = parameters.map(({ name, schema }) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      {
        weight: 1,
        arbitrary: valueFor(document, schema).map((value) => ({
          [name.toLowerCase()]: printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')),
        })),
      },
    ),
  );
  const random = fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(headerName, headerValue, { maxKeys: 4 }) },
  );
  return fc.tuple(random, ...known).map((all) => Object.assign({}, ...all) as Record<string, string>);
}

const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '').slice(0, 2_000);

function bodyFor(document: OpenApiDocument, { requestBody, method }: Operation): fc.Arbitrary<Buffer | null> {
  const content = requestBody?.content['application/json'];
  if (!content) {
    const surprise = anyJson.map((value) => Buffer.from(JSON.stringify(value)));
    return method === 'GET'
      ? fc.constant(null)
      : fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: surprise });
  }
  const schema = resolve(document, content.schema);
  const examples = Object.values(content.examples ?? {}).map(({ value }) => value as object);
  const bases = examples.length > 0 ? examples : [exampleOf(schema)];
  const base = fc.constantFrom(...bases);
  const changed = fc
    .tuple(base, someMembers(document, schema))
    .map(([good, members]) => ({ ...good, ...members }));
  return fc.oneof(
    { weight: 2, arbitrary: base.map(asJson) },
    { weight: 8, arbitrary: changed.map(asJson) },
    { weight: 2, arbitrary: valueFor(document, schema).map(asJson) },
    { weight: 1, arbitrary: anyJson.map(asJson) },
    { weight: 1, arbitrary: brokenJson },
  );
}

const asJson = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const exampleOf = ({ properties = {} }: Schema): object =>
  Object.fromEntries(Object.entries(properties).map(([name, { example }]) => [name, example ?? null]));

/** One to three members the schema knows, and now and then one that it does not. */
function someMembers(document: OpenApiDocument, { properties = {} }: Schema): fc.Arbitrary<object> {
  const known = Object.entries(properties).map(([name, schema]) =>
    valueFor(document, schema).map((value) => [name, value] as const),
  );
  const unknown = fc.tuple(hostileText, anyJson);
  const member = fc.oneof(...known.map((arbitrary) => ({ weight: 4, arbitrary })), {
    weight: 1,
    arbitrary: unknown,
  });
  return fc
    .array(member, { minLength: 1, maxLength: 3 })
    .map((members) => Object.fromEntries(members) as object);
}

const brokenJson = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: 1, max: 30_000 }).map((depth) => Buffer.from('['.repeat(depth) + ']'.repeat(depth))),
  fc
    .integer({ min: 1, max: 9_000 })
    .map((depth) => Buffer.from(`${'{"name":'.repeat(depth)}1${'}'.repeat(depth)}`)),
  fc.json().map((text) => Buffer.from(`${text.slice(0, -1)}`)),
  fc
    .constantFrom(
      '{"name":"a","name":"b"}',
      '{"name":"\\ud800"}',
      '{"__proto__":{"trusted":true}}',
      '\ufeff{}',
      'null',
    )
    .map((text) => Buffer.from(text)),
  fc
    .integer({ min: 1_000, max: 70_000 })
    .map((length) => Buffer.from(JSON.stringify({ name: 'a'.repeat(length) }))),
);
