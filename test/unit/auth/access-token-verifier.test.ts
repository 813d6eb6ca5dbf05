import { LEEWAY, MAX_LIFETIME } from '../../../src/auth/token-claims.js';
import { SigningKey } from '../../support/tokens.js';
import {
  base64url,
  embedded,
  goodClaims,
  goodHeader,
  hydra,
  kratos,
  NOW,
  outcomeOf,
  PERSON,
  signedWith,
  stranger,
  verify,
} from './support.js';

describe('access token verifier', () => {
  describe('when the token is as its issuer makes it', () => {
    it('the token verifier reads a Hydra user token as a person with the client and scopes', async () => {
      expect(verify(await hydra.person(PERSON))).toEqual({
        kind: 'person',
        issuer: 'https://hydra.test/',
        subject: PERSON.sub,
        clientId: 'dashboard',
        scopes: new Set(['a']),
        issuedAt: NOW,
      });
    });

    it('the token verifier reads a Hydra client-credentials token as a machine', async () => {
      const actor = verify(await hydra.machine({ clientId: 'robot', scopes: [] }));
      expect(actor).toMatchObject({
        kind: 'machine',
        subject: 'robot',
        clientId: 'robot',
        scopes: new Set(),
      });
    });

    it.each([
      ['a string (strategies.jwt.scope_claim: string)', { scp: undefined, scope: 'a b' }, ['a', 'b']],
      ['both (strategies.jwt.scope_claim: both)', { scp: ['a', 'b'], scope: 'a b' }, ['a', 'b']],
      ['an empty string', { scp: undefined, scope: '' }, []],
    ])('the token verifier reads Hydra scopes spelled as %s', async (_, claims, scopes) => {
      expect(verify(await hydra.person(PERSON, claims)).scopes).toEqual(new Set(scopes));
    });

    it('the token verifier accepts a Hydra token without nbf (oauth2.exclude_not_before_claim)', async () => {
      expect(outcomeOf(await hydra.person(PERSON, { nbf: undefined }))).toBe('accepted');
    });

    it('the token verifier reads a tokenized Kratos session as a person without client and scopes', async () => {
      expect(verify(await kratos.kratosSession({ sub: PERSON.sub }))).toEqual({
        kind: 'person',
        issuer: 'http://kratos.test',
        subject: PERSON.sub,
        clientId: null,
        scopes: null,
        issuedAt: NOW,
      });
    });

    it('the token verifier reads a token of the embedded server, whose kind is in typ, also when no scope was granted', async () => {
      const token = { sub: 'robot', client_id: 'robot' };
      expect(verify(await embedded.sign(token))).toMatchObject({ kind: 'machine', scopes: new Set() });
      expect(verify(await embedded.sign({ ...token, scope: 'a b' })).scopes).toEqual(new Set(['a', 'b']));
    });

    it.each(['JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/jwt', 'application/at+JWT'])(
      'the token verifier accepts the type %s',
      (typ) => {
        expect(outcomeOf(signedWith({ typ }))).toBe('accepted');
      },
    );

    it('the token verifier ignores header and claim members that it does not know, as RFC 7515 and RFC 7519 ask', () => {
      expect(outcomeOf(signedWith({ x5t: 'aa', zebra: [{}] }, { ext: { a: { b: 1 } }, amr: ['pwd'] }))).toBe(
        'accepted',
      );
    });
  });

  describe('when the form is wrong', () => {
    const good = signedWith({});
    const [head = '', body = '', signature = ''] = good.split('.');

    it.each([
      ['nothing', ''],
      ['two parts', `${head}.${body}`],
      ['two parts and a dot', `${head}.${body}.`],
      ['four parts', `${good}.${signature}`],
      ['five parts, as in JWE', `${head}.${body}.${body}.${body}.${signature}`],
      ['an empty header', `.${body}.${signature}`],
      ['an empty payload', `${head}..${signature}`],
      ['a space before', ` ${good}`],
      ['a newline after', `${good}\n`],
      ['a newline within the signature', `${good.slice(0, -5)}\n${good.slice(-5)}`],
      ['padding', `${good}==`],
      ['a character of plain base64', `${head}.${body}.+${signature.slice(1)}`],
      ['a # in the header', `#${good}`],
      ['flattened JSON serialization', JSON.stringify({ protected: head, payload: body, signature })],
      ['an opaque Hydra token', 'ory_at_5Yw6bM0hYgBvCrjQZcxCzMRGtNqX.Zk8n'],
    ])('a token that is no compact JWS is refused: %s', (_, token) => {
      expect(outcomeOf(token)).toBe('not_a_compact_jws');
    });

    it('the token verifier refuses a token of more than 8,192 characters', () => {
      expect(outcomeOf(signedWith({}, { ext: 'x'.repeat(5000) }))).toBe('accepted');
      expect(outcomeOf(signedWith({}, { ext: 'x'.repeat(6000) }))).toBe('not_a_compact_jws');
    });

    it('the token verifier refuses a second spelling of the same bytes: unused bits that are not zero', () => {
      const spellings = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_').map(
        (last) => good.slice(0, -1) + last,
      );
      const sameBytes = (token: string): boolean =>
        Buffer.from(token.split('.')[2] ?? '', 'base64url').equals(Buffer.from(signature, 'base64url'));
      const equal = spellings.filter(sameBytes);
      expect(equal.length).toBeGreaterThan(1);
      expect(equal.filter((token) => outcomeOf(token) !== 'not_canonical_base64url')).toEqual([good]);
    });

    it('the token verifier refuses a part of a token whose length no base64url has', () => {
      expect(outcomeOf(`${head}.${body}.AAAAA`)).toBe('not_canonical_base64url');
    });

    const json = JSON.stringify(goodClaims());
    const header = JSON.stringify(goodHeader());
    it.each<[string, string | Buffer, string | Buffer]>([
      ['a payload list', header, `[${json}]`],
      ['a payload text', header, '"sub"'],
      ['a payload null', header, 'null'],
      ['a header list', `[${header}]`, json],
      ['a header number', '1', json],
      ['something after the payload', header, `${json}x`],
      ['a byte order mark', header, `\uFEFF${json}`],
      [
        'invalid UTF-8 in the payload',
        header,
        Buffer.from(json.replace('dashboard', 'd\u00FFash'), 'latin1'),
      ],
      [
        'an overlong UTF-8 form',
        header,
        Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc0, 0xaf]), Buffer.from(`",${json.slice(1)}`)]),
      ],
      ['UTF-16', header, Buffer.from(json, 'utf16le')],
      ['a nest of brackets', header, '['.repeat(5000)],
    ])('a token whose header or payload is no JSON object is refused: %s', (_, head, payload) => {
      expect(outcomeOf(hydra.key.signRaw(head, payload))).toBe('not_a_json_object');
    });

    it.each([
      ['a claim', header, json.replace('{', '{"sub":"someone else",')],
      ['a claim, once escaped', header, json.replace('{', String.raw`{"s\u0075b":"someone else",`)],
      ['a claim, with space before the colon', header, json.replace('{', '{"sub" \n:"someone else",')],
      ['a header member', header.replace('{', '{"alg":"none",'), json],
      ['__proto__', header, json.replace('{', '{"__proto__":1,"__proto__":2,')],
    ])('the token verifier refuses %s twice', (_, head, payload) => {
      expect(outcomeOf(hydra.key.signRaw(head, payload))).toBe('duplicate_member');
    });

    it('the token verifier does not take colons and quotes inside strings, or nested members, for members', () => {
      const ext = { 'sub":"x"': '"exp":1,"exp":2', sub: { sub: String.raw`\":{` } };
      expect(outcomeOf(signedWith({}, { ext }))).toBe('accepted');
    });
  });

  describe('when the header is wrong', () => {
    it.each([
      'none',
      'None',
      'NONE',
      'nOnE',
      '',
      'rs256',
      'RS256 ',
      'RS384',
      'RS512',
      'PS256',
      'ES384',
      'ES512',
      'EdDSA',
      'HS256',
      'HS384',
      'HS512',
      'constructor',
      null,
      256,
      ['RS256'],
      { RS256: true },
      true,
    ])('the token verifier refuses the algorithm %j', (alg) => {
      expect(outcomeOf(signedWith({ alg }))).toBe('algorithm');
    });

    it('the token verifier refuses a header without an algorithm', () => {
      expect(outcomeOf(signedWith({ alg: undefined }))).toBe('algorithm');
    });

    it('the token verifier refuses the other algorithm of the allow-list under a key that is not for it', () => {
      expect(outcomeOf(signedWith({ alg: 'ES256' }))).toBe('algorithm');
    });

    it.each([undefined, null, '', 1, ['x'], {}, 'k'.repeat(257)])(
      'the token verifier refuses the key id %j',
      (kid) => {
        expect(outcomeOf(signedWith({ kid }))).toBe('key_id');
      },
    );

    it.each([
      '../../../../dev/null',
      "x' union select 'key' --",
      '| curl 127.0.0.1',
      'https://attacker.test/jwks.json',
      'a\0b',
      'a\r\nb',
      '__proto__',
      'constructor',
    ])('the token verifier finds no key for the key id %j', (kid) => {
      expect(outcomeOf(signedWith({ kid }))).toBe('unknown_key');
    });

    it.each([
      undefined,
      null,
      '',
      'logout+jwt',
      'dpop+jwt',
      'JWS',
      'JOSE',
      'secevent+jwt',
      'text/at+jwt',
      'id+jwt',
      ['JWT'],
      'at+jwt ',
    ])('the token verifier refuses the type %j', (typ) => {
      expect(outcomeOf(signedWith({ typ }))).toBe('type');
    });

    it.each([
      ['crit', ['exp']],
      ['crit', []],
      ['crit', 'b64'],
      ['crit', ['toString']],
      ['crit', null],
      ['b64', false],
      ['b64', true],
      ['jwk', stranger.jwk()],
      ['jku', 'http://127.0.0.1:9/jwks.json'],
      ['x5u', 'http://127.0.0.1:9/cert.pem'],
      ['x5c', ['MIIB']],
    ])('the token verifier refuses the header member %s: %j', (name, value) => {
      expect(outcomeOf(signedWith({ [name]: value }))).toBe('header_member');
    });
  });

  describe('when a claim is wrong', () => {
    it.each([
      undefined,
      null,
      '',
      'https://hydra.test',
      'https://HYDRA.test/',
      'https://hydra.test/x',
      'https://hydra.test/ ',
      ['https://hydra.test/'],
      1,
      '__proto__',
    ])('the token verifier refuses the issuer %j', (iss) => {
      expect(outcomeOf(signedWith({}, { iss }))).toBe('issuer');
    });

    it.each([
      undefined,
      null,
      '',
      [],
      'oauth-client',
      'oauth-client-registry ',
      'OAuth-Client-Registry',
      'a oauth-client-registry',
      ['other'],
      ['oauth-client-registry', 1],
      [['oauth-client-registry']],
      { 0: 'oauth-client-registry' },
    ])('the token verifier refuses the audience %j', (aud) => {
      expect(outcomeOf(signedWith({}, { aud }))).toBe('audience');
    });

    it.each(['oauth-client-registry', ['other', 'oauth-client-registry']])(
      'the token verifier accepts the audience %j',
      (aud) => {
        expect(outcomeOf(signedWith({}, { aud }))).toBe('accepted');
      },
    );

    it.each(['exp', 'iat', 'nbf'])('the token verifier refuses a %s that is no finite number', (name) => {
      const number = JSON.stringify({ ...goodClaims(), [name]: 7777 });
      for (const value of ['null', `"${NOW + 300}"`, '[1]', '{}', 'true', '1e400', '-1e400']) {
        const token = hydra.key.signRaw(JSON.stringify(goodHeader()), number.replace('7777', value));
        expect([value, outcomeOf(token)]).toEqual([value, 'time_claim']);
      }
    });

    it('the token verifier refuses a token without exp', () => {
      expect(outcomeOf(signedWith({}, { exp: undefined }))).toBe('time_claim');
    });

    it('the token verifier ends a token at exp, with the leeway', () => {
      const token = signedWith({}, { exp: NOW + 10 });
      expect(outcomeOf(token, NOW + 10 + LEEWAY - 0.001)).toBe('accepted');
      expect(outcomeOf(token, NOW + 10 + LEEWAY)).toBe('expired');
    });

    it.each(['nbf', 'iat'])('the token verifier starts a token at %s, with the leeway', (name) => {
      expect(outcomeOf(signedWith({}, { [name]: NOW + LEEWAY }))).toBe('accepted');
      expect(outcomeOf(signedWith({}, { [name]: NOW + LEEWAY + 1 }))).toBe('not_yet_valid');
    });

    it.each([
      ['longer than a day', { exp: NOW + MAX_LIFETIME + 1 }],
      ['longer than a day, without iat', { iat: undefined, exp: NOW + MAX_LIFETIME + 1 }],
      ['in milliseconds', { exp: (NOW + 300) * 1000 }],
      ['in milliseconds, without iat', { iat: undefined, exp: (NOW + 300) * 1000 }],
      ['started long ago', { iat: NOW - MAX_LIFETIME, exp: NOW + 300 }],
    ])('the token verifier refuses a token life %s', (_, claims) => {
      expect(outcomeOf(signedWith({}, claims))).toBe('lifetime');
    });

    it('the token verifier accepts a token life of a day', () => {
      expect(outcomeOf(signedWith({}, { exp: NOW + MAX_LIFETIME }))).toBe('accepted');
    });

    it.each([undefined, null, '', 1, ['x'], {}, 'a\0b', 'a\nb', 'a\u0085b', '\uD800', 'x'.repeat(256)])(
      'the token verifier refuses the subject %j',
      (sub) => {
        expect(outcomeOf(signedWith({}, { sub }))).toBe('subject');
      },
    );
  });

  describe('when the token is of another kind', () => {
    it.each(['nonce', 'at_hash', 'c_hash', 's_hash', 'events', 'cnf'])(
      'the token verifier refuses a token with the claim %s',
      (name) => {
        expect(outcomeOf(signedWith({}, { [name]: 'x' }))).toBe('token_kind');
      },
    );

    it('the token verifier refuses a Hydra ID token, even one for our audience', async () => {
      const idToken = { auth_time: NOW, rat: NOW, sid: 'x', sub: PERSON.sub };
      expect(outcomeOf(await hydra.sign(idToken))).toBe('client_id');
      expect(outcomeOf(await hydra.sign({ ...idToken, at_hash: 'x' }))).toBe('token_kind');
    });

    it('the token verifier refuses a Hydra logout token', async () => {
      const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
      expect(outcomeOf(await hydra.sign({ sid: 'x', sub: PERSON.sub, events }))).toBe('token_kind');
    });

    it('the token verifier refuses a Kratos session under the name of Hydra, and the other way round', async () => {
      expect(outcomeOf(await hydra.kratosSession(PERSON))).toBe('client_id');
      expect(outcomeOf(await kratos.person(PERSON))).toBe('session_id');
    });

    it.each([{ client_id: 'x' }, { scp: [] }, { scope: '' }])(
      'the token verifier refuses a Kratos session with %j',
      async (claims) => {
        expect(outcomeOf(await kratos.kratosSession(PERSON, claims))).toBe('token_kind');
      },
    );

    it.each([undefined, null, '', 1, 'a\nb'])(
      'the token verifier refuses a Kratos session with the session id %j',
      async (sid) => {
        expect(outcomeOf(await kratos.kratosSession(PERSON, { sid }))).toBe('session_id');
      },
    );

    it.each([undefined, null, '', 1, ['x'], 'a\0b', 'x'.repeat(256)])(
      'the token verifier refuses the client id %j',
      (client_id) => {
        expect(outcomeOf(signedWith({}, { client_id }))).toBe('client_id');
      },
    );

    it.each([
      { scp: undefined },
      { scp: null },
      { scp: 'a b' },
      { scp: ['a', 1] },
      { scp: ['a b'] },
      { scp: [''] },
      { scp: { 0: 'a' } },
      { scope: ['a'] },
      { scope: null },
      { scope: 'a\nb' },
      { scope: 'a "b"' },
    ])('the token verifier refuses the scopes %j', (claims) => {
      expect(outcomeOf(signedWith({}, claims))).toBe('scope');
    });
  });

  describe('when the key is not the one of the issuer', () => {
    it('the token verifier refuses another key under the trusted key id', () => {
      expect(outcomeOf(signedWith({}, {}, stranger))).toBe('signature');
    });

    it('the token verifier refuses a token of Hydra signed with the key of the embedded server, under either key id', async () => {
      const claims = { sub: 'x', client_id: 'x', scp: [] };
      expect(outcomeOf(await hydra.sign(claims, { key: embedded.key }))).toBe('unknown_key');
      const renamed = { key: embedded.key, header: { kid: hydra.key.kid } };
      expect(outcomeOf(await hydra.sign(claims, renamed))).toBe('signature');
    });

    it('the token verifier refuses an EC signature under an RSA key id', () => {
      const ecKey = SigningKey.named('some EC key', 'ES256');
      expect(outcomeOf(signedWith({ alg: 'ES256' }, {}, ecKey))).toBe('algorithm');
      expect(outcomeOf(signedWith({}, {}, ecKey))).toBe('signature');
    });

    it('the token verifier refuses changed claims under a good signature', () => {
      const [head, , signature] = signedWith({}).split('.');
      const claims = base64url(JSON.stringify({ ...goodClaims(), sub: 'someone else' }));
      expect(outcomeOf([head, claims, signature].join('.'))).toBe('signature');
    });
  });
});
