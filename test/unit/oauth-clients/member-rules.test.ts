import { newSettings } from '../../../src/oauth-clients/model/client-settings.js';
import { changedClient, newClient } from '../../../src/oauth-clients/model/judged-client.js';
import type { ClientSettings } from '../../../src/oauth-clients/model/members.js';
import type { RuleContext } from '../../../src/oauth-clients/model/rule.js';
import { PLATFORM_RULES } from './platform-rules.js';

const CONTEXT: RuleContext = {
  ...PLATFORM_RULES,
  mayAssignAudience: (audience) => audience.startsWith('https://api.example.com/'),
  trusted_clients_allowed: false,
  serverViolations: () => [],
};
const CLIENT = {
  name: 'Shop',
  grant_types: ['authorization_code' as const],
  redirect_uris: ['https://shop.example.com/callback', 'http://localhost:5173/cb', 'https://b.example:444/'],
};

const brokenBy = (members: Partial<ClientSettings>): string[] =>
  newClient({ ...CLIENT, ...members }, CONTEXT).violations.map(({ pointer, code }) => `${pointer} ${code}`);

describe('audiences', () => {
  it.each([
    'https://api.example.com/orders',
    'https://api.example.com/orders/?a=1',
    'https://api.example.com//',
  ])('an audience may be %s, which is assignable', (audience) => {
    expect(brokenBy({ audiences: [audience] })).toEqual([]);
  });

  it.each([
    ['https://api.example.com/#x', 'invalid_audience'],
    ['https://api.example.com/*', 'invalid_audience'],
    ['https://api.example.com/ä', 'invalid_audience'],
    ['https://api.example.com/ x', 'invalid_audience'],
    ['', 'invalid_audience'],
    ['https://api.example.com', 'audience_not_assignable'],
    ['https://other.example.com/', 'audience_not_assignable'],
  ])('an audience may not be %j', (audience, code) => {
    expect(brokenBy({ audiences: ['https://api.example.com/a', audience] })).toEqual([
      `/audiences/1 ${code}`,
    ]);
  });

  it('an audience is listed once', () => {
    const audiences = ['https://api.example.com/a', 'https://api.example.com/a'];
    expect(brokenBy({ audiences })).toEqual(['/audiences/1 duplicate']);
  });

  it('audiences may stay when they are no longer assignable, and not come back', () => {
    const audiences = ['https://old.example/'];
    const stored = { ...newSettings(CLIENT), audiences };
    const added = [...audiences, 'https://older.example/'];

    expect(changedClient(stored, { name: 'Renamed', audiences }, CONTEXT).violations).toEqual([]);
    expect(changedClient(stored, { audiences: added }, CONTEXT).violations).toMatchObject([
      { pointer: '/audiences/1', code: 'audience_not_assignable' },
    ]);
  });
});

describe('post_logout_redirect_uris', () => {
  it.each(['https://shop.example.com/', 'https://shop.example.com', 'http://localhost:5173/?a=b'])(
    'a post-logout redirect URI may be %s, beside a redirect URI',
    (uri) => {
      expect(brokenBy({ post_logout_redirect_uris: [uri] })).toEqual([]);
    },
  );

  it.each([
    ['https://shop.example.com/#x', 'invalid_post_logout_redirect_uri'],
    ['javascript:alert(1)', 'invalid_post_logout_redirect_uri'],
    ['https://other.example.com/', 'post_logout_redirect_uri_elsewhere'],
    ['https://shop.example.com:8443/', 'post_logout_redirect_uri_elsewhere'],
    // One place to people, and two to Hydra, which compares ports as they are written.
    ['https://shop.example.com:443/', 'post_logout_redirect_uri_elsewhere'],
    ['http://localhost:5174/', 'post_logout_redirect_uri_elsewhere'],
  ])('a post-logout redirect URI may not be %s', (uri, code) => {
    expect(brokenBy({ post_logout_redirect_uris: [uri] })).toEqual([`/post_logout_redirect_uris/0 ${code}`]);
  });

  it('a post-logout redirect URI goes with the scheme of an app', () => {
    const app = { redirect_uris: ['com.example.app:/cb'], token_endpoint_auth_method: 'none' as const };
    expect(brokenBy({ ...app, post_logout_redirect_uris: ['com.example.app:/out'] })).toEqual([]);
    expect(brokenBy({ ...app, post_logout_redirect_uris: ['com.example.other:/out'] })).toEqual([
      '/post_logout_redirect_uris/0 post_logout_redirect_uri_elsewhere',
    ]);
  });

  it('post-logout redirect URIs hold up a change that takes their redirect URI away', () => {
    const stored = { ...newSettings(CLIENT), post_logout_redirect_uris: ['https://shop.example.com/out'] };
    const patch = { redirect_uris: ['https://new.example.com/cb'] };

    expect(changedClient(stored, patch, CONTEXT).violations).toMatchObject([
      { pointer: '/post_logout_redirect_uris/0', code: 'post_logout_redirect_uri_elsewhere' },
    ]);
  });
});

