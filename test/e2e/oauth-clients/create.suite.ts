import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import type { Answer } from '../../support/api-client.js';
import { expectProblem, LEGACY, MACHINE, NATIVE, stateOf, WEB } from './support.js';
import { revisionIn } from '../../support/revision.js';
import { useRegistry } from '../../support/use-registry.js';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const SECRET = /^ocs_[A-Za-z0-9_-]{43}$/;

const EVERY_MEMBER = {
  name: 'Web shop 🛒',
  description: 'Signs customers in at the web shop.',
  redirect_uris: ['https://shop.example.com:443', 'http://localhost:8080/cb?x=%2F', 'http://[::1]/'],
  grant_types: ['refresh_token', 'authorization_code'],
  scopes: ['openid', 'orders:read'],
  trusted: true,
  enabled: false,
  token_endpoint_auth_method: 'client_secret_post',
  pkce_required: true,
  pkce_challenge_method: 'plain',
  audiences: ['https://api.example.com/orders'],
  post_logout_redirect_uris: ['http://localhost:8080/bye'],
  allowed_cors_origins: ['https://shop.example.com', 'http://[::1]:8080'],
  client_uri: 'https://shop.example.com',
  logo_uri: 'https://shop.example.com/logo.png',
  policy_uri: 'https://shop.example.com/privacy',
  tos_uri: 'https://shop.example.com/terms#now',
  contacts: ['team@shop.example.com'],
  access_token_lifetime: 60,
  id_token_lifetime: 86_400,
  refresh_token_lifetime: 31_536_000,
};

const NOTHING_SAID = {
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
};

