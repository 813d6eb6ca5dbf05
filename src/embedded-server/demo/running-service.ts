import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/config.js';
import { isObject, isText, parseJson } from '../../lib/json.js';

const FILE_NAME = 'service.json';

/** What a token must fit to be accepted by the service that runs on a data directory. */
export type RunningService = Pick<Config, 'publicUrl' | 'audience'>;

/** Notes these settings for commands in another terminal, which do not know with which ones the service was started. */
export async function noteRunningService({ dataDirectory, publicUrl, audience }: Config): Promise<void> {
  await writeFile(join(dataDirectory, FILE_NAME), `${JSON.stringify({ publicUrl, audience }, null, 2)}\n`);
}

/** The settings of the service that was started last; null where there was none. */
export async function findRunningService(dataDirectory: string): Promise<RunningService | null> {
  const text = await readFile(join(dataDirectory, FILE_NAME), 'utf8').catch(() => '');
  const noted = parseJson(text);
  if (!isObject(noted)) return null;
  const { publicUrl, audience } = noted as Record<string, unknown>;
  return isText(publicUrl) && isText(audience) ? { publicUrl, audience } : null;
}