describe('allowed_cors_origins', () => {
  it.each([
    'https://app.example.com',
    'https://app.example.com:8443',
    'http://localhost:5173',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
  ])('an allowed CORS origin may be %s', (origin) => {
    expect(brokenBy({ allowed_cors_origins: [origin] })).toEqual([]);
  });

  it.each([
    '*',
    'https://*.example.com',
    'https://app.example.com/',
    'https://app.example.com:443',
    'https://APP.example.com',
    'https://app.example.com/path',
    'https://u@app.example.com',
    'http://app.example.com',
    'com.example.app://host',
    'null',
    '',
    'app.example.com',
  ])('an allowed CORS origin may not be %s', (origin) => {
    expect(brokenBy({ allowed_cors_origins: [origin] })).toEqual(['/allowed_cors_origins/0 invalid_origin']);
  });
});

describe('addresses for people', () => {
  it.each(['https://shop.example.com', 'https://shop.example.com:8443/a?b=%20c#d', 'https://[::1]/'])(
    'an address for people may be %s',
    (uri) => {
      expect(brokenBy({ client_uri: uri, logo_uri: uri, policy_uri: uri, tos_uri: uri })).toEqual([]);
    },
  );

  it.each([
    'javascript:alert(1)',
    'javascript://https://a.example/%0aalert(1)',
    'http://shop.example.com',
    'HTTPS://shop.example.com',
    'https://',
    'https:///path',
    'https://u:p@shop.example.com/',
    'https://shop%2eexample.com/',
    'https://shop.example.com/ä',
    'https://shop.example.com/ x',
    'https://shop.example.com/%zz',
    'https://shop.example.com:99999/',
    'https://shop.example.com\\@evil.example/',
    'data:image/png;base64,AAAA',
  ])('an address for people may not be %s', (uri) => {
    expect(brokenBy({ client_uri: uri, logo_uri: uri, policy_uri: uri, tos_uri: uri })).toEqual([
      '/client_uri invalid_uri',
      '/logo_uri invalid_uri',
      '/policy_uri invalid_uri',
      '/tos_uri invalid_uri',
    ]);
  });

  it('an address for people is cleared by an empty text', () => {
    const stored = { ...newSettings(CLIENT), logo_uri: 'https://shop.example.com/logo.png' };
    expect(changedClient(stored, { logo_uri: '' }, CONTEXT).settings.logo_uri).toBeNull();
  });
});

describe('contacts', () => {
  it('contacts are e-mail addresses, each once', () => {
    const contacts = ["o'neill+oauth@mail.example.com", 'nobody', 'a@b@c', 'a@b', 'a b@c.example', 'a@b'];
    expect(brokenBy({ contacts })).toEqual([
      '/contacts/1 invalid_contact',
      '/contacts/2 invalid_contact',
      '/contacts/4 invalid_contact',
      '/contacts/5 duplicate',
    ]);
  });
});

describe('lifetimes', () => {
  const MEMBERS = ['access_token_lifetime', 'id_token_lifetime', 'refresh_token_lifetime'] as const;

  it.each(MEMBERS)('the lifetime %s is from a minute to the ceiling of the platform', (member) => {
    const max = CONTEXT.maxLifetimes[member];
    expect([60, max].flatMap((seconds) => brokenBy({ [member]: seconds }))).toEqual([]);
    for (const seconds of [1, 59, max + 1]) {
      expect(brokenBy({ [member]: seconds })).toEqual([`/${member} lifetime_out_of_range`]);
    }
  });

  it.each(MEMBERS)('the lifetime %s is cleared by 0, and left alone by null', (member) => {
    const stored = { ...newSettings(CLIENT), [member]: 600 };
    const after = (seconds: unknown) =>
      changedClient(stored, { [member]: seconds }, CONTEXT).settings[member];
    expect([after(0), after(null), after(undefined), after(60)]).toEqual([null, 600, 600, 60]);
  });
});