describe('POST /oauth-clients', () => {
  const { registry, tenant, calls } = useRegistry(
    { ASSIGNABLE_AUDIENCES: 'https://api.example.com/*' },
    { tenant: { trusted_clients_allowed: true } },
  );

  const created = async (body: object): Promise<OAuthClientDto> => {
    const answer = await calls.create(body);
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return answer.body;
  };

  const representation = (members: object, secret: unknown) => ({
    id: expect.stringMatching(UUID_V7) as string,
    client_id: expect.stringMatching(UUID_V4) as string,
    project_id: tenant.projectId,
    created: expect.stringMatching(TIMESTAMP) as string,
    modified: expect.stringMatching(TIMESTAMP) as string,
    client_secret: secret,
    secret_id: secret === null ? null : (expect.stringMatching(UUID_V7) as string),
    sync_status: 'synced',
    sync_problem: null,
    last_used_at: null,
    last_refused_at: null,
    secrets_expire_at: null,
    // A matcher stands for a value of any type.
    advice: expect.any(Array) as never,
    ...members,
  });

  describe('when every member is given', () => {
    let answer: Answer<OAuthClientDto>;
    beforeAll(async () => {
      answer = await calls.create(EVERY_MEMBER);
    });

    it('POST /oauth-clients answers 201 with exactly the members of the representation, all as they were sent', () => {
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual(representation(EVERY_MEMBER, expect.stringMatching(SECRET)));
      expect(answer.body.modified).toBe(answer.body.created);
    });

    it('POST /oauth-clients says where the client is, at which revision, and that the answer must not be kept', () => {
      expect(answer.headers.get('location')).toBe(tenant.client(answer.body.id));
      expect(revisionIn(answer.headers)).toBe(1);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    });

    it('a new client can be read at its location, without the secret', async () => {
      const location = answer.headers.get('location') ?? '';
      const read = await registry.api.get<OAuthClientDto>(location, { token: tenant.viewer });
      expect(read.body).toEqual({ ...answer.body, client_secret: null, secret_id: null });
    });
  });

  it('a new client has the defaults: client_secret_basic, no PKCE, redirect URIs or scopes, not trusted, enabled', async () => {
    expect(await created(MACHINE)).toEqual(
      representation(
        {
          ...MACHINE,
          description: null,
          redirect_uris: [],
          scopes: [],
          trusted: false,
          enabled: true,
          token_endpoint_auth_method: 'client_secret_basic',
          pkce_required: false,
          pkce_challenge_method: null,
          ...NOTHING_SAID,
        },
        expect.stringMatching(SECRET),
      ),
    );
  });

  it('a new client is stored with who made it and where it belongs', async () => {
    const { id } = await created(MACHINE);
    const { client } = await stateOf(registry, id);
    const admin = { issuer: registry.hydra.issuer, subject: tenant.people.admin, client_id: 'dashboard' };
    expect(client).toMatchObject({
      organization_id: tenant.organizationId,
      project_id: tenant.projectId,
      created_by: admin,
      modified_by: admin,
      revision: 1,
      synced_revision: 1,
      deleted_at: null,
    });
  });

  it.each<[rule: string, sent: object, members: Partial<OAuthClientDto>]>([
    [
      'all four grant types',
      { ...WEB, grant_types: ['implicit', 'refresh_token', 'client_credentials', 'authorization_code'] },
      {},
    ],
    ['client_secret_post', { ...MACHINE, token_endpoint_auth_method: 'client_secret_post' }, {}],
    [
      'PKCE required, which without a method means S256',
      { ...WEB, pkce_required: true },
      { pkce_challenge_method: 'S256' },
    ],
    ['PKCE with plain, for testing', { ...WEB, pkce_required: true, pkce_challenge_method: 'plain' }, {}],
    ['an empty description, which is none', { ...MACHINE, description: '' }, { description: null }],
  ])('POST /oauth-clients accepts %s', async (_, sent, members) => {
    expect(await created(sent)).toMatchObject({ ...sent, ...members });
  });

  describe('when the client is public (token_endpoint_auth_method none)', () => {
    it('a new public client has no secret, and the answer to its creation may be kept', async () => {
      const answer = await calls.create(NATIVE);
      expect(answer.body).toEqual(
        representation(
          {
            ...NATIVE,
            description: null,
            scopes: [],
            trusted: false,
            enabled: true,
            pkce_required: true,
            pkce_challenge_method: 'S256',
            ...NOTHING_SAID,
          },
          null,
        ),
      );
      expect(answer.headers.get('cache-control')).toBe('private, no-cache');
      expect((await stateOf(registry, answer.body.id)).secrets).toEqual([]);
    });

    it('a new public client has no PKCE with implicit alone, where it does not apply', async () => {
      expect(await created(LEGACY)).toMatchObject({ pkce_required: false, pkce_challenge_method: null });
    });
  });

  describe('when a rule is broken', () => {
    const cases: [rule: string, sent: object, ...violations: string[]][] = [
      ['a name is required', { grant_types: ['client_credentials'] }, '/name required'],
      ['grant types are required', { name: 'No grants' }, '/grant_types required'],
      ['at least one grant type', { ...MACHINE, grant_types: [] }, '/grant_types too_few'],
      [
        'a grant type only once',
        { ...MACHINE, grant_types: ['client_credentials', 'client_credentials'] },
        '/grant_types/1 duplicate',
      ],
      [
        'refresh_token only beside authorization_code',
        { ...MACHINE, grant_types: ['refresh_token'] },
        '/grant_types refresh_token_without_authorization_code',
      ],
      [
        'client_credentials needs a secret',
        { ...MACHINE, token_endpoint_auth_method: 'none' },
        '/token_endpoint_auth_method client_credentials_without_secret',
      ],
      [
        'redirect URIs are "required for authorization code"',
        { ...WEB, redirect_uris: [] },
        '/redirect_uris redirect_uris_required',
      ],
      [
        'redirect URIs are required for "implicit flows"',
        { ...LEGACY, redirect_uris: null },
        '/redirect_uris redirect_uris_required',
      ],
      [
        'redirect URIs "must use HTTPS (except for localhost)"',
        { ...WEB, redirect_uris: ['http://shop.example.com/'] },
        '/redirect_uris/0 redirect_uri_http_not_loopback',
      ],
      [
        'private-use schemes are in reverse-domain form',
        { ...WEB, redirect_uris: ['shop:/callback'] },
        '/redirect_uris/0 redirect_uri_scheme_not_listed',
      ],
      [
        'PKCE is "only applicable when authorization_code is included"',
        { ...MACHINE, pkce_required: true },
        '/pkce_required pkce_not_applicable',
      ],
      [
        'the challenge method "only applies when PKCE is required"',
        { ...WEB, pkce_challenge_method: 'S256' },
        '/pkce_challenge_method pkce_challenge_method_not_applicable',
      ],
      [
        'PKCE is "required for public clients"',
        { ...NATIVE, pkce_required: false },
        '/pkce_required pkce_required_for_public_client',
      ],
      ['scopes follow their grammar', { ...MACHINE, scopes: ['a b'] }, '/scopes/0 invalid_scope'],
      [
        'all at once',
        {
          ...MACHINE,
          grant_types: ['client_credentials', 'implicit'],
          token_endpoint_auth_method: 'none',
          pkce_required: true,
          scopes: ['*', 'registry:admin'],
        },
        '/token_endpoint_auth_method client_credentials_without_secret',
        '/pkce_required pkce_not_applicable',
        '/redirect_uris redirect_uris_required',
        '/scopes/0 scope_has_wildcard',
        '/scopes/1 scope_not_assignable',
      ],
    ];
    it.each(cases.map(([rule, sent, ...violations]) => ({ rule, sent, violations })))(
      'POST /oauth-clients refuses with 422 what breaks a rule and creates nothing: $rule',
      async ({ sent, violations }) => {
        const before = await counts();
        expectProblem(await calls.create(sent), 422, 'validation_failed', violations);
        expect(await counts()).toEqual(before);
      },
    );
  });

  async function counts(): Promise<unknown> {
    const { rows } = await registry.database.query<Record<string, string>>(`
      select (select count(*) from oauth_clients) as clients, (select count(*) from audit_events) as events,
             (select count(*) from oauth_client_secrets) as secrets`);
    return rows[0];
  }
});
