import type { Violation } from '../../../src/problem-details/violation.js';
import { changedClient, newClient } from '../../../src/oauth-clients/model/judged-client.js';
import {
  changedMembers,
  type ClientPatch,
  type NewClient,
} from '../../../src/oauth-clients/model/client-settings.js';
import type { ClientSettings } from '../../../src/oauth-clients/model/members.js';
import { newSettings } from '../../../src/oauth-clients/model/client-settings.js';
import type { RuleContext } from '../../../src/oauth-clients/model/rule.js';
import { PLATFORM_RULES } from './platform-rules.js';

const CALLBACK = 'https://shop.example.com/callback';
const APP_CALLBACK = 'com.example.app:/callback';

const context: RuleContext = {
  ...PLATFORM_RULES,
  trusted_clients_allowed: true,
  mayAssign: (scope) => scope !== 'registry:admin' && !scope.includes('*'),
  redirectUriSchemes: [],
  serverViolations: () => [],
};

const web: ClientSettings = {
  ...newSettings({ name: 'Web shop', grant_types: ['authorization_code', 'refresh_token'] }),
  name: 'Web shop',
  description: 'Signs customers in',
  redirect_uris: [CALLBACK],
  grant_types: ['authorization_code', 'refresh_token'],
  scopes: ['openid'],
  trusted: false,
  enabled: true,
  token_endpoint_auth_method: 'client_secret_basic',
  pkce_required: false,
  pkce_challenge_method: null,
};
const webWithPkce: ClientSettings = { ...web, pkce_required: true, pkce_challenge_method: 'S256' };
const app: ClientSettings = {
  ...webWithPkce,
  redirect_uris: [APP_CALLBACK],
  token_endpoint_auth_method: 'none',
};
const machine: ClientSettings = { ...web, redirect_uris: [], grant_types: ['client_credentials'] };
const spa: ClientSettings = { ...web, grant_types: ['implicit'], token_endpoint_auth_method: 'none' };

const isNew = {
  name: 'New',
  redirect_uris: [CALLBACK],
  grant_types: ['authorization_code'],
} satisfies NewClient;
const newMachine = { name: 'New', grant_types: ['client_credentials'] } satisfies NewClient;

/** "pointer code" of each violation. */
const brokenBy = (judged: { violations: readonly { pointer: string; code: string }[] }): string[] =>
  judged.violations.map(({ pointer, code }) => `${pointer} ${code}`);

