/** JSON texts, because much that is hostile cannot be said as a value: `1e400`, a lone surrogate, equal names. */
type JsonText = string;

const json = (...values: unknown[]): JsonText[] => values.map((value) => JSON.stringify(value));

/** `levels` lists in each other. */
export const nested = (levels: number): JsonText => '['.repeat(levels) + ']'.repeat(levels);

const NO_TEXT: JsonText[] = [
  ...json(0, -1, true, false, [], ['a'], {}, { toString: 'a' }, { length: 5 }),
  '1e400',
  '-1e400',
  '9007199254740993',
  nested(30),
];
const UNREADABLE: JsonText[] = [
  ...json('\0', 'a\0b', '\u0007', '\r', '\t', '\u007f', '\u0085', '\u2028'),
  ...json('\u202Eabc', 'a\u202D', '\u2066a\u2069', '\u061C'),
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00"',
  '"\\udc00\\ud800"',
  '"a\\ud83d"',
];
/** Wrong in a name, a URI or a scope, and fine in a description. */
const LINES_AND_MARKS: JsonText[] = json('a\nb', '\u200F');
const tooLong = (max: number): JsonText[] =>
  json('a'.repeat(max + 1), '😀'.repeat(max + 1), 'a'.repeat(30_000));
const NO_LIST: JsonText[] = [...json('a', '', 0, 5, true, false, {}, { length: 1, 0: 'a' }), '1e400'];
const NO_MACHINE_TEXT: JsonText[] = [...json(null, 0, true, {}, [], ['a']), nested(30)];

const listOf = (items: JsonText[]): JsonText[] => items.map((item) => `[${item}]`);
const repeated = (count: number, item: (index: number) => string): JsonText[] =>
  json(Array.from({ length: count }, (_, index) => item(index)));

/** Wrong values of each member, none of which any endpoint may take. */
export const WRONG_VALUES: Readonly<Record<string, readonly JsonText[]>> = {
  name: [
    ...NO_TEXT,
    ...UNREADABLE,
    ...LINES_AND_MARKS,
    ...tooLong(128),
    ...json('', ' ', '\u00a0', '\u3000 '),
  ],
  description: [...NO_TEXT, ...UNREADABLE, ...tooLong(1_024)],
  redirect_uris: [
    ...NO_LIST,
    ...listOf([
      ...NO_MACHINE_TEXT,
      ...UNREADABLE,
      ...LINES_AND_MARKS,
      ...json('', ' ', 'javascript:alert(1)', '*'),
    ]),
    ...listOf(json(`https://a.example/${'a'.repeat(2_048)}`)),
    ...repeated(51, (index) => `https://a.example/${index}`),
    ...json(['https://a.example/', 'https://a.example/']),
  ],
  audiences: [
    ...NO_LIST,
    ...listOf([...NO_MACHINE_TEXT, ...UNREADABLE, ...json('', ' ', '*', 'https://a.example/#')]),
    ...repeated(51, (index) => `https://a.example/${index}`),
  ],
  post_logout_redirect_uris: [
    ...NO_LIST,
    ...listOf([...NO_MACHINE_TEXT, ...UNREADABLE, ...json('', ' ', 'javascript:alert(1)', '*')]),
    ...repeated(51, (index) => `https://a.example/${index}`),
  ],
  allowed_cors_origins: [
    ...NO_LIST,
    ...listOf([...NO_MACHINE_TEXT, ...UNREADABLE, ...json('', ' ', '*', 'null', 'https://a.example/')]),
    ...repeated(51, (index) => `https://a${index}.example`),
  ],
  ...Object.fromEntries(
    ['client_uri', 'logo_uri', 'policy_uri', 'tos_uri'].map((member) => [
      member,
      [...NO_TEXT, ...UNREADABLE, ...json(' ', 'javascript:alert(1)', 'http://a.example'), ...tooLong(2_048)],
    ]),
  ),
  contacts: [
    ...NO_LIST,
    ...listOf([...NO_MACHINE_TEXT, ...UNREADABLE, ...json('', ' ', 'a', 'a@', '@b', 'A <a@b.example>')]),
    ...repeated(11, (index) => `a${index}@b.example`),
  ],
  ...Object.fromEntries(
    ['access_token_lifetime', 'id_token_lifetime', 'refresh_token_lifetime'].map((member) => [
      member,
      [...json('', '600', true, [], {}, -1, 59, 60.5, 1_000_000_000), '1e400', '9007199254740993'],
    ]),
  ),
  scopes: [
    ...NO_LIST,
    ...listOf([
      ...NO_MACHINE_TEXT,
      ...UNREADABLE,
      ...json('', ' ', 'a b', '*', '"', '\\', 'é', 'registry:admin'),
    ]),
    ...listOf(json('a'.repeat(257))),
    ...repeated(101, (index) => `scope:${index}`),
    ...json(['openid', 'openid']),
  ],
  grant_types: [
    ...NO_LIST,
    ...listOf([
      ...NO_MACHINE_TEXT,
      ...UNREADABLE,
      ...json('', 'password', 'Authorization_Code', 'toString', 'constructor'),
    ]),
    ...json([], ['authorization_code', 'authorization_code'], ['refresh_token']),
    ...repeated(5, () => 'authorization_code'),
  ],
  trusted: json('true', 'false', '', 0, 1, [], [true], {}),
  enabled: json('true', 'false', '', 0, 1, [], [true], {}),
  pkce_required: json('true', 'false', '', 0, 1, [], [true], {}),
  trusted_clients_allowed: json('true', 'false', '', 0, 1, [], [true], {}),
  token_endpoint_auth_method: [
    ...json('', 'NONE', 'private_key_jwt', 'client_secret_basic ', 0, true, [], ['none'], {}, 'constructor'),
    ...UNREADABLE,
  ],
  pkce_challenge_method: [
    ...json('', 's256', 'S512', 'S256 ', 0, true, [], ['S256'], {}, '__proto__'),
    ...UNREADABLE,
  ],
  role: [
    ...json('', 'Admin', 'owner', 'admin ', 0, true, [], ['admin'], {}, 'constructor', 'toString'),
    ...UNREADABLE,
  ],
};

