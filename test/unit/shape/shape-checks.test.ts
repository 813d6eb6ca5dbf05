import { boolean, integerText, listOf, oneOf, text, token } from '../../../src/validation/shape-checks.js';
import type { ShapeCheck } from '../../../src/validation/shape.decorator.js';
import { isUuid } from '../../../src/lib/uuid.js';

const codes = (check: ShapeCheck, value: unknown): string[] => check(value).map(({ code }) => code);

/** Every code point that the class holds. */
const codePoints = (characters: RegExp): string[] =>
  Array.from({ length: 0x11_0000 }, (_, code) => String.fromCodePoint(code)).filter((character) =>
    characters.test(character),
  );

describe('text', () => {
  const name = text({ min: 1, max: 128 });

  it.each([
    'a',
    'a'.repeat(128),
    '😀'.repeat(128),
    'e\u0301',
    'العربية',
    'שלום',
    ' a ',
    '\u200Ea',
    'שלום\u200F!',
    '👩‍👩‍👧',
  ])('a text may be %j', (value) => {
    expect(name(value)).toEqual([]);
  });

  it.each(['a'.repeat(129), '😀'.repeat(129), 'e\u0301'.repeat(65)])(
    'the length of a text is counted in code points (%#)',
    (value) => {
      expect(codes(name, value)).toEqual(['too_long']);
    },
  );

  it.each([0, null, undefined, true, [], ['a'], {}, { length: 1 }])(
    'a text may not be %j, which is none',
    (value) => {
      expect(codes(name, value)).toEqual(['invalid_type']);
    },
  );

  it.each(['\0', '\t', 'a\nb', '\x1b[31m', '\x7f', '\x85', '\u061C', '\u2028', '\u2029'])(
    'a text may not have control and line characters (%j)',
    (value) => {
      expect(codes(name, value)).toEqual(['invalid_characters']);
    },
  );

  it.each([...'\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069'])(
    'a text may not have the bidi control %j',
    (value) => {
      expect(codes(name, `a${value}b`)).toEqual(['invalid_characters']);
    },
  );

  it.each(['\ud800', '\udc00', 'a\ud83d', '\ude00\ud83d'])(
    'a text may not have half of a surrogate pair (%j)',
    (value) => {
      expect(codes(name, value)).toEqual(['invalid_characters']);
    },
  );

  /** Every code point that shows nothing by Unicode's own word, but for those that scripts and emoji need. */
  const invisible = codePoints(/\p{Default_Ignorable_Code_Point}/u).filter(
    (character) => !/[\u200C-\u200F\p{Variation_Selector}]/u.test(character),
  );

  it('a text may not have an invisible character wherever it stands, in names and descriptions', () => {
    expect(invisible.length).toBeGreaterThan(3_000);
    const description = text({ min: 0, max: 1_024, lineBreaks: true });
    const taken = invisible.filter((character) =>
      [name, description].some((check) => codes(check, `a${character}b`)[0] !== 'invalid_characters'),
    );
    expect(taken).toEqual([]);
  });

  it.each([
    ['joiners of Persian and of emoji', 'می\u200Cخواهم 👩\u200D👧'],
    ['marks of direction', 'a\u200Eb\u200F'],
    ['variation selectors', '❤\uFE0F 葛\u{E0100} ᠠ\u180B'],
    ['a keycap', '1\uFE0F\u20E3'],
    ['four marks', 'a\u0301\u0302\u0303\u0304b\u0301'],
    ['vowel and tone of Thai', 'ที่นี่'],
    ['a private-use character', '\uF8FF'],
  ])('a text may have %s', (_, value) => {
    expect(name(value)).toEqual([]);
  });

  it.each([
    ['five marks', 'a\u0301\u0302\u0303\u0304\u0305'],
    ['a hundred marks', `a${'\u0336'.repeat(100)}`],
    ['five marks with joiners between', 'a\u0301\u0302\u200D\u0303\u200C\u0304\u0305'],
  ])('a text may not have %s', (_, value) => {
    expect(codes(name, value)).toEqual(['invalid_characters']);
  });

  it.each([
    '\u2800',
    '\u2800 \u2800',
    '\u{1D159}',
    '\u200D',
    '\u200E\u200F',
    '\uFE0F',
    '\u0301\u0302',
    '\uFFF9',
    '\u3000',
  ])('a name may not be %j, in which nothing can be seen', (value) => {
    expect(codes(name, value)).toEqual(['too_short']);
  });

  it('a text may have line breaks only where they are allowed, and no other control there', () => {
    const description = text({ min: 0, max: 99, lineBreaks: true });
    expect(description('One line.\nAnother.\r\nA third.')).toEqual([]);
    for (const value of ['a\rb', 'a\tb', 'a\n\0', 'a\u2028b']) {
      expect(codes(description, value)).toEqual(['invalid_characters']);
    }
    expect(codes(name, 'a\nb')).toEqual(['invalid_characters']);
  });

  it.each(['', ' ', '\u00A0\u3000'])(
    'the blank text %j is refused only where something is needed',
    (value) => {
      expect(codes(name, value)).toEqual(['too_short']);
      expect(codes(text({ min: 0, max: 5 }), value)).toEqual([]);
    },
  );
});

describe('token', () => {
  it('a token is judged by type and length, and its grammar is left to a rule', () => {
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
  it.each(['true', 'false', 0, 1, null, [], {}])('%j is not a boolean', (value) => {
    expect(codes(boolean, value)).toEqual(['invalid_type']);
  });
  it.each([true, false])('%j is a boolean', (value) => {
    expect(boolean(value)).toEqual([]);
  });
});

describe('oneOf', () => {
  it.each(['A', '', 'a ', ['a'], 0, 'constructor', 'toString'])(
    '%j is not one of the listed values',
    (value) => {
      expect(codes(oneOf(['a', 'b']), value)).toEqual(['not_allowed']);
    },
  );
  it('a listed value is taken, and any other is told what is listed', () => {
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
  ])('%j is not a list of its kind', (value, code) => {
    expect(codes(check, value)).toEqual([code]);
  });

  it('each item of a list that is wrong is pointed at', () => {
    expect(check(['a', 'bb', null])).toMatchObject([
      { index: 1, code: 'too_long' },
      { index: 2, code: 'invalid_type' },
    ]);
  });

  it('no item of a list that is too long is looked at', () => {
    const item = jest.fn(() => []);
    listOf(item, { max: 2 })([1, 2, 3]);
    expect(item).not.toHaveBeenCalled();
  });
});

describe('integerText', () => {
  it.each(['1', '42', '100'])('%s is an integer within its bounds', (value) => {
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
  ])('%j is not an integer within its bounds', (value) => {
    expect(codes(integerText({ min: 1, max: 100 }), value)).toEqual(['out_of_range']);
  });
});

describe('isUuid', () => {
  const ID = '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f';

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('a UUID may be of version %d', (version) => {
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
  ])('%j is not a canonical UUID', (value) => {
    expect(isUuid(value)).toBe(false);
  });
});
