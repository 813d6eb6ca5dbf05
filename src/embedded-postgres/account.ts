import { chmod, chown, lchown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { run, type Identity, type CommandResult } from './command.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** Runs one of PostgreSQL's programs as the OS user that owns the data. */
export type Launch = (binary: string, args: readonly string[]) => Promise<CommandResult>;

/** PostgreSQL refuses to run as root. */
export const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * The OS user to run PostgreSQL as, undefined for the present one. For root it is the owner of the existing data, so that
 * data made without root stays usable without root, or else `postgres`, or else `nobody`.
 *
 * @throws EmbeddedPostgresError for root where there is none of these
 */
export async function findSystemAccount(dataDirectory: string): Promise<Identity | undefined> {
  if (!isRoot()) return undefined;
  const owner = await stat(dataDirectory).catch(() => null);
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const account = (await lookUp('postgres')) ?? (await lookUp('nobody'));
  if (account) return account;
  throw new EmbeddedPostgresError(
    'PostgreSQL refuses to run as root, and there is no OS user postgres or nobody to run it as',
    'start the service as another user',
  );
}

async function lookUp(name: string): Promise<Identity | undefined> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
  return uid.ok && gid.ok ? { uid: Number(uid.output), gid: Number(gid.output) } : undefined;
}

/** Lets the account pass through a directory that root made for itself, without letting it look around. */
export async function admit(account: Identity | undefined, directory: string): Promise<void> {
  if (!account) return;
  const { uid, gid, mode } = await stat(directory);
  if (uid !== 0 || gid !== 0 || (mode & 0o001) !== 0) return;
  await chown(directory, 0, account.gid);
  await chmod(directory, (mode | 0o010) & 0o7777);
}

/** Gives root's copy of a directory, and all that is in it, to the account. */
export async function giveTo(account: Identity | undefined, directory: string): Promise<void> {
  if (!account || (await stat(directory)).uid === account.uid) return;
  for (const path of await readdir(directory, { recursive: true })) {
    await lchown(join(directory, path), account.uid, account.gid);
  }
  await chmod(directory, 0o700);
  await chown(directory, account.uid, account.gid);
}

/**
 * How to run programs as the account. Where it cannot enter the paths (a checkout below root's home, or a temporary
 * directory of root's), it gets the one capability that opens them, the weaker one if that is enough.
 *
 * @throws EmbeddedPostgresError when no way lets the account enter the paths
 */
export async function launchAs(account: Identity | undefined, paths: readonly string[]): Promise<Launch> {
  const plain: Launch = (binary, args) => run(binary, args, account);
  if (!account) return plain;
  const ways = [plain, ...CAPABILITIES.map((capability) => withCapability(account, capability))];
  for (const launch of ways) if (await canOpen(launch, paths)) return launch;
  throw new EmbeddedPostgresError(
    `PostgreSQL refuses to run as root, and the OS user with id ${account.uid} cannot enter ${paths.join(' and ')}`,
    'start the service as another user, open these paths to that user, install setpriv',
  );
}

/** Docker's default set lacks the first, and a file that only root may execute needs the second (capabilities(7)). */
const CAPABILITIES = ['dac_read_search', 'dac_override'] as const;

function withCapability({ uid, gid }: Identity, capability: string): Launch {
  const options = [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
    // Without it access(2), which PostgreSQL asks about its own binary, ignores the capabilities of a user.
    '--securebits=+no_setuid_fixup',
  ];
  return (binary, args) => run('setpriv', [...options, '--', binary, ...args]);
}

async function canOpen(launch: Launch, paths: readonly string[]): Promise<boolean> {
  const checks = paths.flatMap((path) => ['-a', '-x', path]).slice(1);
  return (await launch('test', checks)).ok;
}
