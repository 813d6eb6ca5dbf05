import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version of this service, as `package.json` says it. */
export const VERSION = versionAbove(dirname(fileURLToPath(import.meta.url)));

/** From the nearest `package.json` above this file: the build puts the file deeper than it is in the sources. */
function versionAbove(folder: string): string {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return versionAbove(dirname(folder));
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
