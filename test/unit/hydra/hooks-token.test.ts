import fc from 'fast-check';
import type { ClientStanding } from '../../../src/hydra/standings/client-standing.js';
import { assertMayIssue, readTokenHookRequest, withTenant } from '../../../src/hydra/hooks/token-hook.js';
import { HookSecret } from '../../../src/hydra/hooks/hook-secret.js';

const STANDING: ClientStanding = {
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
const TENANT = { organization_id: STANDING.organization_id, project_id: STANDING.project_id };

/** As Hydra sends it, with the claims that it has so far. */
const fromHydra = (extra: unknown, ext: unknown): unknown => ({
  session: {
    id_token: {
      id_token_claims: { jti: '', iss: 'http://localhost:4440/', sub: 'mia', aud: null, ext },
      headers: { extra: null },
      subject: 'mia',
    },
    extra,
    client_id: 'a',
    consent_challenge: '',
    exclude_not_before_claim: false,
    allowed_top_level_claims: [],
    mirror_top_level_claims: true,
  },
  request: { client_id: 'a', requested_scopes: null, granted_scopes: [], grant_types: ['refresh_token'] },
});

const answerTo = (body: unknown) => withTenant(readTokenHookRequest(body), STANDING)?.session;

describe('the session to be', () => {
  it('the session to be names the tenant in access tokens and ID tokens, and keeps what each had', () => {
    expect(answerTo(fromHydra({ plan: 'pro', list: [1] }, { sid: 's', email: 'mia@example.com' }))).toEqual({
      access_token: { plan: 'pro', list: [1], ...TENANT },
      id_token: { sid: 's', email: 'mia@example.com', ...TENANT },
    });
  });

  it('the session to be names the tenant where there were no claims', () => {
    expect(answerTo(fromHydra({}, null))).toEqual({ access_token: TENANT, id_token: TENANT });
    expect(answerTo(fromHydra(null, {}))).toEqual({ access_token: TENANT, id_token: TENANT });
  });

  it('the session to be names the true tenant where the claims named another', () => {
    const other = { organization_id: 'another', project_id: null };
    expect(answerTo(fromHydra(other, other))).toEqual({ access_token: TENANT, id_token: TENANT });
  });

  it('the session to be is left alone where all claims name the tenant: Hydra would rewrite their numbers', () => {
    const named = { uid: 1_234_567, ...TENANT };
    expect(answerTo(fromHydra(named, TENANT))).toBeUndefined();
    for (const [extra, ext] of [
      [named, null],
      [{}, named],
      [named, { ...TENANT, project_id: 'another' }],
    ])
      expect(answerTo(fromHydra(extra, ext))).toEqual({
        access_token: { ...extra, ...TENANT },
        id_token: { ...ext, ...TENANT },
      });
  });

  it('the session to be loses no claim, whatever its name or value', () => {
    const claims = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(claims, claims, (extra, ext) => {
        const received = JSON.parse(JSON.stringify(fromHydra(extra, ext))) as unknown;
        const sent = JSON.stringify(answerTo(received));
        const expected = { access_token: { ...extra, ...TENANT }, id_token: { ...ext, ...TENANT } };
        expect(JSON.parse(sent)).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
    );
    const proto = JSON.parse('{"__proto__":{"a":1},"constructor":2}') as unknown;
    expect(JSON.stringify(answerTo(fromHydra(proto, {})))).toContain('"__proto__":{"a":1},"constructor":2');
  });
});

it.each([
  ['nothing', undefined],
  ['null', null],
  ['a list', []],
  ['no session', { request: { client_id: 'a' } }],
  [
    'a session that holds its claims elsewhere',
    { session: { access_token: {} }, request: { client_id: 'a' } },
  ],
  ['claims that are a list', { session: { extra: [] }, request: { client_id: 'a' } }],
  ['claims that are text', { session: { extra: 'a' }, request: { client_id: 'a' } }],
  ['no request', { session: { extra: {} } }],
  ['a client_id that is no text', { session: { extra: {} }, request: { client_id: 1 } }],
])('a question to the token hook with %s is not understood', (_, body) => {
  expect(() => readTokenHookRequest(body)).toThrow(expect.objectContaining({ status: 400 }) as Error);
});

describe('the hook secret', () => {
  const SECRET = 'a~secret/with+marks.-_==';
  const secret = new HookSecret([SECRET]);

  it.each([`Bearer ${SECRET}`, `bearer ${SECRET}`, `BEARER   ${SECRET}`])(
    'the hook secret is in the header %j',
    (header) => {
      expect(secret.isIn(header)).toBe(true);
    },
  );

  it.each([
    undefined,
    '',
    SECRET,
    'Bearer',
    'Bearer ',
    `Basic ${SECRET}`,
    `Bearer${SECRET}`,
    `Bearer ${SECRET}x`,
    `Bearer ${SECRET.slice(0, -1)}`,
    `Bearer ${SECRET} x`,
    `Bearer ${SECRET.toUpperCase()}`,
    'Bearer null',
  ])('the hook secret is not in the header %j', (header) => {
    expect(secret.isIn(header)).toBe(false);
  });

  it('the hook secret is any of several, and never all of them together', () => {
    const both = new HookSecret([SECRET, 'another-secret']);
    const headers = [SECRET, 'another-secret', `${SECRET},another-secret`, '', ','];
    expect(headers.map((given) => both.isIn(`Bearer ${given}`))).toEqual([true, true, false, false, false]);
  });

  it('the hook secret is in no header when there is none', () => {
    for (const header of [undefined, 'Bearer null', 'Bearer undefined', 'Bearer ']) {
      expect(new HookSecret([]).isIn(header)).toBe(false);
    }
  });
});

describe('a token of a client whose earlier tokens were ended', () => {
  const standing: ClientStanding = { ...STANDING, tokens_ended_at: new Date('2026-11-27T12:00:00.400Z') };

  const askedAt = (rat: unknown, grant: string): unknown => ({
    session: { id_token: { id_token_claims: { rat } }, extra: {} },
    request: { client_id: 'a', grant_types: [grant] },
  });
  const judge =
    (rat: unknown, grant: string, at = standing) =>
    () =>
      assertMayIssue(readTokenHookRequest(askedAt(rat, grant)), at, []);

  it.each(['authorization_code', 'refresh_token'])(
    'a client whose earlier tokens were ended is refused a token for an older %s',
    (grant) => {
      for (const rat of [
        '2026-11-27T11:59:59Z',
        // Hydra's moment is cut to the second, and clocks differ.
        '2026-11-27T12:00:05Z',
        '0001-01-01T00:00:00Z',
        undefined,
        null,
        7,
        'soon',
      ])
        expect(judge(rat, grant)).toThrow('the person has to sign in again');
    },
  );

  it.each(['authorization_code', 'refresh_token'])(
    'a client whose earlier tokens were ended is issued a token for a newer %s',
    (grant) => {
      for (const rat of ['2026-11-27T12:00:06Z', '2026-11-27T14:00:06+01:00'])
        expect(judge(rat, grant)).not.toThrow();
    },
  );

  it('a machine whose earlier tokens were ended is issued a token, since no end concerns it that is over', () => {
    expect(judge('0001-01-01T00:00:00Z', 'client_credentials')).not.toThrow();
  });

  it('a client is issued a token whenever a person was asked where nothing was ended', () => {
    expect(judge(undefined, 'refresh_token', STANDING)).not.toThrow();
  });
});
