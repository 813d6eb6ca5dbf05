import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '../config/environment.js';
import { codeOf } from '../lib/error-code.js';
import { isObject, isText, parseJson } from '../lib/json.js';
import { createClientSecret } from '../oauth-clients/model/client-secret.js';
import {
  createSigningKey,
  isSigningKey,
  publicPart,
  type PublicSigningKey,
  type SigningKey,
} from './signing-key.js';

const FILE_NAME = 'authorization-server.json';
/** What messages say of an error without a code. */
const UNKNOWN = 'unknown error';

interface StoredState {
  readonly signing_key: SigningKey;
  readonly cookie_key: string;
  readonly platform_secret: string;
}

/** What the embedded authorization server must still know after a restart, in a file that only its owner can read. */
export class ServerState {
  readonly signingKey: SigningKey;
  /** Signs the cookies of sign-in sessions. */
  readonly cookieKey: string;
  /** The client secret of the platform's own machine. */
  readonly platformSecret: string;

  private constructor(stored: StoredState) {
    this.signingKey = stored.signing_key;
    this.cookieKey = stored.cookie_key;
    this.platformSecret = stored.platform_secret;
  }

  get publicKeys(): { keys: PublicSigningKey[] } {
    return { keys: [publicPart(this.signingKey)] };
  }

  /**
   * Reads the file, or makes it on the first start. Processes that start together end with the same one.
   *
   * @throws ConfigurationError when the file is damaged, or can be neither read nor written
   */
  static async open(directory: string): Promise<ServerState> {
    const existing = await ServerState.find(directory);
    if (existing) return existing;
    await publish(directory, await createState());
    return (await ServerState.find(directory)) ?? refuse('vanished while it was being made');
  }

  /**
   * Reads the file, or returns null where the service has never been started.
   *
   * @throws ConfigurationError when the file is damaged or cannot be read
   */
  static async find(directory: string): Promise<ServerState | null> {
    const text = await read(join(directory, FILE_NAME));
    if (text === null) return null;
    const state = parseJson(text);
    return isUsable(state) ? new ServerState(state) : refuse('is damaged');
  }
}

function refuse(problem: string): never {
  throw new ConfigurationError(
    `DATA_DIR holds a file ${FILE_NAME} that ${problem}. Restore it, or delete it to start with new keys and end all tokens issued so far.`,
  );
}

async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = codeOf(error) ?? UNKNOWN;
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : refuse(`cannot be read (${code})`);
  }
}

/** A hard link appears whole or not at all, and never replaces what another process has made in the meantime. */
async function publish(directory: string, state: object): Promise<void> {
  const path = join(directory, FILE_NAME);
  const draft = `${path}.${randomUUID()}`;
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
    await link(draft, path).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    await unlink(draft);
  } catch (error) {
    throw new ConfigurationError(
      `DATA_DIR is a directory that cannot be written (${codeOf(error) ?? UNKNOWN}).`,
    );
  }
}

const createState = async (): Promise<Record<keyof StoredState, unknown>> => ({
  signing_key: await createSigningKey(),
  cookie_key: randomBytes(32).toString('base64url'),
  platform_secret: createClientSecret().secret,
});

const isUsable = (state: unknown): state is StoredState =>
  isObject(state) &&
  isSigningKey(state['signing_key']) &&
  isText(state['cookie_key']) &&
  isText(state['platform_secret']);
