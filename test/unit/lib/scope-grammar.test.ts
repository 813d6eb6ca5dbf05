import {
  isRegistrableScope,
  isScopePattern,
  isScopeToken,
  prefixOf,
} from '../../../src/lib/scope-grammar.js';

describe('isRegistrableScope', () => {
  it.each([
    'openid',
    'orders:read',
    'https://api.example.com/orders.read',
    '!#$%&()+,-./:;<=>?@[]^_`{|}~',
    'a',
  ])('accepts %j', (scope) => {
    expect(isRegistrableScope(scope)).toBe(true);
  });

  it.each([
    '',
    ' ',
    'a b',
    ' a',
    'a\n',
    'a\tb',
    'a\0b',
    'a"b',
    'a\\b',
    'a\x7f',
    'é',
    '\ud800',
    '*',
    'a:*',
    'a*b',
  ])('refuses %j', (scope) => {
    expect(isRegistrableScope(scope)).toBe(false);
  });

  it('refuses exactly the ASCII characters that RFC 6749, section 3.3 leaves out, and the asterisk', () => {
    const characters = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
    const refused = characters.filter((character) => !isRegistrableScope(character));
    expect(refused).toEqual([...characters.slice(0, 0x21), '"', '*', '\\', '\x7f']);
  });
});

describe('isScopeToken', () => {
  it('takes the asterisk of RFC 6749, section 3.3, and is else as strict as registration', () => {
    const characters = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
    expect(characters.filter((one) => isScopeToken(one) !== isRegistrableScope(one))).toEqual(['*']);
    expect(['orders:*', '', 'a b'].map(isScopeToken)).toEqual([true, false, false]);
  });
});

describe('isScopePattern', () => {
  it.each(['openid', 'orders:*', 'com.example.*', ':*', 'a:b'])('takes %j', (pattern) => {
    expect(isScopePattern(pattern)).toBe(true);
  });

  it.each(['', '*', 'orders*', 'a:*:b', 'a:**', '*:*', 'é:*', 'a b:*'])('refuses %j', (pattern) => {
    expect(isScopePattern(pattern)).toBe(false);
  });
});

describe('prefixOf', () => {
  it('is null for a scope that stands for itself', () => {
    expect(['orders:*', 'com.example.*', 'orders:read', 'orders:'].map(prefixOf)).toEqual([
      'orders:',
      'com.example.',
      null,
      null,
    ]);
  });
});
