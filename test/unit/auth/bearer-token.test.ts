import { bearerChallenge } from '../../../src/auth/bearer-challenge.js';
import { bearerToken } from '../../../src/auth/bearer-token.js';

const requestWith = (...authorization: string[]) => ({
  headers: authorization[0] === undefined ? {} : { authorization: authorization[0] },
  raw: { rawHeaders: ['host', 'x', ...authorization.flatMap((value) => ['AuthoriZation', value])] },
});

describe('bearerToken', () => {
  it.each(['Bearer a.b-c_d', 'bearer a.b-c_d', 'BEARER   a.b-c_d'])(
    'bearerToken reads the token of %j',
    (header) => {
      expect(bearerToken(requestWith(header))).toBe('a.b-c_d');
    },
  );

  it.each(['Basic dXNlcjpwYXNz', 'Bearerx', 'DPoP a.b.c', ''])(
    'bearerToken sees no bearer credentials in %j',
    (header) => {
      expect(bearerToken(requestWith(header))).toBeNull();
    },
  );

  it('bearerToken sees no bearer credentials without the header', () => {
    expect(bearerToken(requestWith())).toBeNull();
  });

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer a, Bearer b',
    'Bearer\ta',
    'Bearer "a"',
    'Bearer a=b',
    'Bearer token=a',
    'Bearer é',
  ])('bearerToken refuses the malformed %j', (header) => {
    expect(() => bearerToken(requestWith(header))).toThrow('authorization_header');
  });

  it.each([
    ['Bearer a', 'Bearer a'],
    ['Bearer a', 'Basic b'],
    ['Basic b', 'Bearer a'],
  ])('bearerToken refuses two headers, %j and %j', (...headers) => {
    expect(() => bearerToken(requestWith(...headers))).toThrow('authorization_header');
  });
});

describe('bearerChallenge', () => {
  it('bearerChallenge asks for a token without naming an error', () => {
    expect(bearerChallenge()).toBe('Bearer realm="oauth-client-registry"');
  });

  it('bearerChallenge escapes values, and lets none of them end the header', () => {
    const value = bearerChallenge({ error: 'insufficient_scope', scope: 'a"b\\c\r\nd' });
    expect(value).toBe(
      String.raw`Bearer realm="oauth-client-registry", error="insufficient_scope", scope="a\"b\\c  d"`,
    );
  });
});
