import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { giveTo, type Launch } from './account.js';
import type { PostgresBinaries } from './binaries.js';
import { tellingLine, type Identity } from './command.js';
import { codeOf } from '../lib/error-code.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { isAlive } from './server.js';

export interface ClusterOptions {
  readonly dataDirectory: string;
  readonly binaries: PostgresBinaries;
  readonly account: Identity | undefined;
  readonly launch: Launch;
  readonly durable: boolean;
  readonly log: (line: string) => void;
}

/**
 * Makes the data directory if there is none, and returns the password of its superuser.
 *
 * @throws EmbeddedPostgresError when the directory holds something else or data of another version, and when PostgreSQL
 * does not run here
 */
export async function ensureCluster(options: ClusterOptions): Promise<string> {
  const { dataDirectory, account } = options;
  const version = await findBinaryVersion(options);
  if (await isMissing(dataDirectory)) await initialise(options);
  await assertUsable(dataDirectory, version);
  await giveTo(account, dataDirectory);
  return (await readFile(join(dataDirectory, PASSWORD_FILE), 'utf8')).trim();
}

/** Absent or empty. An empty one is what a volume looks like before its first use. */
async function isMissing(directory: string): Promise<boolean> {
  try {
    return (await readdir(directory)).length === 0;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw new EmbeddedPostgresError(`The PostgreSQL data in ${directory} cannot be read`, 'check its owner');
  }
}

async function findBinaryVersion({ launch, binaries }: ClusterOptions): Promise<string> {
  const { ok, output } = await launch(binaries.postgres, ['--version']);
  const version = /\(PostgreSQL\) (\d+)/.exec(output)?.[1];
  if (ok && version !== undefined) return version;
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL, which on Linux needs glibc, does not run here (${tellingLine(output)})`,
    'run npm rebuild',
  );
}

async function assertUsable(directory: string, binaryVersion: string): Promise<void> {
  const read = (file: string): Promise<string | null> =>
    readFile(join(directory, file), 'utf8').catch(() => null);
  const version = (await read('PG_VERSION'))?.trim();
  const remedy = 'move that directory away to start afresh';
  if (version === undefined || (await read(PASSWORD_FILE)) === null) {
    throw new EmbeddedPostgresError(
      `${directory} holds something else than this service's PostgreSQL`,
      remedy,
    );
  }
  if (version !== binaryVersion) {
    const problem = `The data in ${directory} is of PostgreSQL ${version}, and ${binaryVersion} is installed`;
    throw new EmbeddedPostgresError(problem, remedy);
  }
}

/** Works beside the final place and moves the whole there, so that a killed first start leaves nothing half-made. */
async function initialise(options: ClusterOptions): Promise<void> {
  const { dataDirectory, account, log } = options;
  log(`initialising PostgreSQL in ${dataDirectory}`);
  await removeAbandoned(dataDirectory);
  const staging = await mkdtemp(`${dataDirectory}${STAGING}${process.pid}-`);
  try {
    await writeFile(join(staging, PASSWORD_FILE), randomBytes(24).toString('base64url'), { mode: 0o600 });
    await giveTo(account, staging);
    await runInitdb(options, staging);
    await rename(join(staging, PASSWORD_FILE), join(staging, 'data', PASSWORD_FILE));
    await moveUnlessTaken(join(staging, 'data'), dataDirectory);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function runInitdb({ launch, binaries, durable }: ClusterOptions, staging: string): Promise<void> {
  const { ok, output } = await launch(binaries.initdb, [
    `--pgdata=${join(staging, 'data')}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${join(staging, PASSWORD_FILE)}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ]);
  if (ok) return;
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL could not initialise ${dirname(staging)} (${tellingLine(output)})`,
    'correct that',
  );
}

/** Of several first starts at once the first to move wins, and the others use what it made. */
async function moveUnlessTaken(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (await isMissing(to)) throw error;
  }
}

/** Removes what killed first starts left behind, and nothing that a live process works on. */
async function removeAbandoned(dataDirectory: string): Promise<void> {
  const prefix = basename(dataDirectory) + STAGING;
  for (const name of await readdir(dirname(dataDirectory))) {
    if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length)))) continue;
    // An initdb that outlived its starter may still write there.
    await rm(join(dirname(dataDirectory), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

export const SUPERUSER = 'postgres';
/** Inside the data directory, so that data and password come into being together. */
const PASSWORD_FILE = 'superuser.password';
const STAGING = '.init-';
