import fc from 'fast-check';
import { readAuthorizeRequest } from '../../../src/hydra/hooks/authorize-request.js';
import { assertMayAuthorize } from '../../../src/hydra/hooks/authorize-rules.js';
import type { ClientStanding } from '../../../src/hydra/standings/client-standing.js';
import { goQuery } from './hooks-go-query.js';
import { refusalOf } from './hooks-refusal-of.js';

const ID = '019aadd4-7c6e-4bd3-a2f4-6c8f5b1d2e3f';
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const S256 = `code_challenge=${CHALLENGE}&code_challenge_method=S256`;
const CODE = `client_id=${ID}&response_type=code&state=12345678`;

const OPTIONAL: ClientStanding = {
  organization_id: '019aadd4-0000-7bd3-a2f4-6c8f5b1d2e3f',
  project_id: '019aadd4-1111-7bd3-a2f4-6c8f5b1d2e3f',
  is_active: true,
  pkce_required: false,
  tokens_ended_at: null,
  scopes: [],
  grant_types: [],
  audiences: [],
  secret_good_until: Infinity,
  secret_to_note: null,
  is_refusal_due: false,
};
const REQUIRED: ClientStanding = { ...OPTIONAL, pkce_required: true };
const INACTIVE: ClientStanding = { ...OPTIONAL, is_active: false };

function judge(query: string, standing: ClientStanding | null, method = 'GET'): string | null {
  return judgeUri(`/oauth2/auth?${query}`, standing, method);
}

function judgeUri(uri: string, standing: ClientStanding | null, method = 'GET'): string | null {
  return refusalOf(() => assertMayAuthorize(readAuthorizeRequest({ method, uri }), standing));
}

const MISSING_CHALLENGE = 'this client must use PKCE: code_challenge is missing';
const BAD_CHALLENGE = 'code_challenge must be 43 characters of base64url';
const BAD_METHOD = 'code_challenge_method must be S256';
const MALFORMED_URI = 'the URI is missing or malformed: it must be a path and a query in ASCII';
const REPEATED = 'a parameter is repeated: send each once';
const SEMICOLON = 'a parameter holds an unencoded semicolon: write %3B';
const UNDECODABLE = 'a parameter is not percent-encoded UTF-8: encode it so';
const REQUEST_OBJECT = 'request objects are not allowed: send the parameters themselves';
const NO_CLIENT = 'client_id is missing: send it in the query';
const ONLY_GET = 'only GET is allowed: send the parameters in the query';

