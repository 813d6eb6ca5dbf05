import { boolean, integerText, listOf, oneOf, text, token } from '../../../src/validation/shape-checks.js';
import type { ShapeCheck } from '../../../src/validation/shape.decorator.js';
import { isUuid } from '../../../src/lib/uuid.js';

const codes = (check: ShapeCheck, value: unknown): string[] => check(value).map(({ code }) => code);

describe('text', () => {
  const name = text({ min: 1, max: 128 });

  it.each(['a', 'a'.repeat(128), '😀'.repeat(128), 'e\u0301', 'العربية', 'שלום', ' a ', '\u200Ba', '👩‍👩‍👧'])(
    'takes %j',
    (value) => {
      expect(name(value)).toEqual([]);
    },
  );

  it.each(['a'.repeat(129), '😀'.repeat(129), 'e\u0301'.repeat(65)])('counts code points (%#)', (value) => {
    expect(codes(name, value)).toEqual(['too_long']);
  });

  it.each([0, null, undefined, true, [], ['a'], {}, { length: 1 }])(
    'refuses %j, which is no text',
    (value) => {
      expect(codes(name, value)).toEqual(['invalid_type']);
    },
  );

  it.each(['\0', '\t', 'a\nb', '\x1b[31m', '\x7f', '\x85', '\u061C', '\u200E', '\u200F', '\u2028', '\u2029'])(
    'refuses control and line characters (%j)',
    (value) => {
      expect(codes(name, value)).toEqual(['invalid_characters']);
    },
  );

  it.each([...'\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069'])(
    'refuses bidi control %j',
    (value) => {
      expect(codes(name, `a${value}b`)).toEqual(['invalid_characters']);
    },
  );

  it.each(['\ud800', '\udc00', 'a\ud83d', '\ude00\ud83d'])(
    'refuses half of a surrogate pair (%j)',
    (value) => {
      expect(codes(name, value)).toEqual(['invalid_characters']);
    },
  );

  it.each(['', ' ', '\u00A0\u3000'])('refuses the blank %j only where something is needed', (value) => {
    expect(codes(name, value)).toEqual(['too_short']);
    expect(codes(text({ min: 0, max: 5 }), value)).toEqual([]);
  });
});

describe('token', () => {
  it('judges type and length, and leaves the grammar to a rule', () => {
    const check = token({ max: 3 });
    expect([codes(check, ''), codes(check, 'a\0b'), codes(check, 'abcd'), codes(check, 5)]).toEqual([
      [],
      [],
      ['too_long'],
      ['invalid_type'],
    ]);
  });
});

describe('boolean', () => {
  it.each(['true', 'false', 0, 1, null, [], {}])('refuses %j', (value) => {
    expect(codes(boolean, value)).toEqual(['invalid_type']);
  });
  it.each([true, false])('takes %j', (value) => {
    expect(boolean(value)).toEqual([]);
  });
});

describe('oneOf', () => {
  it.each(['A', '', 'a ', ['a'], 0, 'constructor', 'toString'])('refuses %j', (value) => {
    expect(codes(oneOf(['a', 'b']), value)).toEqual(['not_allowed']);
  });
  it('takes what is listed, and says what that is otherwise', () => {
    expect(oneOf(['a', 'b'])('b')).toEqual([]);
    expect(oneOf(['a', 'b'])('c')[0]?.detail).toBe('Must be one of: a, b.');
  });
});

describe('listOf', () => {
  const check = listOf(token({ max: 1 }), { min: 1, max: 3 });

  it.each<[unknown, string]>([
    ['abc', 'invalid_type'],
    [{ length: 1, 0: 'a' }, 'invalid_type'],
    [[], 'too_few'],
    [['a', 'b', 'c', 'd'], 'too_many'],
  ])('refuses %j', (value, code) => {
    expect(codes(check, value)).toEqual([code]);
  });

  it('points at each item that is wrong', () => {
    expect(check(['a', 'bb', null])).toMatchObject([
      { index: 1, code: 'too_long' },
      { index: 2, code: 'invalid_type' },
    ]);
  });

  it('looks at no item of a list that is too long', () => {
    const item = jest.fn(() => []);
    listOf(item, { max: 2 })([1, 2, 3]);
    expect(item).not.toHaveBeenCalled();
  });
});

describe('integerText', () => {
  it.each(['1', '42', '100'])('takes %s', (value) => {
    expect(integerText({ min: 1, max: 100 })(value)).toEqual([]);
  });
  it.each([
    '0',
    '101',
    '-1',
    '+1',
    '01',
    '1.0',
    '1e1',
    '0x1',
    ' 1',
    '1 ',
    '',
    '١',
    '99999999999999999999',
    5,
    ['5'],
  ])('refuses %j', (value) => {
    expect(codes(integerText({ min: 1, max: 100 }), value)).toEqual(['out_of_range']);
  });
});

describe('isUuid', () => {
  const ID = '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f';

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('takes version %d', (version) => {
    expect(isUuid(`019aadd4-7c6e-${version}bd3-a2f4-6c8f5b1d2e3f`)).toBe(true);
  });

  it.each([
    ID.toUpperCase(),
    `{${ID}}`,
    ID.replaceAll('-', ''),
    ` ${ID}`,
    `${ID}\n`,
    `urn:uuid:${ID}`,
    ID.slice(1),
    `${ID}0`,
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '019aadd4-7c6e-9bd3-a2f4-6c8f5b1d2e3f',
    '019aadd4-7c6e-7bd3-c2f4-6c8f5b1d2e3f',
    '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3g',
    '',
    null,
    5,
    [ID],
  ])('refuses %j', (value) => {
    expect(isUuid(value)).toBe(false);
  });
});
