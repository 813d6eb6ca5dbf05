import fc from 'fast-check';
import type { Body } from '../../support/registry.js';
import { ClientCalls, stateOf, violationsIn, WEB } from './support.js';
import { useRegistry } from '../../support/use-registry.js';

/** A fault: what is sent for a member, and what the answer says of it. */
interface Fault {
  readonly member: string;
  readonly value: unknown;
  readonly found: readonly string[];
}

const fault = (member: string, value: unknown, ...found: string[]): Fault => ({ member, value, found });

const LINKS = ['client_uri', 'logo_uri', 'policy_uri', 'tos_uri'];
const LIFETIMES = ['access_token_lifetime', 'id_token_lifetime', 'refresh_token_lifetime'];

/** Faults of the shape, and of rules that need no other member. */
const FAULTS: readonly Fault[] = [
  fault('name', '', '/name too_short'),
  fault('name', 7, '/name invalid_type'),
  fault('description', 'a'.repeat(1_025), '/description too_long'),
  fault('redirect_uris', ['http://evil.example/cb'], '/redirect_uris/0 redirect_uri_http_not_loopback'),
  fault('redirect_uris', 'https://shop.example.com/cb', '/redirect_uris invalid_type'),
  fault('redirect_uris', ['https://shop.example.com/cb', 5], '/redirect_uris/1 invalid_type'),
  fault('scopes', ['a b', 'openid', 'openid'], '/scopes/0 invalid_scope', '/scopes/2 duplicate'),
  fault('scopes', [null], '/scopes/0 invalid_type'),
  fault('trusted', 'yes', '/trusted invalid_type'),
  fault('trusted', true, '/trusted trusted_clients_not_allowed'),
  fault('enabled', 'no', '/enabled invalid_type'),
  fault('token_endpoint_auth_method', 'private_key_jwt', '/token_endpoint_auth_method not_allowed'),
  fault('pkce_challenge_method', 'S512', '/pkce_challenge_method not_allowed'),
  fault('audiences', ['https://api.example.com/#a'], '/audiences/0 invalid_audience'),
  fault('audiences', {}, '/audiences invalid_type'),
  fault('allowed_cors_origins', ['https://shop.example.com/'], '/allowed_cors_origins/0 invalid_origin'),
  fault('allowed_cors_origins', [0], '/allowed_cors_origins/0 invalid_type'),
  fault('contacts', ['nobody'], '/contacts/0 invalid_contact'),
  fault('contacts', true, '/contacts invalid_type'),
  ...LINKS.flatMap((link) => [
    fault(link, 'http://shop.example.com/', `/${link} invalid_uri`),
    fault(link, 3, `/${link} invalid_type`),
  ]),
  ...LIFETIMES.flatMap((lifetime) => [
    fault(lifetime, 59, `/${lifetime} lifetime_out_of_range`),
    fault(lifetime, '60', `/${lifetime} invalid_type`),
  ]),
  fault('client_name', 'x', '/client_name unknown_member'),
  fault('nonsense', 'x', '/nonsense unknown_member'),
];

const members = [...new Set(FAULTS.map(({ member }) => member))];

/** Several members, each with one fault. */
const several: fc.Arbitrary<Fault[]> = fc
  .uniqueArray(fc.constantFrom(...members), { minLength: 2, maxLength: 12 })
  .chain((chosen) =>
    fc.tuple(...chosen.map((name) => fc.constantFrom(...FAULTS.filter(({ member }) => member === name)))),
  );

const SEED = 18;

describe('The first answer', () => {
  const { registry, tenant, calls } = useRegistry();

  it('the first answer names what is wrong with the shape of one member and with the meaning of another', async () => {
    const body = { name: '', redirect_uris: ['http://evil.example/cb'] };
    const { body: client } = await calls.create(WEB);
    const found = ['/name too_short', '/redirect_uris/0 redirect_uri_http_not_loopback'];
    expect(violationsIn(await calls.update(client.id, body))).toEqual(found);
    expect(violationsIn(await calls.create({ ...WEB, ...body }))).toEqual(found);
    const withoutGrants = await calls.create(body);
    expect(violationsIn(withoutGrants)).toEqual(['/name too_short', '/grant_types required', found[1]]);
  });

  it('the first answer names every fault of a body that has several, of a new client and of a changed one', async () => {
    const { body: client } = await calls.create(WEB);
    const before = await stateOf(registry, client.id);
    await fc.assert(
      fc.asyncProperty(several, fc.boolean(), async (faults, isNew) => {
        const body = Object.fromEntries(faults.map(({ member, value }) => [member, value]));
        const answer = isNew ? await calls.create({ ...WEB, ...body }) : await calls.update(client.id, body);
        const expected = faults.flatMap(({ found }) => found);
        expect([answer.status, violationsIn(answer).toSorted()]).toEqual([422, expected.toSorted()]);
      }),
      { seed: SEED, numRuns: 150 },
    );
    expect(await stateOf(registry, client.id)).toEqual(before);
  });

  it.each([
    ['a wrong method of authentication', { token_endpoint_auth_method: 5, pkce_challenge_method: 'S256' }],
    [
      'a wrong method, of which it hangs whether PKCE may be off',
      { token_endpoint_auth_method: 5, pkce_required: false },
    ],
    ['wrong grants', { grant_types: 'authorization_code', redirect_uris: [], pkce_required: true }],
    ['wrong redirect URIs', { redirect_uris: 5, post_logout_redirect_uris: ['https://other.example/'] }],
    ['a wrong demand for PKCE', { pkce_required: 1, pkce_challenge_method: 'plain' }],
  ])('the first answer says nothing that hangs on %s', async (_, members) => {
    const answer = await calls.create({ ...WEB, ...members });
    const [member = ''] = Object.keys(members);
    expect(violationsIn(answer)).toEqual([expect.stringMatching(new RegExp(`^/${member} `))]);
  });

  it('the first answer goes by the grants that a client has where others are sent that have no shape', async () => {
    const { body: client } = await calls.create({ name: 'Machine', grant_types: ['client_credentials'] });
    const answer = await calls.update(client.id, { grant_types: 7, pkce_required: true });
    expect(violationsIn(answer)).toEqual(['/grant_types invalid_type', '/pkce_required pkce_not_applicable']);
  });

  it('the first answer tells of a secret both what has no shape and what cannot be', async () => {
    const { body: client } = await calls.create(WEB);
    const path = `${tenant.client(client.id)}/secrets`;
    const token = tenant.admin;
    const made = await registry.api.post<Body>(path, { token, body: { expires_in_seconds: 60 } });
    const changed = { name: '', expires_in_seconds: 3_600 };
    const answer = await registry.api.patch(`${path}/${String(made.body['secret_id'])}`, {
      token,
      body: changed,
    });
    expect(violationsIn(answer)).toEqual([
      '/name too_short',
      '/expires_in_seconds secret_expiry_not_prolonged',
    ]);
  });

  it('the first answer is bounded', async () => {
    const wrong = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`wrong_${index}`, 1]));
    expect(violationsIn(await calls.create({ ...WEB, ...wrong }))).toHaveLength(100);
  });

  it('people who may not manage privileged clients are refused before any fault is named', async () => {
    const developer = new ClientCalls(registry, tenant, tenant.developer);
    const answer = await developer.create({ ...WEB, name: '', scopes: ['oauth_clients:read'] });
    expect(answer.status).toBe(403);
  });
});