describe('a client that must use PKCE', () => {
  it.each<[string, string, string | null]>([
    ['a code with S256', `${CODE}&${S256}`, null],
    ['the leg after login', `${CODE}&${S256}&login_verifier=abc`, null],
    ['the leg after consent', `${CODE}&${S256}&consent_verifier=abc`, null],
    ['parameters in another order', `${S256}&${CODE}`, null],
    [
      'names that are percent-encoded',
      `${CODE}&${S256.replace('code_challenge=', 'code%5Fchallenge=')}`,
      null,
    ],
    ['a code without a challenge', CODE, MISSING_CHALLENGE],
    ['a leg after login without one', `${CODE}&login_verifier=abc`, MISSING_CHALLENGE],
    ['a leg after consent without one', `${CODE}&consent_verifier=abc`, MISSING_CHALLENGE],
    ['an empty challenge', `${CODE}&code_challenge=&code_challenge_method=S256`, MISSING_CHALLENGE],
    ['a challenge by another name', `${CODE}&${S256.replace('code_', 'Code_')}`, MISSING_CHALLENGE],
    ['a list of challenges', `${CODE}&${S256.replace('challenge=', 'challenge[]=')}`, MISSING_CHALLENGE],
    ['a challenge after the fragment', `${CODE}#&${S256}`, MALFORMED_URI],
    ['a challenge of 42 characters', `${CODE}&${S256.replace('E9', 'E')}`, BAD_CHALLENGE],
    ['a challenge of 44 characters', `${CODE}&${S256.replace('E9', 'E99')}`, BAD_CHALLENGE],
    ['a challenge with padding', `${CODE}&${S256.replace('cM', 'c%3D')}`, BAD_CHALLENGE],
    ['a challenge in base64', `${CODE}&${S256.replace('-cM', '%2FcM')}`, BAD_CHALLENGE],
    ['a challenge with a space', `${CODE}&${S256.replace('-cM', '+cM')}`, BAD_CHALLENGE],
    ['a challenge with a line break', `${CODE}&${S256.replace('cM', 'c%0A')}`, BAD_CHALLENGE],
    ['a challenge with other digits', `${CODE}&${S256.replace('cM', 'c%D9%A1')}`, BAD_CHALLENGE],
    ['a challenge without a method', `${CODE}&code_challenge=${CHALLENGE}`, BAD_METHOD],
    ['an empty method', `${CODE}&code_challenge=${CHALLENGE}&code_challenge_method=`, BAD_METHOD],
    ['plain', `${CODE}&code_challenge=${CHALLENGE}&code_challenge_method=plain`, BAD_METHOD],
    ['s256', `${CODE}&${S256.replace('S256', 's256')}`, BAD_METHOD],
    ['S256 with a space', `${CODE}&${S256}+`, BAD_METHOD],
    ['S256 with NUL', `${CODE}&${S256}%00`, BAD_METHOD],
  ])('a client that must use PKCE gets through only with a proper S256 challenge: %s', (_, query, reason) => {
    expect(judge(query, REQUIRED)).toBe(reason);
  });

  it.each(['id_token', 'token', 'id_token token', 'token+id_token', 'id_token%20token'])(
    'a client that must use PKCE needs no challenge for what yields no code: %s',
    (type) => {
      expect(judge(`client_id=${ID}&response_type=${type.replace(' ', '+')}`, REQUIRED)).toBeNull();
    },
  );

  it.each([
    'code',
    'Code',
    'CODE',
    'code+id_token',
    'id_token+code',
    'code+token',
    'id_token+token+code',
    'code%0A',
    '%C2%A0code',
    'id_token%09code',
    'id_token+',
    '',
    'none',
    'to%E2%84%AAen',
    'anything',
  ])(
    'a client that must use PKCE needs a challenge for whatever else Hydra might read in response_type=%s',
    (type) => {
      expect(judge(`client_id=${ID}&response_type=${type}`, REQUIRED)).toBe(MISSING_CHALLENGE);
    },
  );

  it('a client that must use PKCE needs a challenge where the response type is missing: a multipart body may hold it', () => {
    expect(judge(`client_id=${ID}`, REQUIRED)).toBe(MISSING_CHALLENGE);
    expect(judge(`client_id=${ID}&response%5Btype=id_token`, REQUIRED)).toBe(MISSING_CHALLENGE);
  });
});

describe.each([
  ['a client for which PKCE is optional', OPTIONAL],
  ['a client that was never of this registry', null],
])('%s', (_, standing) => {
  it.each<[string, string, string | null]>([
    ['without PKCE', CODE, null],
    ['with S256', `${CODE}&${S256}`, null],
    ['with empty PKCE parameters', `${CODE}&code_challenge=&code_challenge_method=`, null],
    ['with plain', `${CODE}&code_challenge=${CHALLENGE}&code_challenge_method=plain`, BAD_METHOD],
    ['with plain and no challenge', `${CODE}&code_challenge_method=plain`, BAD_METHOD],
    ['with plain by default', `${CODE}&code_challenge=${CHALLENGE}`, BAD_METHOD],
  ])('a client that need not use PKCE is judged when it asks for a code %s', (__, query, reason) => {
    expect(judge(query, standing)).toBe(reason);
  });
});

it('a client that is disabled or deleted may ask for nothing', () => {
  for (const query of [CODE, `${CODE}&${S256}`, `client_id=${ID}&response_type=id_token`]) {
    expect(judge(query, INACTIVE)).toBe(
      'the client is disabled or deleted: use another, or enable it in the registry',
    );
  }
});

