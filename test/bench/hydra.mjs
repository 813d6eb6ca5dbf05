import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { compareGate } from './token-gate.mjs';
import { compareWrites } from './hydra-writes.mjs';
import { startService } from './servers.mjs';

const ROOT = join(import.meta.dirname, '../..');
/** Where a real Hydra expects the token hook, unless its configuration says otherwise. */
const HOOK_PORT = '3000';
const MODES = {
  direct: {},
  gate: { TOKEN_GATE: 'enabled' },
};

/**
 * What the registry costs before a Hydra, in both modes: a change against Hydra's own, and a token request through the gate
 * against one that goes to Hydra. Each mode has a database of its own beside the given one.
 *
 * @returns by mode the figures, and whether the Hydra is a real one
 */
export async function compareHydra(scene, settings, databaseUrl) {
  const hydra = await findHydra();
  const figures = { isReal: hydra.isReal };
  try {
    for (const [mode, ofMode] of Object.entries(MODES))
      figures[mode] = await compareMode(scene, { ...settings, ...ofMode }, { databaseUrl, hydra, mode });
  } finally {
    await hydra.stop();
  }
  return figures;
}

async function compareMode(scene, settings, { databaseUrl, hydra, mode }) {
  const own = await createDatabase(databaseUrl, mode);
  const service = await startService(await hydraSettings(settings, own.url, { hydra, mode }));
  try {
    await scene.seedTenants(own.url);
    const writes = await compareWrites(scene, { service, adminUrl: hydra.adminUrl });
    const tokens = mode === 'gate' ? await compareGate(scene, { service, hydra }) : null;
    return { writes, tokens };
  } finally {
    await service.stop();
    await own.drop();
  }
}

/** The real one that the environment names, with HYDRA_DIRECT_URL for its public API where HYDRA_PUBLIC_URL is a proxy's. */
async function findHydra(env = process.env) {
  const { HYDRA_ADMIN_URL: adminUrl, HYDRA_DIRECT_URL: directUrl, HYDRA_PUBLIC_URL: publicUrl } = env;
  if (adminUrl && (directUrl ?? publicUrl)) {
    const port = { PORT: HOOK_PORT, HOOK_SECRET: env.HOOK_SECRET };
    return { isReal: true, adminUrl, publicUrl: directUrl ?? publicUrl, port, stop: async () => {} };
  }
  console.log(
    'Without HYDRA_ADMIN_URL and HYDRA_PUBLIC_URL, what follows is against the stand-in of the tests ...',
  );
  const directory = join(ROOT, 'node_modules/.cache/bench-hydra');
  execFileSync(
    'npx',
    ['swc', 'test/support/hydra', '--out-dir', directory, '--delete-dir-on-start', '--quiet'],
    {
      cwd: ROOT,
    },
  );
  const { HydraStandIn } = await import(join(directory, 'test/support/hydra/hydra-stand-in.js'));
  const hydra = await HydraStandIn.start();
  const { adminUrl: admin, publicUrl: open } = hydra;
  return { isReal: false, adminUrl: admin, publicUrl: open, port: {}, stop: () => hydra.stop() };
}

async function createDatabase(databaseUrl, mode) {
  const name = `bench_${mode}_${randomBytes(6).toString('hex')}`;
  const run = async (statement) => {
    const database = new pg.Client(databaseUrl);
    await database.connect();
    await database.query(statement).finally(() => database.end());
  };
  await run(`create database ${name}`);
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(`drop database ${name} with (force)`) };
}

async function hydraSettings(settings, databaseUrl, { hydra, mode }) {
  const directory = join(settings.DATA_DIR, `hydra-${mode}`);
  await mkdir(directory);
  return {
    HOOK_SECRET: randomBytes(32).toString('base64url'),
    ...settings,
    ...hydra.port,
    DATA_DIR: directory,
    DATABASE_URL: databaseUrl,
    AUTHORIZATION_SERVER: 'hydra',
    HYDRA_ADMIN_URL: hydra.adminUrl,
    HYDRA_PUBLIC_URL: hydra.publicUrl,
    SECRETS_KEY: randomBytes(32).toString('base64'),
    ASSIGNABLE_SCOPES: 'openid offline_access',
  };
}
