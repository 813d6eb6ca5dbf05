import { isScopePattern, isScopeToken, prefixOf } from '../../../src/lib/scope-grammar.js';

describe('isScopeToken', () => {
  it.each([
    'openid',
    'orders:read',
    'https://api.example.com/orders.read',
    '!#$%&()+,-./:;<=>?@[]^_`{|}~',
    'a',
    'https://www.googleapis.com/auth/drive.readonly',
    'api://0a1b2c3d/.default',
    'system/*.read',
    '*',
  ])('%j is a scope', (scope) => {
    expect(isScopeToken(scope)).toBe(true);
  });

  it.each(['', ' ', 'a b', ' a', 'a\n', 'a\tb', 'a\0b', 'a"b', 'a\\b', 'a\x7f', 'é', '\ud800'])(
    '%j is not a scope',
    (scope) => {
      expect(isScopeToken(scope)).toBe(false);
    },
  );

  it('exactly the ASCII characters that RFC 6749, section 3.3 leaves out are refused in a scope', () => {
    const characters = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
    const refused = characters.filter((character) => !isScopeToken(character));
    expect(refused).toEqual([...characters.slice(0, 0x21), '"', '\\', '\x7f']);
  });
});

describe('isScopePattern', () => {
  it.each([
    'openid',
    'orders:*',
    'com.example.*',
    'https://www.googleapis.com/auth/*',
    'api://0a1b2c3d/read',
    'system/*.read',
    'orders*',
    ':*',
    'a:b',
  ])('%j is a pattern of scopes', (pattern) => {
    expect(isScopePattern(pattern)).toBe(true);
  });

  it.each(['', '*', '**', '*:*', 'system/*.*', '*/*', 'é:*', 'a b:*'])(
    '%j is not a pattern of scopes',
    (pattern) => {
      expect(isScopePattern(pattern)).toBe(false);
    },
  );
});

describe('prefixOf', () => {
  it('the prefix of a scope that stands for itself is null', () => {
    expect(
      ['orders:*', 'com.example.*', 'api://x/*', 'system/*.read', 'orders*', 'orders:'].map(prefixOf),
    ).toEqual(['orders:', 'com.example.', 'api://x/', null, null, null]);
  });
});
