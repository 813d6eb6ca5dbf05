import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** Absolute paths of the programs of one PostgreSQL installation. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

/**
 * Finds the PostgreSQL that npm installed for this platform.
 *
 * @throws EmbeddedPostgresError when it is not installed
 */
export async function findBinaries(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<PostgresBinaries> {
  const packageRoot = findPackage(
    `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`,
  );
  await restoreLibraryLinks(packageRoot);
  const suffix = platform === 'win32' ? '.exe' : '';
  const path = (program: string): string => join(packageRoot, 'native', 'bin', program + suffix);
  return { initdb: path('initdb'), pgCtl: path('pg_ctl'), postgres: path('postgres') };
}

/**
 * Finds the folder of a package without importing it: jest runs modules as CommonJS, and the package declares `__dirname`
 * itself.
 */
function findPackage(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
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
