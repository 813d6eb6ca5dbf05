import { reservedParameters } from '../../../src/oauth-clients/model/redirect-uri/reserved-parameters.js';

const RESERVED = ['code', 'state', 'iss'];
const refusalsOf = (uris: readonly string[]) => reservedParameters(uris, RESERVED);

describe('what an authorization server cannot serve that sets parameters itself', () => {
  it.each([
    'https://app.example/callback',
    'https://app.example/callback?tenant=1&next=%2Fhome',
    'https://app.example/code/state?decode=1&Code=2&error=x',
    'http://127.0.0.1:8080/callback',
    'com.example.app:/callback',
  ])('an authorization server that sets parameters itself can serve %s', (uri) => {
    expect(refusalsOf([uri])).toEqual([]);
  });

  it.each(RESERVED)(
    'an authorization server cannot serve a redirect URI with the response parameter %s of its own',
    (name) => {
      const [refusal, ...others] = refusalsOf([
        'https://app.example/callback',
        `https://app.example/callback?a=b&${name}=1`,
      ]);

      expect(others).toEqual([]);
      expect(refusal).toMatchObject({ pointer: '/redirect_uris/1', code: 'redirect_uri_parameter_reserved' });
      expect(refusal?.detail).toContain(name);
      expect(refusal?.detail).toMatch(/ Try "https:\/\/app\.example\/callback\?a=b"\.$/);
    },
  );

  it('a reserved parameter is seen through percent-encoding and repeated question marks, and in each of several URIs', () => {
    const refused = refusalsOf([
      'https://app.example/?st%61te=1',
      'https://app.example/?a?b&code',
      'https://app.example/',
      '?iss',
    ]);

    expect(refused.map(({ pointer }) => pointer)).toEqual([
      '/redirect_uris/0',
      '/redirect_uris/1',
      '/redirect_uris/3',
    ]);
  });

  it.each([
    ['https://app.example/?state=$STATE', 'https://app.example/'],
    ['https://app.example/?a=b/c&st%61te=1&x&code', 'https://app.example/?a=b/c&x'],
    ['com.example.app://cb?a?b&iss=2', 'com.example.app://cb?a?b'],
  ])('a reserved parameter is told with what is left of %s', (uri, right) => {
    const [refusal] = refusalsOf([uri]);

    expect(refusal?.detail.endsWith(` Try "${right}".`)).toBe(true);
    expect(refusalsOf([right])).toEqual([]);
  });

  it('reserved parameters are looked for without failing over what is no URI at all', () => {
    expect(refusalsOf(['', '%zz', ' ', '?%zz', 'https://[/', '\ud800'])).toEqual([]);
  });
});
