import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from '../generated/schema.js';
import { place, token, url } from './environment.js';

const CLIENTS = '/v1/organizations/{org_id}/projects/{project_id}/oauth-clients';
const CLIENT = `${CLIENTS}/{oauth_client_id}` as const;

const registry = createClient<paths>({ baseUrl: url, headers: { authorization: `Bearer ${token}` } });

// Makes a client: its secret is shown in this answer.
const created = await registry.POST(CLIENTS, {
  params: { path: place },
  body: {
    name: 'Made by openapi-fetch',
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: ['https://shop.example.com/callback'],
  },
});
assert.equal(created.response.status, 201);
assert.ok(created.data && 'client_secret' in created.data && created.data.client_secret);
const path = { ...place, oauth_client_id: created.data.id };

// Finds it in the list, and alone.
const listed = await registry.GET(CLIENTS, { params: { path: place, query: { limit: 5 } } });
assert.ok(listed.data?.data.some(({ id }) => id === path.oauth_client_id));
const read = await registry.GET(CLIENT, { params: { path } });
assert.equal(read.data?.client_secret, null);
const etag = read.response.headers.get('etag');
assert.ok(etag);

// Asks first: nothing is done.
const asked = await registry.PATCH(CLIENT, {
  params: { path, query: { dry_run: true } },
  body: { name: 'Renamed' },
});
assert.ok(asked.data && 'dry_run' in asked.data);
assert.deepEqual(asked.data.changes, { name: { from: 'Made by openapi-fetch', to: 'Renamed' } });
const made = await registry.POST(CLIENTS, {
  params: { path: place, query: { dry_run: true } },
  body: { name: 'Only asked', grant_types: ['client_credentials'] },
});
assert.ok(made.data && 'dry_run' in made.data);
const gone = await registry.DELETE(CLIENT, { params: { path, query: { dry_run: true } } });
assert.ok(gone.data?.effects.some(({ code }) => code === 'client_is_gone_for_good'));

// What was read is sent back with a change. Null changes nothing.
const patched = await registry.PATCH(CLIENT, {
  params: { path, header: { 'If-Match': etag } },
  body: { ...read.data, name: 'Renamed', description: null, pkce_challenge_method: null },
});
assert.ok(patched.data && !('dry_run' in patched.data));
assert.equal(patched.data.name, 'Renamed');
assert.equal(patched.data.token_endpoint_auth_method, 'client_secret_basic');

// Other grant types are refused with a problem that has a type.
const refused = await registry.PATCH(CLIENT, {
  params: { path },
  body: { grant_types: ['client_credentials'] },
});
assert.equal(refused.response.status, 422);
assert.equal(refused.error?.code, 'validation_failed');
const broken: components['schemas']['ViolationCode'] | undefined = refused.error.errors?.[0]?.code;
assert.equal(broken, 'grant_types_immutable');

// A new secret, whose call may be repeated, and the end.
const header = { 'Idempotency-Key': crypto.randomUUID() };
const rotated = await registry.POST(`${CLIENT}/secrets`, { params: { path, header } });
assert.ok(rotated.data && 'client_secret' in rotated.data);
assert.notEqual(rotated.data.client_secret, created.data.client_secret);
const again = await registry.POST(`${CLIENT}/secrets`, { params: { path, header } });
assert.deepEqual(again.data, rotated.data);
assert.equal((await registry.DELETE(CLIENT, { params: { path } })).response.status, 204);
assert.equal((await registry.GET(CLIENT, { params: { path } })).error?.code, 'not_found');

/** What must not compile. */
export const mistakes = [
  // @ts-expect-error -- an id is a string
  () => registry.GET(CLIENT, { params: { path: { ...path, oauth_client_id: 1 } } }),
  // @ts-expect-error -- an id is a string
  () => registry.GET(CLIENT, { params: { path: { ...path, org_id: { id: 'x' } } } }),
  // @ts-expect-error -- no such grant
  () => registry.PATCH(CLIENT, { params: { path }, body: { grant_types: ['password'] } }),
  // @ts-expect-error -- no such problem
  () => refused.error?.code === 'nonsense',
];
