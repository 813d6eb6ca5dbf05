import fc from 'fast-check';
import { parseJsonBody } from '../../../src/http/json-body.js';
import { structureOf } from '../../../src/lib/json-structure.js';
import { Problem } from '../../../src/problem-details/problem.js';

const parse = (text: string): unknown => parseJsonBody(Buffer.from(text));

function refusalOf(body: string | Buffer): string {
  try {
    parseJsonBody(Buffer.from(body as string));
  } catch (error) {
    if (error instanceof Problem && error.code === 'bad_request') return error.detail;
    throw error;
  }
  return 'accepted';
}

const lists = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('parseJsonBody', () => {
  it('a JSON body is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('a JSON body may begin with a byte order mark', () => {
    expect(parse('\uFEFF{"a":1}')).toEqual({ a: 1 });
  });

  it.each(['', ' ', '{', '{"a":1,}', "{'a':1}", '{a:1}', 'undefined', '01', '1 2', '"\n"', '// c', '\0'])(
    'a body %j, which is not JSON, is refused',
    (text) => {
      expect(refusalOf(text)).toMatch(/not valid JSON/);
    },
  );

  it.each([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98], [0xf4, 0x90, 0x80, 0x80]])(
    'a JSON body of bytes that are not UTF-8 is refused (%#)',
    (...bytes) => {
      expect(refusalOf(Buffer.from([0x22, ...bytes, 0x22]))).toMatch(/UTF-8/);
    },
  );

  it('a JSON body of 32 levels is taken and one of 33 is refused, however they are made', () => {
    expect(refusalOf(lists(32))).toBe('accepted');
    expect(refusalOf(lists(33))).toMatch(/32 levels/);
    expect(refusalOf(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`)).toMatch(/32 levels/);
    expect(refusalOf(`{"a":[${lists(31)}]}`)).toMatch(/32 levels/);
    expect(refusalOf(lists(30_000))).toMatch(/32 levels/);
  });

  it('brackets, quotes and colons in texts of a JSON body are taken for what they are', () => {
    const value = { a: '[{:"\\'.repeat(100), '":{[\\': ']}', b: '\\' };
    expect(parse(JSON.stringify(value))).toEqual(value);
  });

  it.each([
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":1}',
    '{"a":null,"a":1}',
    '{"":1,"":2}',
    '{"__proto__":1,"__proto__":2}',
  ])('the JSON body %s, which has a member twice, is refused', (text) => {
    expect(refusalOf(text)).toMatch(/twice/);
  });

  it('a JSON body keeps __proto__ a member like any other', () => {
    const value = parse('{"__proto__":{"polluted":1}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('a JSON body of 64 kB of escapes is read in no time', () => {
    const text = JSON.stringify({ a: '\\"'.repeat(16_000) });
    expect(parse(text)).toEqual({ a: '\\"'.repeat(16_000) });
  });
});

describe('structureOf', () => {
  it.each([
    ['1', 0, 0],
    ['"{[:"', 0, 0],
    ['{}', 1, 0],
    ['{"a":1,"b":{"c":{}}}', 3, 2],
    ['[{"a":1}]', 2, 0],
    ['{"a:b":"c:d"}', 1, 1],
  ])('the structure of JSON text is measured: %s', (text, depth, members) => {
    expect(structureOf(text)).toEqual({ depth, members });
  });

  it('the depth of any JSON value is counted right', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(structureOf(JSON.stringify(value)).depth).toBe(depthOf(JSON.parse(JSON.stringify(value))));
      }),
    );
  });
});