/** Names that are a member of no request, as JSON texts, and the pointer that must name them. */
export const WRONG_NAMES: readonly (readonly [JsonText, string, string])[] = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'Name', 'naame', 'metadata'].map(
    (name) => [JSON.stringify(name), `/${name}`, 'unknown_member'] as const,
  ),
  ...['id', 'client_id', 'project_id', 'created', 'client_secret', 'sync_status'].map(
    (name) => [JSON.stringify(name), `/${name}`, 'read_only'] as const,
  ),
  ['""', '/', 'unknown_member'],
  ['"a/b~c"', '/a~1b~0c', 'unknown_member'],
  ['"\\u0000"', '/\0', 'unknown_member'],
  ['"\\ud800"', '/\ud800', 'unknown_member'],
  [JSON.stringify('x'.repeat(10_000)), `/${'x'.repeat(128)}`, 'unknown_member'],
];

const bytes = (...parts: (string | Buffer | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

/** Whole bodies that cannot be read in one way only, or are no object. */
export const WRONG_BODIES: Readonly<Record<string, string | Buffer>> = {
  'an empty one': '',
  blank: ' \n',
  null: 'null',
  'a list': '[]',
  'a list of objects': '[{"name":"a"}]',
  'a text': '"name"',
  'a number': '5',
  'a boolean': 'true',
  'not a number': 'NaN',
  'cut off': '{"name":"a"',
  'single quotes': "{'name':'a'}",
  'a comment': '{"name":"a"/**/}',
  'a trailing comma': '{"name":"a",}',
  'two values': '{"name":"a"}{"name":"b"}',
  'a raw newline in a text': '{"name":"a\nb"}',
  'a malformed escape': '{"name":"\\u12"}',
  'the same member twice': '{"name":"a","name":"b"}',
  'the same member twice, once in escapes': '{"name":"a","n\\u0061me":"b"}',
  'the same member twice, once null': '{"name":"a","name":null}',
  '33 levels': `{"name":${nested(32)}}`,
  '33 levels of objects': `{"name":${'{"a":'.repeat(32)}1${'}'.repeat(32)}}`,
  '20,000 levels': `{"name":${nested(20_000)}}`,
  '20,000 levels, never closed': '['.repeat(20_000),
  'invalid UTF-8': bytes('{"name":"', [0xff], '"}'),
  'UTF-8 of a surrogate': bytes('{"name":"', [0xed, 0xa0, 0x80], '"}'),
  'overlong UTF-8 of NUL': bytes('{"name":"', [0xc0, 0x80], '"}'),
  'cut off UTF-8': bytes('{"name":"', [0xf0, 0x9f, 0x98], '"}'),
  'UTF-16': bytes([0xff, 0xfe], Buffer.from('{"name":"a"}', 'utf16le')),
  'compressed, though it says nothing of it': bytes([0x1f, 0x8b, 0x08, 0x00]),
  'a number with leading zeros': '{"name":007}',
};
