import assert from 'node:assert/strict';
import pg from 'pg';
import { pathOf } from './rounds.mjs';

/** A floor that does less than the service would be no floor: both must decide and answer alike. */
export async function checkParity(scene, servers) {
  const [client] = scene.clients;
  const [token] = scene.tokens;
  const foreign = { ...client, tenant: scene.tenants.at(-1) };
  const change = { token, method: 'PATCH', body: { description: 'Changed' } };
  const calls = [
    { client, token, status: 200 },
    { ...change, client, status: 200 },
    { ...change, client, body: { name: '', unknown: true }, status: 422 },
    { ...change, client, token: scene.viewerToken, status: 403 },
    { client, token: scene.strangerToken, status: 404 },
    { client: foreign, token, status: 404 },
    { client, token: `${token}x`, status: 401 },
    { client, status: 401 },
  ];
  for (const call of calls) {
    // The service goes first and makes the change, the floor finds nothing left to change and answers the same.
    const service = await answerOf(servers.service, call);
    const floor = await answerOf(servers.floor, call);
    const what = `a ${call.method ?? 'GET'} that is to be answered ${call.status}`;
    assert.equal(service.status, call.status, `the service on ${what}`);
    assert.equal(floor.status, call.status, `the floor on ${what}`);
    if (call.status === 200) assert.deepEqual(floor, service);
  }
}

async function answerOf({ port }, { client, token, method, body }) {
  const authorization = token && { authorization: `Bearer ${token}` };
  const entity = body && { method, body: JSON.stringify(body) };
  const headers = { ...authorization, ...(body && { 'content-type': 'application/json' }) };
  const response = await fetch(`http://127.0.0.1:${port}${pathOf(client)}`, { ...entity, headers });
  return { status: response.status, etag: response.headers.get('etag'), body: await response.json() };
}

/** Every answered PATCH is a revision and an audit event, beside the one of the parity check. */
export async function countUpdates(scene, databaseUrl, answers) {
  const database = new pg.Client(databaseUrl);
  await database.connect();
  const values = [scene.tenants.map(({ organization }) => organization)];
  const { rows } = await database.query(WRITTEN, values);
  await database.end();
  assert.deepEqual(rows[0], { events: answers + 1, revisions: answers + 1 });
}

const WRITTEN = `
  select (select count(*)::int from audit_events where organization_id = any($1)) as events,
         (select sum(revision - 1)::int from oauth_clients where organization_id = any($1)) as revisions`;
