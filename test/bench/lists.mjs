/**
 * How long every filter and order of the list of clients takes, with 10,000 clients in the project among 1,000,000. Exits 1
 * when one takes more than 50 ms at the 99th percentile, or a table was read from its beginning to its end.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../dist/src/embedded-postgres/embedded-postgres.js';
import { Scene } from './scene.mjs';
import { startService } from './servers.mjs';

const CLIENTS = Number(process.env.BENCH_CLIENTS ?? 1_000_000);
const PROJECTS = 100;
const SAMPLES = Number(process.env.BENCH_SAMPLES ?? 150);
const WARM_UP = 12;
const TARGET_MS = 50;

const SORTS = ['-created', 'created', 'name', '-name'];
/** Some of these find nothing, so that all clients of the project are read. */
const FILTERS = [
  '',
  'enabled=false',
  'trusted=true',
  'sync_status=failed',
  'grant_type=implicit',
  'token_endpoint_auth_method=none',
  'unused_for_days=30',
  'secret_expires_within_days=7',
  'name=shop%201',
  'name=zebra',
  'name=shop&enabled=false&sync_status=synced',
  'client_id=5f0c2b9e-3d1a-4c47-9a55-0d6f3f1f7f10',
];

/** Undone last to first, whatever happens. */
const cleanUp = [];

async function bench() {
  const directory = await mkdtemp(join(tmpdir(), 'registry-lists-'));
  cleanUp.push(() => rm(directory, { recursive: true, force: true }));
  const scene = new Scene();
  const settings = await scene.serviceSettings(directory);
  const url = settings.DATABASE_URL || (await embedded(directory));
  const service = await startService({ ...settings, DATABASE_URL: url });
  cleanUp.push(() => service.stop());
  await scene.seed(url);
  console.log(`Making ${CLIENTS} clients in ${PROJECTS} projects ...`);
  const database = new pg.Client(url);
  await database.connect();
  cleanUp.push(() => database.end());
  const [{ organization, project }] = scene.tenants;
  await database.query(MORE_PROJECTS, [organization, PROJECTS - 1]);
  await database.query(MORE_CLIENTS, [organization, project, CLIENTS]);
  await database.query('vacuum analyze oauth_clients');

  const before = await scansOf(database);
  const results = [];
  const path = `/v1/organizations/${organization}/projects/${project}/oauth-clients`;
  const ask = askAs(scene.viewerToken, service.port);
  for (const sort of SORTS)
    for (const filter of FILTERS)
      for (const count of [false, true]) {
        const query = [filter, `sort=${sort}`, ...(count ? ['count=true'] : [])].filter(Boolean).join('&');
        results.push({ query, ...(await measure(ask, `${path}?${query}`)) });
      }
  return report(results, (await scansOf(database)) - before);
}

async function embedded(directory) {
  const server = await startEmbeddedPostgres({ directory });
  cleanUp.push(() => server.stop());
  return server.url;
}

/** How often a table of clients was read as a whole. The statistics of other connections come a moment later. */
async function scansOf(database) {
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const { rows } = await database.query(
    `select sum(seq_scan)::integer as scans from pg_stat_user_tables where relname = 'oauth_clients'`,
  );
  return rows[0].scans;
}

/** Reads page after page, and begins again after the last one. */
async function measure(ask, path) {
  const times = [];
  let cursor = null;
  for (let sample = -WARM_UP; sample < SAMPLES; sample++) {
    const started = performance.now();
    const { next_cursor } = await ask(cursor === null ? path : `${path}&cursor=${cursor}`);
    if (sample >= 0) times.push(performance.now() - started);
    cursor = next_cursor;
  }
  times.sort((a, b) => a - b);
  return {
    fastest: times[0],
    median: times[Math.floor(SAMPLES / 2)],
    p99: times[Math.ceil(SAMPLES * 0.99) - 1],
  };
}

function askAs(token, port) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  cleanUp.push(() => agent.destroy());
  return (path) =>
    new Promise((resolve, reject) => {
      const options = { port, path, agent, headers: { authorization: `Bearer ${token}` } };
      get(options, async (response) => {
        const parts = await response.toArray();
        const text = Buffer.concat(parts).toString();
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`${path}: ${text}`));
      }).on('error', reject);
    });
}

function report(results, scans) {
  console.log('    p99  median fastest  ms');
  for (const { query, ...times } of results.toSorted((a, b) => b.p99 - a.p99)) {
    const columns = [times.p99, times.median, times.fastest].map((ms) => ms.toFixed(1).padStart(7));
    console.log(`${columns.join(' ')}  ${query}`);
  }
  console.log(`${scans} sequential scans of oauth_clients, of which there should be 0.`);
  return scans === 0 && results.every(({ p99 }) => p99 <= TARGET_MS);
}

const MORE_PROJECTS = `
  insert into projects (id, organization_id, name)
  select gen_random_uuid(), $1, 'Other' from generate_series(1, $2::integer)`;

/** Clients of one project stand far from each other, as they do when projects grow side by side. */
const MORE_CLIENTS = `
  with place as (
    select id, row_number() over (order by id <> $2::uuid) - 1 as place
    from projects where organization_id = $1 and (id = $2::uuid or name = 'Other')
  )
  insert into oauth_clients
    (id, organization_id, project_id, client_id, name, name_folded, description, redirect_uris, grant_types, scopes,
     token_endpoint_auth_method, pkce_required, pkce_challenge_method, trusted, enabled,
     created, modified, created_by, modified_by, revision, synced_revision, synced_at, last_used_at)
  select (lpad(to_hex(1790000000000 + n), 12, '0') || '7' || lpad(to_hex(n % 4096), 3, '0') || '8' || left(md5(n::text), 15))::uuid,
         $1, place.id, gen_random_uuid(), 'Shop ' || n % 9973, 'shop ' || n % 9973, 'Signs customers in at the web shop.',
         '{https://shop.example.com/callback,http://localhost:8080/callback}',
         '{authorization_code,refresh_token}', '{openid,offline_access,orders:read}',
         'client_secret_basic', true, 'S256', false, n % 7 > 0,
         now(), now(), '{}', '{}', 1, 1, now(), now()
  from generate_series(1, $3::integer) as n join place on place.place = n % ${PROJECTS}`;

try {
  if (!(await bench())) process.exitCode = 1;
} finally {
  for (const undo of cleanUp.toReversed()) await undo();
}
