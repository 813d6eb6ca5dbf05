import { adviceFor, ADVICE, MAX_ADVICE } from '../../../src/oauth-clients/advice/advice.js';
import {
  daysAgo,
  EXAMPLE_NOW,
  type AdviceContext,
  type AdvisedClient,
  type AdviceKind,
} from '../../../src/oauth-clients/advice/advice-kind.js';
import { newSettings } from '../../../src/oauth-clients/model/client-settings.js';
import { secretsAfter } from '../../../src/oauth-clients/model/live-secrets.js';

const CONTEXT: AdviceContext = {
  now: EXAMPLE_NOW,
  trusted_clients_allowed: false,
  mayAssign: (scope) => scope !== 'legacy:read',
  mayAssignAudience: (audience) => audience !== 'https://legacy.example.com',
  server: {
    refreshNeedsOfflineAccess: true,
    noticesUses: true,
    requiresPkceBesideSecret: true,
    lostScopes: () => [],
  },
};

/** There is nothing to say about it. */
const CLIENT: AdvisedClient = {
  ...newSettings({ name: 'Export', grant_types: ['client_credentials'] }),
  created: new Date(daysAgo(10)),
  last_used_at: new Date(daysAgo(1)),
  last_refused_at: null,
  live_secrets: secretsAfter([], { secret: { id: 'a secret' } }, daysAgo(10)),
};

const codesFor = (client: AdvisedClient, context = CONTEXT): string[] =>
  adviceFor(client, context).map(({ code }) => code);

const KINDS = Object.entries<AdviceKind>(ADVICE);

describe('Advice', () => {
  it('advice is not given where there is nothing to say', () => {
    expect(adviceFor(CLIENT, CONTEXT)).toEqual([]);
  });

  describe.each(KINDS)('%s', (code, { shown, silent, ...kind }) => {
    it('advice of each kind is given to the client of its example, once, at a member of it', () => {
      const client = { ...CLIENT, ...shown };
      const given = adviceFor(client, CONTEXT).filter((advice) => advice.code === code);
      const { severity, remedy, reference } = kind;
      expect(given).toEqual([
        {
          code,
          severity,
          pointer: expect.stringMatching(/^\/\w+(\/\d+)?$/) as string,
          detail: expect.stringMatching(/^[A-Z].*\.$/) as string,
          remedy,
          reference,
        },
      ]);
    });

    it('advice of each kind is not given to its other example', () => {
      expect(codesFor({ ...CLIENT, ...silent })).not.toContain(code);
    });

    it('advice of each kind says in sentences when it is given and what to do', () => {
      expect(kind.meaning).toMatch(/^[A-Z].*\.$/);
      expect(kind.remedy).toMatch(/^[A-Z].*\.$/);
      expect(kind.reference).toMatch(/^(RFC \d+, sections? |OpenID |docs\/advice\.md, )/);
    });
  });

  it.each([
    ['refreshNeedsOfflineAccess', 'refresh_without_offline_access'],
    ['noticesUses', 'secret_never_used'],
    ['noticesUses', 'client_unused'],
    ['requiresPkceBesideSecret', 'pkce_off_beside_secret'],
  ] as const)('advice depends on what the server does: without %s there is no %s', (behaviour, code) => {
    const context = { ...CONTEXT, server: { ...CONTEXT.server, [behaviour]: false } };
    const client = { ...CLIENT, ...ADVICE[code].shown } as AdvisedClient;
    expect(codesFor(client)).toContain(code);
    expect(codesFor(client, context)).not.toContain(code);
  });

  it('advice stays small however much there is to say', () => {
    const scopes = Array.from({ length: 100 }, (_, index) => `legacy:${index}`);
    const advice = adviceFor({ ...CLIENT, scopes }, { ...CONTEXT, mayAssign: () => false });
    expect(advice.length).toBe(MAX_ADVICE);
  });

  it('advice is the same all day', () => {
    const old = { ...CLIENT, live_secrets: secretsAfter([], { secret: { id: 'old' } }, daysAgo(200)) };
    const later = adviceFor(old, { ...CONTEXT, now: EXAMPLE_NOW + 23 * 60 * 60 * 1000 });
    expect(later).toEqual(adviceFor(old, CONTEXT));
    expect(later).not.toEqual([]);
  });

  describe('after a change of the secrets', () => {
    const now = EXAMPLE_NOW;
    const before = secretsAfter([], { secret: { id: 'one', expires_in_seconds: 50 } }, now - 1_000);
    const secret = { id: 'two' };

    it.each([
      ['are those of before without one', {}, ['one']],
      ['are those of before and the new one, if nothing is said of an overlap', { secret }, ['one', 'two']],
      ['end without overlap', { secret, overlap_seconds: 0 }, ['two']],
      ['overlap', { secret, overlap_seconds: 60 }, ['one', 'two']],
      ['end with a client that becomes public', { overlap_seconds: 0 }, []],
    ])('after a change of the secrets those that work %s', (_, change, ids) => {
      expect(secretsAfter(before, change, now).map(([id]) => id)).toEqual(ids);
    });

    it('older secrets never live longer after a change than they would have', () => {
      const after = secretsAfter(before, { secret, overlap_seconds: 60 }, now);
      expect(after.map(([, , , retiredAt, expiresAt]) => [retiredAt, expiresAt])).toEqual([
        [now, now + 49_000],
        [null, null],
      ]);
      const shorter = secretsAfter(before, { secret, overlap_seconds: 10 }, now);
      expect(shorter[0]?.[4]).toBe(now + 10_000);
    });
  });
});