describe('newClient', () => {
  it('a new client gets the defaults of the page', () => {
    expect(newClient(newMachine, context)).toEqual({
      settings: {
        name: 'New',
        description: null,
        redirect_uris: [],
        grant_types: ['client_credentials'],
        scopes: [],
        trusted: false,
        enabled: true,
        token_endpoint_auth_method: 'client_secret_basic',
        pkce_required: false,
        pkce_challenge_method: null,
        audiences: [],
        post_logout_redirect_uris: [],
        allowed_cors_origins: [],
        client_uri: null,
        logo_uri: null,
        policy_uri: null,
        tos_uri: null,
        contacts: [],
        access_token_lifetime: null,
        id_token_lifetime: null,
        refresh_token_lifetime: null,
      },
      violations: [],
    });
  });

  it('a new client keeps everything that was sent', () => {
    const everything: ClientSettings = {
      ...app,
      enabled: false,
      trusted: true,
      pkce_challenge_method: 'plain',
    };
    expect(newClient(everything, context)).toEqual({ settings: everything, violations: [] });
  });

  const settingsOf: [situation: string, sent: NewClient, expected: Partial<ClientSettings>][] = [
    ['an empty description is none', { ...newMachine, description: '' }, { description: null }],
    [
      'PKCE without a method means S256',
      { ...isNew, pkce_required: true },
      { pkce_required: true, pkce_challenge_method: 'S256' },
    ],
    [
      'plain is kept',
      { ...isNew, pkce_required: true, pkce_challenge_method: 'plain' },
      { pkce_required: true, pkce_challenge_method: 'plain' },
    ],
    [
      'a confidential client has PKCE off unless asked for',
      isNew,
      { pkce_required: false, pkce_challenge_method: null },
    ],
    [
      'a public client with authorization_code has PKCE on',
      { ...isNew, token_endpoint_auth_method: 'none' },
      { pkce_required: true, pkce_challenge_method: 'S256' },
    ],
    [
      'a public client keeps its method when PKCE is left out',
      { ...isNew, token_endpoint_auth_method: 'none', pkce_challenge_method: 'plain' },
      { pkce_required: true, pkce_challenge_method: 'plain' },
    ],
    [
      'a public client with implicit alone has no PKCE',
      { ...isNew, grant_types: ['implicit'], token_endpoint_auth_method: 'none' },
      { pkce_required: false, pkce_challenge_method: null },
    ],
    [
      'redirect URIs stay byte for byte, in their order',
      { ...isNew, redirect_uris: ['https://b.example:443', 'https://a.example', 'http://localhost:80'] },
      { redirect_uris: ['https://b.example:443', 'https://a.example', 'http://localhost:80'] },
    ],
    [
      'redirect URIs may be given where no grant needs them',
      { ...newMachine, redirect_uris: [CALLBACK] },
      { redirect_uris: [CALLBACK] },
    ],
    [
      'refresh_token beside authorization_code',
      { ...isNew, grant_types: ['refresh_token', 'authorization_code'] },
      {},
    ],
    [
      'private-use URIs of a public client',
      { ...isNew, token_endpoint_auth_method: 'none', redirect_uris: [APP_CALLBACK] },
      {},
    ],
    [
      'client_secret_post with client_credentials',
      { ...newMachine, token_endpoint_auth_method: 'client_secret_post' },
      {},
    ],
    ['trusted where the platform allows it', { ...isNew, trusted: true }, { trusted: true }],
  ];
  it.each(settingsOf)('a new client is accepted: %s', (_, sent, expected) => {
    const { settings, violations } = newClient(sent, context);
    expect(violations).toEqual([]);
    expect(settings).toMatchObject(expected);
  });

  const refusals: [situation: string, sent: NewClient, expected: string[]][] = [
    [
      'a grant type twice',
      { ...isNew, grant_types: ['authorization_code', 'implicit', 'authorization_code'] },
      ['/grant_types/2 duplicate'],
    ],
    [
      'refresh_token alone',
      { ...newMachine, grant_types: ['refresh_token'] },
      ['/grant_types refresh_token_without_authorization_code'],
    ],
    [
      'refresh_token beside implicit',
      { ...isNew, grant_types: ['implicit', 'refresh_token'] },
      ['/grant_types refresh_token_without_authorization_code'],
    ],
    [
      'refresh_token beside client_credentials',
      { ...newMachine, grant_types: ['client_credentials', 'refresh_token'] },
      ['/grant_types refresh_token_without_authorization_code'],
    ],
    [
      'client_credentials without a secret',
      { ...newMachine, token_endpoint_auth_method: 'none' },
      ['/token_endpoint_auth_method client_credentials_without_secret'],
    ],
    [
      'PKCE without authorization_code',
      { ...newMachine, pkce_required: true },
      ['/pkce_required pkce_not_applicable'],
    ],
    [
      'PKCE on a public client with implicit alone',
      { ...isNew, grant_types: ['implicit'], token_endpoint_auth_method: 'none', pkce_required: true },
      ['/pkce_required pkce_not_applicable'],
    ],
    [
      'a public client that turns PKCE off',
      { ...isNew, token_endpoint_auth_method: 'none', pkce_required: false },
      ['/pkce_required pkce_required_for_public_client'],
    ],
    [
      'a challenge method while PKCE is off by default',
      { ...isNew, pkce_challenge_method: 'S256' },
      ['/pkce_challenge_method pkce_challenge_method_not_applicable'],
    ],
    [
      'a challenge method while PKCE is turned off',
      { ...isNew, pkce_required: false, pkce_challenge_method: 'plain' },
      ['/pkce_challenge_method pkce_challenge_method_not_applicable'],
    ],
    [
      'authorization_code without a redirect URI',
      { ...newMachine, grant_types: ['client_credentials', 'authorization_code'] },
      ['/redirect_uris redirect_uris_required'],
    ],
    [
      'implicit with an empty list of redirect URIs',
      { ...newMachine, grant_types: ['implicit'], redirect_uris: [] },
      ['/redirect_uris redirect_uris_required'],
    ],
    [
      'redirect URIs that are not safe, each at its place',
      { ...isNew, redirect_uris: ['http://shop.example.com/', CALLBACK, 'javascript:alert(1)'] },
      ['/redirect_uris/0 redirect_uri_http_not_loopback', '/redirect_uris/2 redirect_uri_scheme_forbidden'],
    ],
    [
      'unsafe redirect URIs where no grant needs them',
      { ...newMachine, redirect_uris: ['/callback'] },
      ['/redirect_uris/0 redirect_uri_scheme_missing'],
    ],
    [
      'a private-use URI whose scheme is not listed',
      { ...isNew, redirect_uris: [CALLBACK, 'cursor://callback'] },
      ['/redirect_uris/1 redirect_uri_scheme_not_listed'],
    ],
    [
      'a redirect URI twice, at the later place',
      { ...isNew, redirect_uris: [CALLBACK, 'https://other.example/', CALLBACK, CALLBACK] },
      ['/redirect_uris/2 duplicate', '/redirect_uris/3 duplicate'],
    ],
    [
      'scopes outside the grammar of RFC 6749, and wildcards',
      { ...isNew, scopes: ['openid', 'a b', 'orders:*', ''] },
      ['/scopes/1 invalid_scope', '/scopes/2 scope_has_wildcard', '/scopes/3 invalid_scope'],
    ],
    ['a scope twice', { ...isNew, scopes: ['a', 'b', 'a'] }, ['/scopes/2 duplicate']],
    [
      'a scope that tenants may not hand out',
      { ...isNew, scopes: ['openid', 'registry:admin'] },
      ['/scopes/1 scope_not_assignable'],
    ],
    [
      'everything at once',
      {
        name: 'New',
        grant_types: ['client_credentials', 'refresh_token', 'implicit', 'implicit'],
        token_endpoint_auth_method: 'none',
        pkce_required: true,
        redirect_uris: ['x:/', 'x:/'],
        scopes: ['registry:admin', 'é', 'é'],
      },
      [
        '/grant_types/3 duplicate',
        '/grant_types refresh_token_without_authorization_code',
        '/token_endpoint_auth_method client_credentials_without_secret',
        '/pkce_required pkce_not_applicable',
        '/redirect_uris/0 redirect_uri_scheme_not_listed',
        '/redirect_uris/1 redirect_uri_scheme_not_listed',
        '/redirect_uris/1 duplicate',
        '/scopes/0 scope_not_assignable',
        '/scopes/1 invalid_scope',
        '/scopes/2 invalid_scope',
        '/scopes/2 duplicate',
      ],
    ],
  ];
  it.each(refusals)('a new client is refused: %s', (_, sent, expected) => {
    expect(brokenBy(newClient(sent, context))).toEqual(expected);
  });

  it('a new client is refused trust that the platform has not allowed the organization', () => {
    const judged = newClient({ ...isNew, trusted: true }, { ...context, trusted_clients_allowed: false });
    expect(brokenBy(judged)).toEqual(['/trusted trusted_clients_not_allowed']);
  });

  it('every violation of a new client says what is wrong and what to do, and repeats only what may be registered', () => {
    const sent = refusals.flatMap(([, patch]) => newClient(patch, context).violations);
    for (const { detail } of sent) {
      const [text, example = APP_CALLBACK] = detail.split(/ Try "(.*)"\.$/);
      expect(text).toMatch(/^[A-Z].{20,}\.$/);
      expect(text).not.toMatch(/shop\.example|javascript|registry:admin/);
      expect(newClient({ ...isNew, redirect_uris: [example] }, context).violations).toEqual([]);
    }
  });

  it('a new client is told what the authorization server cannot serve of the merged settings', () => {
    const refusal: Violation = {
      pointer: '/pkce_challenge_method',
      code: 'pkce_challenge_method_not_supported',
      detail: 'Hydra refuses plain.',
    };
    const serverViolations = (settings: ClientSettings) =>
      settings.pkce_challenge_method === 'S256' ? [refusal] : [];
    const judged = newClient(
      { ...isNew, token_endpoint_auth_method: 'none' },
      { ...context, serverViolations },
    );
    expect(judged.violations).toEqual([refusal]);
  });
});

