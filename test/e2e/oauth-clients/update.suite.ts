import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { age, APP_CALLBACK, CALLBACK, LEGACY, MACHINE, NATIVE, stateOf, WEB } from './support.js';
import { revisionIn } from '../../support/revision.js';
import { useRegistry } from '../../support/use-registry.js';

const WITH_PKCE = { ...WEB, pkce_required: true };

/** Text in double quotes is the page's own: spec/update-oauth-client.txt. */
describe('PATCH /oauth-clients/{id}', () => {
  const { registry, calls } = useRegistry({}, { tenant: { trusted_clients_allowed: true } });

  type Change = [what: string, stored: object, patch: object, changed?: Partial<OAuthClientDto>];

  /** Sends the patch and proves that the answer and what is stored are the old client with exactly these members changed. */
  async function expectChange([, stored, patch, changed = patch]: Change): Promise<void> {
    const { body: client } = await calls.create(stored);
    const longAgo = await age(registry, client.id);
    const answer = await calls.update(client.id, patch);
    const { client_secret, secret_id, modified, advice } = answer.body;
    expect([answer.status, answer.body]).toEqual([
      200,
      { ...client, ...changed, client_secret, secret_id, modified, advice },
    ]);
    expect(modified > longAgo).toBe(true);
    expect(revisionIn(answer.headers)).toBe(2);
    expect(answer.headers.get('location')).toBeNull();

    const read = await calls.get(client.id);
    expect(read.body).toEqual({ ...answer.body, client_secret: null, secret_id: null });
    expect(revisionIn(read.headers)).toBe(2);
  }

  /** Sends the patch and proves that nothing at all happened. */
  async function expectNoChange([, stored, patch]: Change): Promise<void> {
    const { body: client } = await calls.create(stored);
    const modified = await age(registry, client.id);
    const before = await stateOf(registry, client.id);
    const answer = await calls.update(client.id, patch);
    expect([answer.status, answer.body]).toEqual([
      200,
      { ...client, client_secret: null, secret_id: null, modified },
    ]);
    expect(revisionIn(answer.headers)).toBe(1);
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    expect(await stateOf(registry, client.id)).toEqual(before);
  }

  describe('"Modifiable fields": changes just what is sent', () => {
    const changes: Change[] = [
      ['"Name"', WEB, { name: 'New name' }],
      ['"and description"', WEB, { description: 'What it is for' }],
      ['"Redirect URIs"', WEB, { redirect_uris: ['https://new.example.com/'] }],
      ['"Allowed scopes"', { ...WEB, scopes: ['openid', 'a'] }, { scopes: ['b', 'openid'] }],
      ['"Trusted status"', WEB, { trusted: true }],
      ['trusted status, back', { ...WEB, trusted: true }, { trusted: false }],
      ['enabled', WEB, { enabled: false }],
      ['enabled, back', { ...WEB, enabled: false }, { enabled: true }],
      ['"Updated authentication method"', WEB, { token_endpoint_auth_method: 'client_secret_post' }],
      [
        '"Whether to require PKCE"',
        WEB,
        { pkce_required: true },
        { pkce_required: true, pkce_challenge_method: 'S256' },
      ],
      ['"PKCE code challenge method"', WITH_PKCE, { pkce_challenge_method: 'plain' }],
      [
        'all of them at once',
        WEB,
        {
          name: 'New name',
          description: 'New',
          redirect_uris: [CALLBACK, 'http://localhost/'],
          scopes: ['openid'],
          trusted: true,
          enabled: false,
          token_endpoint_auth_method: 'client_secret_post',
          pkce_required: true,
          pkce_challenge_method: 'plain',
        },
      ],
    ];
    it.each(changes)('PATCH changes just what is sent: %s', async (...change) => expectChange(change));
  });

  describe('"All existing URIs will be replaced with this list"', () => {
    const OTHERS = ['https://b.example.com:443?x=%2f', 'https://a.example.com', 'http://127.0.0.1:80/'];
    const changes: Change[] = [
      ['with other URIs, byte for byte and in their order', WEB, { redirect_uris: OTHERS }],
      ['with none where no grant needs one', { ...MACHINE, redirect_uris: OTHERS }, { redirect_uris: [] }],
      ["with an app's own for a public client", NATIVE, { redirect_uris: [CALLBACK, `${APP_CALLBACK}/2`] }],
    ];
    it.each(changes)('PATCH replaces the whole list of redirect URIs: %s', async (...change) =>
      expectChange(change),
    );
  });

  it('PATCH clears the description with an empty string', () =>
    expectChange(['', { ...WEB, description: 'Old' }, { description: '' }, { description: null }]));

  it('PATCH clears the scopes with an empty list', () =>
    expectChange(['', { ...WEB, scopes: ['openid'] }, { scopes: [] }]));

  describe('"Whether PKCE is required"', () => {
    const changes: Change[] = [
      [
        'turning it on together with a method takes that method',
        WEB,
        { pkce_required: true, pkce_challenge_method: 'plain' },
      ],
      [
        'turning it off clears the method',
        { ...WITH_PKCE, pkce_challenge_method: 'plain' },
        { pkce_required: false },
        { pkce_required: false, pkce_challenge_method: null },
      ],
      [
        'going to none turns it on: "required for public clients"',
        WEB,
        { token_endpoint_auth_method: 'none' },
        { token_endpoint_auth_method: 'none', pkce_required: true, pkce_challenge_method: 'S256' },
      ],
      [
        'going to none leaves a method that was chosen',
        { ...WITH_PKCE, pkce_challenge_method: 'plain' },
        { token_endpoint_auth_method: 'none' },
      ],
      [
        'going to none with implicit alone leaves it off: "only applicable when authorization_code is included"',
        { ...LEGACY, token_endpoint_auth_method: 'client_secret_basic' },
        { token_endpoint_auth_method: 'none' },
      ],
      [
        'going to a secret allows to turn it off in the same call',
        { ...NATIVE, redirect_uris: [CALLBACK] },
        { token_endpoint_auth_method: 'client_secret_basic', pkce_required: false },
        {
          token_endpoint_auth_method: 'client_secret_basic',
          pkce_required: false,
          pkce_challenge_method: null,
        },
      ],
      [
        'going to a secret alone leaves it on',
        { ...NATIVE, redirect_uris: [CALLBACK] },
        { token_endpoint_auth_method: 'client_secret_post' },
      ],
    ];
    it.each(changes)('PATCH changes whether PKCE is required: %s', async (...change) => expectChange(change));
  });

  describe('when nothing changes: no revision, no new modified, no event', () => {
    const FULL = { ...WITH_PKCE, description: 'Same', scopes: ['a', 'b'] };
    const WEB_GRANTS = ['authorization_code', 'refresh_token'];
    const patches: Change[] = [
      ['an empty object', FULL, {}],
      ['the name it has', FULL, { name: FULL.name }],
      ['all the values it has', FULL, FULL],
      ['the method it got', FULL, { pkce_challenge_method: 'S256' }],
      ['PKCE off where it is off', WEB, { pkce_required: false }],
      ['an empty description where there is none', WEB, { description: '' }],
      ['empty lists where there are none', MACHINE, { redirect_uris: [], scopes: [] }],
      [
        'its redirect URIs and scopes in another order',
        { ...FULL, redirect_uris: ['https://a.example/', 'https://b.example/'] },
        { redirect_uris: ['https://b.example/', 'https://a.example/'], scopes: ['b', 'a'] },
      ],
      ['its grant types', { ...WEB, grant_types: WEB_GRANTS }, { grant_types: WEB_GRANTS }],
      [
        'its grant types in another order',
        { ...WEB, grant_types: WEB_GRANTS },
        { grant_types: WEB_GRANTS.toReversed() },
      ],
    ];
    it.each(patches)('PATCH that changes nothing makes no revision and no event: %s', async (...patch) =>
      expectNoChange(patch),
    );
  });
});