describe('nobody, whoever the client is,', () => {
  const everyone = [REQUIRED, OPTIONAL, null];
  const FINE = `${CODE}&${S256}`;

  it.each(['POST', 'HEAD', 'PUT', 'OPTIONS', 'get', 'GET, GET', 'GET ', '', 'undefined'])(
    'no client may ask for authorization with the method %j',
    (method) => {
      for (const standing of everyone) expect(judge(FINE, standing, method)).toBe(ONLY_GET);
    },
  );

  it.each<[string, string, string]>([
    ['a request object', `${FINE}&request=eyJ`, REQUEST_OBJECT],
    ['an empty request object', `${FINE}&request`, REQUEST_OBJECT],
    ['a request object with an encoded name', `${FINE}&%72equest=eyJ`, REQUEST_OBJECT],
    ['a request object elsewhere', `${FINE}&request_uri=https://example.com`, REQUEST_OBJECT],
    ['client_id twice', `${FINE}&client_id=${ID}`, REPEATED],
    ['client_id twice, once encoded', `client%5fid=other&${FINE}`, REPEATED],
    ['client_id twice, once empty', `client_id&${FINE}`, REPEATED],
    ['code_challenge twice', `${FINE}&code_challenge=${CHALLENGE}`, REPEATED],
    ['code_challenge_method twice', `code_challenge_method=plain&${FINE}`, REPEATED],
    ['response_type twice', `${FINE}&response_type=id_token`, REPEATED],
    ['any parameter twice', `${FINE}&a=1&a=1`, REPEATED],
    ['a nameless parameter twice', `${FINE}&=1&=2`, REPEATED],
    ['a name twice, with a space in two spellings', `${FINE}&a+b=1&a%20b=2`, REPEATED],
    ['a semicolon', `${FINE};state=2`, SEMICOLON],
    ['a semicolon in a name', `${FINE}&a;b=2`, SEMICOLON],
    ['a lone percent sign', `${FINE}&a=%`, UNDECODABLE],
    ['a percent sign with one digit', `${FINE}&a=%4`, UNDECODABLE],
    ['a percent sign with other letters', `${FINE}&a=%4g`, UNDECODABLE],
    ['a broken name', `${FINE}&%zz=1`, UNDECODABLE],
    ['bytes that are not UTF-8', `${FINE}&a=%FF`, UNDECODABLE],
    ['an overlong encoding', `${FINE}&a=%C0%AF`, UNDECODABLE],
    ['a surrogate', `${FINE}&a=%ED%A0%80`, UNDECODABLE],
    ['no client_id', S256, NO_CLIENT],
    ['an empty client_id', `client_id=&${S256}`, NO_CLIENT],
    ['a client_id in another case', `Client_Id=${ID}&${S256}`, NO_CLIENT],
    ['a client_id after a second question mark', `?client_id=${ID}&${S256}`, NO_CLIENT],
    ['an encoded ampersand', `a=1%26client_id=${ID}&${S256}`, NO_CLIENT],
    ['an encoded equals sign', `client_id%3D${ID}&${S256}`, NO_CLIENT],
  ])('no client may send a query with %s', (_, query, reason) => {
    for (const standing of everyone) expect(judge(query, standing)).toBe(reason);
  });

  it.each<[string, string, string]>([
    ['no URI', '', MALFORMED_URI],
    ['no path', `?${FINE}`, MALFORMED_URI],
    ['another origin', `http://hydra/oauth2/auth?${FINE}`, MALFORMED_URI],
    ['a fragment', `/oauth2/auth?${FINE}#a`, MALFORMED_URI],
    ['a fragment in the path', `/oauth2/auth#?${FINE}`, MALFORMED_URI],
    ['a space', `/oauth2/auth?${FINE}&a=1 2`, MALFORMED_URI],
    ['two URIs, as Node joins headers', `/oauth2/auth?${FINE}, /oauth2/auth?${CODE}`, MALFORMED_URI],
    ['a line break', `/oauth2/auth?${FINE}\n`, MALFORMED_URI],
    ['NUL', `/oauth2/auth?${FINE}\0`, MALFORMED_URI],
    ['bytes beyond ASCII', `/oauth2/auth?${FINE}&a=\xe9`, MALFORMED_URI],
    ['no query', '/oauth2/auth', NO_CLIENT],
    ['an encoded question mark', `/oauth2/auth%3F${FINE}`, NO_CLIENT],
    [
      'more than 12 kB',
      `/oauth2/auth?${FINE}&a=${'a'.repeat(12_289)}`,
      'the URI is too long: it may have 12288 characters',
    ],
  ])('no client may send a request target with %s', (_, uri, reason) => {
    for (const standing of everyone) expect(judgeUri(uri, standing)).toBe(reason);
  });
});

