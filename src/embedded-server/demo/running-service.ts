import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/config.js';
import { codeOf } from '../../lib/error-code.js';
import { isObject, isText, parseJson } from '../../lib/json.js';

/** Each service has a note of its own, with the id of its process: several may run on one data directory. */
const NOTE = /^service-(\d+)\.json$/;

/** What a token must fit to be accepted by a service that runs on a data directory. */
export type RunningService = Pick<Config, 'publicUrl' | 'audience'>;

/** Notes these settings for commands in another terminal, which do not know with which ones the service was started. */
export async function noteRunningService(config: Config): Promise<void> {
  const { publicUrl, audience } = config;
  await writeFile(noteOf(config), `${JSON.stringify({ publicUrl, audience }, null, 2)}\n`);
}

export const forgetRunningService = (config: Config): Promise<void> => rm(noteOf(config), { force: true });

/** The settings of the services that run on a data directory. What a killed one has left there is passed over. */
export async function findRunningServices(dataDirectory: string): Promise<RunningService[]> {
  const names = await readdir(dataDirectory).catch(() => []);
  const running = names.filter((name) => runs(Number(NOTE.exec(name)?.[1])));
  const notes = await Promise.all(running.map((name) => read(join(dataDirectory, name))));
  return notes.filter((note) => note !== null);
}

const noteOf = ({ dataDirectory }: Config): string => join(dataDirectory, `service-${process.pid}.json`);

function runs(processId: number): boolean {
  if (Number.isNaN(processId)) return false;
  try {
    return process.kill(processId, 0);
  } catch (error) {
    // It is there, and somebody else's.
    return codeOf(error) === 'EPERM';
  }
}

async function read(file: string): Promise<RunningService | null> {
  const noted = parseJson(await readFile(file, 'utf8').catch(() => ''));
  if (!isObject(noted)) return null;
  const { publicUrl, audience } = noted;
  return isText(publicUrl) && isText(audience) ? { publicUrl, audience } : null;
}