describe('changedClient', () => {
  const changes: [
    situation: string,
    stored: ClientSettings,
    patch: ClientPatch,
    expected: Partial<ClientSettings>,
  ][] = [
    ['nothing', webWithPkce, {}, {}],
    ['name', web, { name: 'Other' }, { name: 'Other' }],
    ['description', web, { description: 'Other' }, { description: 'Other' }],
    ['an empty description clears it', web, { description: '' }, { description: null }],
    [
      'redirect URIs, replacing the list',
      web,
      { redirect_uris: ['https://b.example/'] },
      { redirect_uris: ['https://b.example/'] },
    ],
    [
      'no redirect URIs where no grant needs them',
      { ...machine, redirect_uris: [CALLBACK] },
      { redirect_uris: [] },
      { redirect_uris: [] },
    ],
    ['scopes, replacing the list', web, { scopes: ['a', 'b'] }, { scopes: ['a', 'b'] }],
    ['no scopes', web, { scopes: [] }, { scopes: [] }],
    ['trust', web, { trusted: true }, { trusted: true }],
    ['no trust', { ...web, trusted: true }, { trusted: false }, { trusted: false }],
    ['disable', web, { enabled: false }, { enabled: false }],
    ['enable', { ...web, enabled: false }, { enabled: true }, { enabled: true }],
    [
      'how the client authenticates',
      web,
      { token_endpoint_auth_method: 'client_secret_post' },
      { token_endpoint_auth_method: 'client_secret_post' },
    ],
    ['the same grant types', web, { grant_types: ['authorization_code', 'refresh_token'] }, {}],
    [
      'the same grant types in another order, which stays as stored',
      web,
      { grant_types: ['refresh_token', 'authorization_code'] },
      {},
    ],
    [
      'PKCE on means S256',
      web,
      { pkce_required: true },
      { pkce_required: true, pkce_challenge_method: 'S256' },
    ],
    [
      'PKCE on with plain',
      web,
      { pkce_required: true, pkce_challenge_method: 'plain' },
      { pkce_required: true, pkce_challenge_method: 'plain' },
    ],
    [
      'PKCE on again keeps the method',
      { ...webWithPkce, pkce_challenge_method: 'plain' },
      { pkce_required: true },
      {},
    ],
    [
      'the method while PKCE is on',
      webWithPkce,
      { pkce_challenge_method: 'plain' },
      { pkce_challenge_method: 'plain' },
    ],
    [
      'PKCE off clears the method',
      webWithPkce,
      { pkce_required: false },
      { pkce_required: false, pkce_challenge_method: null },
    ],
    ['PKCE off where it is off', machine, { pkce_required: false }, {}],
    [
      'giving up the secret turns PKCE on',
      web,
      { token_endpoint_auth_method: 'none' },
      { token_endpoint_auth_method: 'none', pkce_required: true, pkce_challenge_method: 'S256' },
    ],
    [
      'giving up the secret with a method turns PKCE on with it',
      web,
      { token_endpoint_auth_method: 'none', pkce_challenge_method: 'plain' },
      { token_endpoint_auth_method: 'none', pkce_required: true, pkce_challenge_method: 'plain' },
    ],
    [
      'giving up the secret keeps the PKCE there is',
      { ...webWithPkce, pkce_challenge_method: 'plain' },
      { token_endpoint_auth_method: 'none' },
      { token_endpoint_auth_method: 'none' },
    ],
    [
      'giving up the secret without authorization_code leaves PKCE off',
      { ...spa, token_endpoint_auth_method: 'client_secret_basic' },
      { token_endpoint_auth_method: 'none' },
      { token_endpoint_auth_method: 'none' },
    ],
    [
      'getting a secret keeps PKCE',
      { ...app, redirect_uris: [CALLBACK] },
      { token_endpoint_auth_method: 'client_secret_basic' },
      { token_endpoint_auth_method: 'client_secret_basic' },
    ],
    [
      'getting a secret allows PKCE to be turned off',
      { ...app, redirect_uris: [CALLBACK] },
      { token_endpoint_auth_method: 'client_secret_basic', pkce_required: false },
      {
        token_endpoint_auth_method: 'client_secret_basic',
        pkce_required: false,
        pkce_challenge_method: null,
      },
    ],
    [
      'private-use URIs in the call that gives up the secret',
      web,
      { token_endpoint_auth_method: 'none', redirect_uris: [APP_CALLBACK] },
      {
        token_endpoint_auth_method: 'none',
        redirect_uris: [APP_CALLBACK],
        pkce_required: true,
        pkce_challenge_method: 'S256',
      },
    ],
  ];
  it.each(changes)('a changed client is accepted: %s', (_, stored, patch, expected) => {
    expect(changedClient(stored, patch, context)).toEqual({
      settings: { ...stored, ...expected },
      violations: [],
    });
  });

  const refusals: [situation: string, stored: ClientSettings, patch: ClientPatch, expected: string[]][] = [
    [
      'another grant type',
      web,
      { grant_types: ['client_credentials'] },
      ['/grant_types grant_types_immutable'],
    ],
    [
      'a grant type more',
      machine,
      { grant_types: ['client_credentials', 'implicit'] },
      ['/grant_types grant_types_immutable'],
    ],
    [
      'a grant type less',
      web,
      { grant_types: ['authorization_code'] },
      ['/grant_types grant_types_immutable'],
    ],
    ['no grant types', web, { grant_types: [] }, ['/grant_types grant_types_immutable']],
    [
      'one grant type twice instead of two',
      web,
      { grant_types: ['authorization_code', 'authorization_code'] },
      ['/grant_types grant_types_immutable'],
    ],
    [
      'the same grant type twice',
      machine,
      { grant_types: ['client_credentials', 'client_credentials'] },
      ['/grant_types grant_types_immutable'],
    ],
    [
      'PKCE without authorization_code',
      machine,
      { pkce_required: true },
      ['/pkce_required pkce_not_applicable'],
    ],
    [
      'PKCE of a public client with implicit alone',
      spa,
      { pkce_required: true },
      ['/pkce_required pkce_not_applicable'],
    ],
    [
      'a method while PKCE is off',
      web,
      { pkce_challenge_method: 'S256' },
      ['/pkce_challenge_method pkce_challenge_method_not_applicable'],
    ],
    [
      'a method in the call that turns PKCE off',
      webWithPkce,
      { pkce_required: false, pkce_challenge_method: 'S256' },
      ['/pkce_challenge_method pkce_challenge_method_not_applicable'],
    ],
    [
      'PKCE off on a public client',
      app,
      { pkce_required: false },
      ['/pkce_required pkce_required_for_public_client'],
    ],
    [
      'PKCE off in the call that gives up the secret',
      web,
      { token_endpoint_auth_method: 'none', pkce_required: false },
      ['/pkce_required pkce_required_for_public_client'],
    ],
    [
      'giving up the secret with client_credentials',
      machine,
      { token_endpoint_auth_method: 'none' },
      ['/token_endpoint_auth_method client_credentials_without_secret'],
    ],
    [
      'no redirect URIs with authorization_code',
      web,
      { redirect_uris: [] },
      ['/redirect_uris redirect_uris_required'],
    ],
    ['no redirect URIs with implicit', spa, { redirect_uris: [] }, ['/redirect_uris redirect_uris_required']],
    [
      'an unsafe redirect URI',
      web,
      { redirect_uris: [CALLBACK, 'http://evil.example/'] },
      ['/redirect_uris/1 redirect_uri_http_not_loopback'],
    ],
    ['a redirect URI twice', web, { redirect_uris: [CALLBACK, CALLBACK] }, ['/redirect_uris/1 duplicate']],
    ['a scope twice', web, { scopes: ['openid', 'openid'] }, ['/scopes/1 duplicate']],
    ['a scope outside the grammar', web, { scopes: ['openid', 'a*'] }, ['/scopes/1 scope_has_wildcard']],
    [
      'a new scope that is not assignable',
      web,
      { scopes: ['openid', 'registry:admin'] },
      ['/scopes/1 scope_not_assignable'],
    ],
    [
      'everything at once',
      machine,
      {
        grant_types: ['implicit'],
        token_endpoint_auth_method: 'none',
        pkce_required: true,
        redirect_uris: ['x'],
        scopes: ['é'],
      },
      [
        '/grant_types grant_types_immutable',
        '/token_endpoint_auth_method client_credentials_without_secret',
        '/pkce_required pkce_not_applicable',
        '/redirect_uris/0 redirect_uri_scheme_missing',
        '/scopes/0 invalid_scope',
      ],
    ],
  ];
  it.each(refusals)('a changed client is refused: %s', (_, stored, patch, expected) => {
    expect(brokenBy(changedClient(stored, patch, context))).toEqual(expected);
  });

  it('a changed client keeps the stored grant types whatever was sent', () => {
    const { settings } = changedClient(web, { grant_types: ['implicit'] }, context);
    expect(settings.grant_types).toEqual(web.grant_types);
  });

  it('a refused change of grant types names those that would be accepted', () => {
    const { violations } = changedClient(web, { grant_types: ['implicit'] }, context);
    expect(violations[0]?.detail).toContain('authorization_code, refresh_token');
  });

  it('a change leaves what it was given untouched', () => {
    const stored = structuredClone(web);
    const patch: ClientPatch = { scopes: ['a'], description: '', token_endpoint_auth_method: 'none' };
    changedClient(stored, patch, context);
    expect([stored, patch]).toEqual([
      web,
      { scopes: ['a'], description: '', token_endpoint_auth_method: 'none' },
    ]);
  });

  it('a changed client takes only settings from a stored row', () => {
    const row = { ...web, id: '1', revision: 7 };
    expect(changedClient(row, {}, context).settings).toEqual(web);
  });

  describe('when the configuration has become narrower than the stored client', () => {
    const narrow: RuleContext = { ...context, trusted_clients_allowed: false, mayAssign: () => false };
    const old: ClientSettings = { ...web, trusted: true, scopes: ['a', 'b'] };

    it.each<[string, ClientPatch]>([
      ['renamed', { name: 'Other' }],
      ['sent back as a form shows it', old],
      ['given fewer of its scopes, in another order', { scopes: ['b'] }],
      ['disabled', { enabled: false, trusted: true }],
      ['no longer trusted', { trusted: false }],
    ])('a client that the configuration has become too narrow for can still be %s', (_, patch) => {
      expect(changedClient(old, patch, narrow).violations).toEqual([]);
    });

    it('a client that the configuration has become too narrow for cannot get another scope', () => {
      expect(brokenBy(changedClient(old, { scopes: ['a', 'b', 'c'] }, narrow))).toEqual([
        '/scopes/2 trusted_client_only_narrows',
        '/scopes/2 scope_not_assignable',
      ]);
    });

    it('a client whose trust is no longer allowed can send people elsewhere only by the patch that ends the trust', () => {
      const redirect_uris = [...old.redirect_uris, 'https://other.example/cb'];
      const index = old.redirect_uris.length;
      expect(brokenBy(changedClient(old, { redirect_uris }, narrow))).toEqual([
        `/redirect_uris/${index} trusted_client_only_narrows`,
      ]);
      expect(changedClient(old, { redirect_uris, trusted: false }, narrow).violations).toEqual([]);
    });

    it('a client whose trust is no longer allowed cannot become trusted again', () => {
      const untrusted = { ...old, trusted: false };
      expect(brokenBy(changedClient(untrusted, { trusted: true }, narrow))).toEqual([
        '/trusted trusted_clients_not_allowed',
      ]);
    });
  });

  describe('when the stored client breaks rules, as an imported one may', () => {
    const imported: ClientSettings = {
      ...web,
      grant_types: ['refresh_token', 'authorization_code', 'client_credentials'],
      redirect_uris: ['http://old.example/', APP_CALLBACK],
      scopes: ['openid', 'openid', 'orders:*'],
      token_endpoint_auth_method: 'none',
    };

    it.each<[string, ClientPatch]>([
      ['renamed', { name: 'Other' }],
      ['described', { description: 'Other' }],
      ['disabled', { enabled: false }],
      ['sent back as a form shows it, with another name', { ...imported, name: 'Other' }],
    ])('a stored client that breaks rules, as an imported one may, can still be %s', (_, patch) => {
      expect(changedClient(imported, patch, context)).toEqual({
        settings: { ...imported, ...patch },
        violations: [],
      });
    });

    it('a stored client that breaks rules is not changed beyond what was sent', () => {
      expect(changedMembers(imported, changedClient(imported, { name: 'Other' }, context).settings)).toEqual([
        'name',
      ]);
    });

    it.each<[string, ClientPatch]>([
      ['beside new ones', { redirect_uris: [CALLBACK, 'http://old.example/'] }],
      ['in another order', { redirect_uris: [...imported.redirect_uris].reverse() }],
      ['twice where they were twice', { scopes: ['orders:*', 'openid', 'profile', 'openid'] }],
      ['with another way to authenticate', { token_endpoint_auth_method: 'client_secret_basic' }],
    ])('a stored client that breaks rules keeps the broken items of its lists %s', (_, patch) => {
      expect(changedClient(imported, patch, context).violations).toEqual([]);
    });

    it('a stored client that breaks rules is blamed for what the change adds to a list, and for nothing else in it', () => {
      const patch = {
        redirect_uris: ['http://new.example/', 'http://old.example/', CALLBACK],
        scopes: ['openid', 'openid', 'openid', 'orders:*', 'notes:*'],
      };
      expect(brokenBy(changedClient(imported, patch, context))).toEqual([
        '/redirect_uris/0 redirect_uri_http_not_loopback',
        '/scopes/4 scope_has_wildcard',
        '/scopes/2 duplicate',
      ]);
    });

    it('a stored client that breaks rules is blamed for an item that was broken in another way', () => {
      const stored = { ...imported, scopes: ['a', 'a'] };
      expect(brokenBy(changedClient(stored, { scopes: ['a', 'a', 'b', 'b'] }, context))).toEqual([
        '/scopes/3 duplicate',
      ]);
    });

    it('a stored client that breaks rules is blamed for a touched member that stays as broken as it was', () => {
      const idle: ClientSettings = { ...web, pkce_challenge_method: 'plain' };
      expect(brokenBy(changedClient(idle, { pkce_challenge_method: 'S256' }, context))).toEqual([
        '/pkce_challenge_method pkce_challenge_method_not_applicable',
      ]);
    });

    it('a stored client that breaks rules can be repaired member by member', () => {
      const repaired = changedClient(imported, { scopes: ['openid'] }, context);
      expect(repaired.violations).toEqual([]);
      expect(repaired.settings.scopes).toEqual(['openid']);
    });
  });

  describe('when the authorization server cannot serve the stored client', () => {
    const plain: ClientSettings = { ...webWithPkce, pkce_challenge_method: 'plain' };
    const hydra: RuleContext = {
      ...context,
      serverViolations: ({ pkce_challenge_method, token_endpoint_auth_method }) => [
        ...(pkce_challenge_method === 'plain'
          ? [
              {
                pointer: '/pkce_challenge_method',
                code: 'pkce_challenge_method_not_supported' as const,
                detail: 'No plain.',
              },
            ]
          : []),
        ...(token_endpoint_auth_method === 'client_secret_post'
          ? [
              {
                pointer: '/redirect_uris/0',
                code: 'redirect_uri_parameter_reserved' as const,
                detail: 'Not with post.',
              },
            ]
          : []),
      ],
    };

    it('a client that the authorization server cannot serve can still be renamed', () => {
      expect(
        changedClient(plain, { name: 'Other', pkce_challenge_method: 'plain' }, hydra).violations,
      ).toEqual([]);
    });

    it('a client cannot be changed to what the authorization server cannot serve', () => {
      expect(brokenBy(changedClient(webWithPkce, { pkce_challenge_method: 'plain' }, hydra))).toEqual([
        '/pkce_challenge_method pkce_challenge_method_not_supported',
      ]);
    });

    it('a client that the authorization server cannot serve is refused a change that brings another refusal', () => {
      expect(
        brokenBy(changedClient(plain, { token_endpoint_auth_method: 'client_secret_post' }, hydra)),
      ).toEqual(['/redirect_uris/0 redirect_uri_parameter_reserved']);
    });
  });
});

describe('changedMembers', () => {
  it('the changed members of a client are those that differ by value', () => {
    const after = {
      ...web,
      scopes: [...web.scopes],
      redirect_uris: [CALLBACK, APP_CALLBACK],
      enabled: false,
    };
    expect(changedMembers(web, after)).toEqual(['redirect_uris', 'enabled']);
  });

  it('another order of a list is taken for a change of a client', () => {
    expect(changedMembers({ ...web, scopes: ['a', 'b'] }, { ...web, scopes: ['b', 'a'] })).toEqual([
      'scopes',
    ]);
  });
});