describe('everybody', () => {
  it.each([
    ['empty pairs', `&&${CODE}&&${S256}&`],
    ['a second question mark in a value', `${CODE}&${S256}&a=?b=c`],
    ['an equals sign in a value', `${CODE}&${S256}&a=b=c`],
    ['an encoded semicolon', `${CODE}&${S256}&a=%3B`],
    ['names of objects', `${CODE}&${S256}&__proto__=1&constructor=2&toString=3`],
    ['a long state', `${CODE.replace('12345678', 'x'.repeat(11_000))}&${S256}`],
    ['text of all the world', `${CODE}&${S256}&login_hint=%E6%97%A5%E6%9C%AC+%F0%9F%99%82`],
  ])('every client may send a query with %s', (_, query) => {
    for (const standing of [REQUIRED, OPTIONAL, null]) expect(judge(query, standing)).toBeNull();
  });

  it.each(['/oauth2/auth', '/oauth2/auth/', '/oauth2/%61uth', '/oauth2/auth/x;y'])(
    'every client is judged at the path %s',
    (path) => {
      expect(judgeUri(`${path}?${CODE}&${S256}`, REQUIRED)).toBeNull();
      expect(judgeUri(`${path}?${CODE}`, REQUIRED)).toBe(MISSING_CHALLENGE);
    },
  );
});

describe('whatever a query looks like', () => {
  const known = ['client_id', 'response_type', 'code_challenge', 'code_challenge_method', 'request'];
  const lookalikes = ['client%5Fid', 'code+challenge', '%63ode_challenge', 'CLIENT_ID', 'client_id[]', ''];
  const word = fc.constantFrom(...known, ...lookalikes, 'request_uri', 'state');
  const good = [
    ID,
    CHALLENGE,
    'S256',
    'plain',
    'code',
    'id_token',
    'token',
    'Code',
    'id_token+token',
    'code+token',
  ];
  const odd = ['', '%00', '%', '%F', '%FF', '%2', 'S25%36', 'c%6Fde', '+', '%20', '=', '?', '%26', '\u00e9'];
  const value = fc.constantFrom(...good, ...odd);
  const joint = fc.constantFrom('&', '&', '&', '&', '&', ';', '&&', '?', '#', '%26', ' ');
  const pair = fc.tuple(word, fc.constantFrom('=', '=', '=', '', '==', '%3D'), value, joint);
  const wellFormed = fc.shuffledSubarray(
    [`client_id=${ID}`, 'response_type=code', `code_challenge=${CHALLENGE}`, 'code_challenge_method=S256'],
    { minLength: 3 },
  );
  const query = fc
    .tuple(wellFormed, fc.array(pair, { maxLength: 4 }), fc.boolean())
    .map(([some, pairs, first]) => {
      const oddities = pairs.map((parts) => parts.join('')).join('');
      return first ? `${oddities}${some.join('&')}` : `${some.join('&')}&${oddities}`;
    });

  it('Hydra finds S256 in all that a client that must use PKCE gets through, or no code is asked for', () => {
    let passed = 0;
    fc.assert(
      fc.property(query, (text) => {
        if (judge(text, REQUIRED) !== null) return;
        passed += 1;
        const read = goQuery(text);
        expect([read.get('client_id'), read.get('request'), read.get('request_uri')]).toEqual([
          [expect.any(String)],
          undefined,
          undefined,
        ]);
        const types = read.get('response_type')?.[0] ?? '';
        if (/^((id_)?token ?)+$/.test(types)) return;
        expect(read.get('code_challenge')).toEqual([CHALLENGE]);
        expect(read.get('code_challenge_method')).toEqual(['S256']);
      }),
      { numRuns: 5_000 },
    );
    expect(passed).toBeGreaterThan(100);
  });

  it('parameters that Hydra reads once each are no obstacle to an authorization request', () => {
    const others = fc.uniqueArray(
      fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })),
      {
        selector: ([name]) => name,
        maxLength: 20,
      },
    );
    fc.assert(
      fc.property(others, (parameters) => {
        const taken = [...known, 'request_uri', 'state'];
        const added = parameters.filter(([name]) => !taken.includes(name));
        expect(judge(`${CODE}&${S256}&${new URLSearchParams(added).toString()}`, REQUIRED)).toBeNull();
      }),
    );
  });

  it('the reason of a refused authorization request holds nothing of what was sent', () => {
    const reasons = new Set<string | null>();
    const anything = fc.oneof(query, fc.string({ unit: 'binary' }), fc.webQueryParameters());
    fc.assert(
      fc.property(anything, fc.constantFrom(REQUIRED, OPTIONAL, INACTIVE, null), (text, standing) => {
        reasons.add(judge(text, standing));
      }),
      { numRuns: 3_000 },
    );
    expect(reasons.size).toBeLessThan(14);
    for (const reason of reasons) expect(reason ?? '').toMatch(/^[\x20-\x7E]{0,100}$/);
  });
});
