import { parseStrictJson, StrictJsonError } from '../../../src/lib/strict-json.js';

function faultOf(bytes: string | Buffer, maxDepth?: number): string {
  try {
    parseStrictJson(Buffer.from(bytes as string), maxDepth);
  } catch (error) {
    if (error instanceof StrictJsonError) return error.fault;
    throw error;
  }
  return 'none';
}

describe('parseStrictJson', () => {
  it.each(['null', '1', '"a"', '[{"a":1},{"a":2}]', '{"a":{"b":1,"b":2}}'])(
    'strict JSON takes %s',
    (text) => {
      expect(parseStrictJson(Buffer.from(text))).toEqual(JSON.parse(text));
    },
  );

  it.each<[string, string | Buffer, string]>([
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'not_utf8'],
    ['a byte order mark', '\uFEFF{}', 'not_json'],
    ['an open bracket', '{', 'not_json'],
    ['three levels where two are taken', '[[[]]]', 'too_deep'],
    ['a member twice', '{"a":1,"\\u0061":2}', 'duplicate_member'],
    ['three levels and a member twice', '{"a":[[]],"a":1}', 'too_deep'],
  ])('strict JSON tells what is wrong: %s', (_, bytes, fault) => {
    expect(faultOf(bytes, 2)).toBe(fault);
  });

  it('strict JSON takes any depth unless told otherwise', () => {
    expect(faultOf(`${'['.repeat(1_000)}${']'.repeat(1_000)}`)).toBe('none');
  });
});
