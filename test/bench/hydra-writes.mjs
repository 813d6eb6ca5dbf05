import { median } from './median.mjs';
import { pathOf } from './rounds.mjs';

/** The share of all rounds that is run: less than 1 for a first impression. */
export const SCALE = Number(process.env.BENCH_SCALE ?? 1);
const CLIENTS = 50;
const WARM_UP_PAIRS = 300 * SCALE;
const PAIRS = 1_000 * SCALE;

/**
 * What a PATCH costs that waits for Hydra, against Hydra's own PUT of the same client, one after the other: so what else the
 * machine does hits both. The PUT is of the whole client, without a secret, as Hydra's clients do it.
 *
 * @returns the median milliseconds of both, and the ratio of these
 */
export async function compareWrites(scene, { service, adminUrl }) {
  const clients = await makeClients(scene, service);
  const stored = await Promise.all(
    clients.map(({ client_id: id }) => call(`${adminUrl}/admin/clients/${id}`)),
  );
  const patch = () => patchOne(scene, service, oneOf(clients));
  const put = () => putOne(adminUrl, oneOf(stored));
  for (let i = 0; i < WARM_UP_PAIRS; i++) await Promise.all([patch(), put()]);
  const times = { patch: [], put: [] };
  for (let i = 0; i < PAIRS; i++) {
    const turns = [() => timed(times.patch, patch), () => timed(times.put, put)];
    if (i % 2) turns.reverse();
    for (const turn of turns) await turn();
  }
  const medians = { patch: median(times.patch), put: median(times.put) };
  return { ...medians, ratio: medians.patch / medians.put };
}

async function makeClients(scene, service) {
  const made = [];
  for (let i = 0; i < CLIENTS; i++)
    made.push(await makeClient(scene, service, { ...SHOP, name: `Shop ${i}` }));
  return made;
}

const SHOP = {
  redirect_uris: ['https://shop.example.com/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  scopes: ['openid', 'offline_access'],
};

/** Makes a client through the API, as its owner does. */
export async function makeClient(scene, service, settings) {
  const [tenant] = scene.tenants;
  const client = await call(`http://127.0.0.1:${service.port}${pathOf({ id: '', tenant }).slice(0, -1)}`, {
    method: 'POST',
    headers: headersOf(scene),
    body: JSON.stringify(settings),
  });
  return { ...client, tenant };
}

/** Fails unless Hydra has the change: what is pending costs less. */
async function patchOne(scene, service, client) {
  const { sync_status: status } = await call(`http://127.0.0.1:${service.port}${pathOf(client)}`, {
    method: 'PATCH',
    headers: headersOf(scene),
    body: JSON.stringify({ name: `Shop ${Math.random()}` }),
  });
  if (status !== 'synced') throw new Error(`Hydra does not have a change in time: ${status}`);
}

const putOne = (adminUrl, stored) =>
  call(`${adminUrl}/admin/clients/${stored.client_id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...stored, client_name: `Shop ${Math.random()}` }),
  });

async function timed(times, work) {
  const started = performance.now();
  await work();
  times.push(performance.now() - started);
}

async function call(url, init) {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok)
    throw new Error(`${init?.method ?? 'GET'} ${url} is answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

const headersOf = ({ tokens }) => ({
  'content-type': 'application/json',
  authorization: `Bearer ${oneOf(tokens)}`,
});

const oneOf = (list) => list[Math.floor(Math.random() * list.length)];
