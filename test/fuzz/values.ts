import fc from 'fast-check';
import { resolve, type OpenApiDocument, type Schema } from './openapi.js';

/** Texts that break parsers, databases, logs, paths and terminals. */
const HOSTILE = Object.values({
  control: ['', ' ', '\0', 'a\0b', '\n', '\r\n', '\u007f', '\u0085', '\u2028', '\ufeff', '\ufffe'],
  surrogates: ['\ud800', 'a\udc00', '\udc00\ud800'],
  unicode: [
    '\u202egnp.exe',
    '\u2066a\u2069',
    'e\u0301',
    '\u200b',
    '👩‍👩‍👧',
    'ﬀ',
    'İ',
    'ß',
    '𝒳',
    '💥'.repeat(300),
  ],
  scalars: ['null', 'undefined', 'NaN', 'true', '0', '-1', '1e400', '9007199254740993', '0x10', '١'],
  members: ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then'],
  sql: ["'; drop table organizations; --", "' or 1=1 --", '$1', ':name', '%s'],
  templates: ['{{7*7}}', '${7*7}', '#{7*7}', '${jndi:ldap://127.0.0.1/a}', '`id`', '$(id)', '|', ';', '*'],
  markup: ['<script>alert(1)</script>', '<!ENTITY x SYSTEM "file:///etc/passwd">'],
  paths: ['../../etc/passwd', '..%2f..', '%00', '%zz', '/', '//', '\\', '?', '#'],
  uris: ['https://a.example/cb', 'https://a.example/*', 'https://u:p@a.example/', 'http://127.1/', 'https:a'],
  schemes: ['javascript:alert(1)', 'com.example.app:/cb', 'HTTPS://A.EXAMPLE/', 'https://a.example/%0aalert'],
  ids: ['00000000-0000-0000-0000-000000000000', '{019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f}'],
  scopes: ['registry:admin', 'oauth_clients:write', 'openid'],
  tags: ['"1"', '"2"', 'W/"1"', '"99999999999999999999"'],
  long: ['a'.repeat(70_000)],
}).flat();

export const hostileText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 300 }) },
  // A lone surrogate somewhere.
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 })
      .map((units) => String.fromCharCode(...units)),
  },
);

export const anyJson = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: hostileText },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 2 ** 53, 1e308, [], {}, [[]], [null]),
  },
);

/** What the schema allows, what is just beyond its bounds, and what it does not speak of at all. */
export function valueFor(document: OpenApiDocument, given: Schema): fc.Arbitrary<unknown> {
  const schema = resolve(document, given);
  return fc.oneof(
    { weight: 8, arbitrary: allowed(document, schema) },
    { weight: 2, arbitrary: atTheBounds(schema) },
    { weight: 2, arbitrary: hostileText },
    { weight: 1, arbitrary: anyJson },
  );
}

function allowed(document: OpenApiDocument, schema: Schema): fc.Arbitrary<unknown> {
  const examples = schema.example === undefined ? [] : [fc.constant(schema.example)];
  if (schema.enum) return fc.oneof(...examples, fc.constantFrom(...schema.enum));
  const parts = schema.anyOf ?? schema.allOf;
  if (parts) return fc.oneof(...examples, ...parts.map((part) => allowed(document, resolve(document, part))));
  const kinds = [schema.type ?? 'string'].flat().map((type) => allowedOf(document, schema, type));
  return fc.oneof(...examples, ...kinds);
}

function allowedOf(document: OpenApiDocument, schema: Schema, type: string): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? -(2 ** 31), max: schema.maximum ?? 2 ** 31 });
    case 'array': {
      const { minItems: minLength = 0, maxItems: maxLength = 5 } = schema;
      return fc.array(valueFor(document, schema.items ?? {}), {
        minLength,
        maxLength: Math.min(maxLength, 5),
      });
    }
    case 'object':
      return objectFor(document, schema);
    default:
      return schema.format === 'uuid'
        ? fc.uuid()
        : fc.string({ minLength: schema.minLength ?? 0, maxLength: Math.min(schema.maxLength ?? 30, 30) });
  }
}

function objectFor(
  document: OpenApiDocument,
  { properties = {}, required = [] }: Schema,
): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(
    ([name, schema]) => [name, valueFor(document, schema)] as const,
  );
  return fc.record(Object.fromEntries(members), { requiredKeys: [...required] });
}

function atTheBounds({
  maxLength = 1,
  minLength = 1,
  minimum = 0,
  maximum = 0,
  maxItems = 1,
}: Schema): fc.Arbitrary<unknown> {
  const lengths = [minLength - 1, minLength, maxLength, maxLength + 1].filter((length) => length >= 0);
  const counts = [maxItems, maxItems + 1];
  const lists = ['item:', 'https://a.example/'].flatMap((start) =>
    counts.map((length) => Array.from({ length }, (_, index) => `${start}${index}`)),
  );
  const texts = lengths.flatMap((length) => ['a'.repeat(length), '😀'.repeat(length)]);
  return fc.constantFrom<unknown>(minimum - 1, minimum, maximum, maximum + 1, ...texts, ...lists);
}
