import assert from 'node:assert/strict';
import { client } from '../generated/hey-api/client.gen.js';
import {
  createOAuthClient,
  deleteOAuthClient,
  getOAuthClient,
  listOAuthClients,
  rotateOAuthClientSecret,
  updateOAuthClient,
  type ViolationCode,
} from '../generated/hey-api/index.js';
import { place, token, url } from './environment.js';

client.setConfig({ baseUrl: url, auth: token });

// Makes a client: its secret is shown in this answer.
const created = await createOAuthClient({
  path: place,
  body: {
    name: 'Made by hey-api',
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: ['https://shop.example.com/callback'],
  },
});
assert.ok(created.data && 'client_secret' in created.data && created.data.client_secret);
const path = { ...place, oauth_client_id: created.data.id };

// Finds it in the list, and alone.
const listed = await listOAuthClients({ path: place, query: { limit: 5 } });
assert.ok(listed.data?.data.some(({ id }) => id === path.oauth_client_id));
const read = await getOAuthClient({ path });
assert.equal(read.data?.client_secret, null);

// Asks first: nothing is done.
const asked = await updateOAuthClient({ path, query: { dry_run: true }, body: { name: 'Renamed' } });
assert.ok(asked.data && 'dry_run' in asked.data);
assert.deepEqual(asked.data.changes, { name: { from: 'Made by hey-api', to: 'Renamed' } });
const another = { name: 'Only asked', grant_types: ['client_credentials' as const] };
const made = await createOAuthClient({ path: place, query: { dry_run: true }, body: another });
assert.ok(made.data && 'dry_run' in made.data);
const gone = await deleteOAuthClient({ path, query: { dry_run: true } });
assert.ok(gone.data?.effects.some(({ code }) => code === 'client_is_gone_for_good'));

// What was read is sent back with a change. Null changes nothing.
const patched = await updateOAuthClient({
  path,
  body: { ...read.data, name: 'Renamed', description: null, pkce_challenge_method: null },
});
assert.ok(patched.data && !('dry_run' in patched.data));
assert.equal(patched.data.name, 'Renamed');
assert.equal(patched.data.token_endpoint_auth_method, 'client_secret_basic');

// Other grant types are refused with a problem that has a type.
const refused = await updateOAuthClient({ path, body: { grant_types: ['client_credentials'] } });
assert.equal(refused.response?.status, 422);
assert.equal(refused.error?.code, 'validation_failed');
const broken: ViolationCode | undefined = refused.error.errors?.[0]?.code;
assert.equal(broken, 'grant_types_immutable');

// A new secret, whose call may be repeated, and the end.
const headers = { 'Idempotency-Key': crypto.randomUUID() };
const rotated = await rotateOAuthClientSecret({ path, headers });
assert.ok(rotated.data && 'client_secret' in rotated.data);
assert.notEqual(rotated.data.client_secret, created.data.client_secret);
assert.deepEqual((await rotateOAuthClientSecret({ path, headers })).data, rotated.data);
assert.equal((await deleteOAuthClient({ path })).response?.status, 204);
assert.equal((await getOAuthClient({ path })).error?.code, 'not_found');

/** What must not compile. */
export const mistakes = [
  // @ts-expect-error -- an id is a string
  () => getOAuthClient({ path: { ...path, oauth_client_id: 1 } }),
  // @ts-expect-error -- no such grant
  () => updateOAuthClient({ path, body: { grant_types: ['password'] } }),
  // @ts-expect-error -- no such member
  () => updateOAuthClient({ path, body: { client_name: 'x' } }),
  // @ts-expect-error -- no such problem
  () => refused.error?.code === 'nonsense',
];
