import { createPrivateKey, createPublicKey, randomBytes, randomUUID, sign, verify } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { ConfigurationError } from '../../config/environment.js';
import { createClientSecret } from '../../oauth-clients/client-secret.js';

const FILE_NAME = 'authorization-server.json';
const MIN_MODULUS_BITS = 2048;

const PUBLIC_MEMBERS = ['kty', 'n', 'e', 'kid', 'alg', 'use'] as const;
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const;
type PublicSigningKey = Readonly<Record<(typeof PUBLIC_MEMBERS)[number], string>>;
/** A private RSA key for RS256 as JSON Web Key (RFC 7517). */
export type SigningKey = PublicSigningKey & Readonly<Record<(typeof PRIVATE_MEMBERS)[number], string>>;

interface StoredState {
  readonly signing_key: SigningKey;
  readonly cookie_key: string;
  readonly platform_secret: string;
}

/** What the embedded authorization server must still know after a restart, in a file that only its owner can read. */
export class ServerState {
  private constructor(private readonly stored: StoredState) {}

  get signingKey(): SigningKey {
    return this.stored.signing_key;
  }

  get publicKeys(): { keys: PublicSigningKey[] } {
    return { keys: [publicPart(this.signingKey)] };
  }

  /** Signs the cookies of sign-in sessions. */
  get cookieKey(): string {
    return this.stored.cookie_key;
  }

  /** The client secret of the platform's own machine. */
  get platformSecret(): string {
    return this.stored.platform_secret;
  }

  /** Reads the file, or makes it on the first start. Processes that start together end with the same one. */
  static async open(directory: string): Promise<ServerState> {
    const existing = await ServerState.find(directory);
    if (existing) return existing;
    await publish(directory, await createState());
    return (await ServerState.find(directory)) ?? refuse('vanished while it was being made');
  }

  /** Reads the file, or returns null where the service has never been started. */
  static async find(directory: string): Promise<ServerState | null> {
    const text = await read(join(directory, FILE_NAME));
    if (text === null) return null;
    const state = parse(text);
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
    const code = codeOf(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : refuse(`cannot be read (${code})`);
  }
}

/** A hard link appears whole or not at all, and never replaces what another process has made in the meantime. */
async function publish(directory: string, state: StoredState): Promise<void> {
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
    throw new ConfigurationError(`DATA_DIR is a directory that cannot be written (${codeOf(error)}).`);
  }
}

async function createState(): Promise<StoredState> {
  const { privateKey } = await generateKeyPair('RS256', {
    modulusLength: MIN_MODULUS_BITS,
    extractable: true,
  });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  const state = {
    signing_key: { ...jwk, kid, alg: 'RS256', use: 'sig' },
    cookie_key: randomBytes(32).toString('base64url'),
    platform_secret: createClientSecret().secret,
  };
  if (!isUsable(state)) throw new Error('a new signing key does not work');
  return state;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isUsable(state: unknown): state is StoredState {
  return (
    isRecord(state) &&
    isSigningKey(state['signing_key']) &&
    isText(state['cookie_key']) &&
    isText(state['platform_secret'])
  );
}

function isSigningKey(jwk: unknown): jwk is SigningKey {
  return (
    isRecord(jwk) &&
    [...PUBLIC_MEMBERS, ...PRIVATE_MEMBERS].every((member) => isText(jwk[member])) &&
    jwk['kty'] === 'RSA' &&
    jwk['alg'] === 'RS256' &&
    jwk['use'] === 'sig' &&
    signsForItself(jwk as SigningKey)
  );
}

/** One changed character leaves a key that loads, and whose every signature is refused. */
function signsForItself(jwk: SigningKey): boolean {
  const probe = Buffer.from(FILE_NAME);
  try {
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
    const publicKey = createPublicKey({ key: publicPart(jwk), format: 'jwk' });
    const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
    return bits >= MIN_MODULUS_BITS && verify('sha256', probe, publicKey, sign('sha256', probe, privateKey));
  } catch {
    return false;
  }
}

const publicPart = ({ kty, n, e, kid, alg, use }: SigningKey): PublicSigningKey => ({
  kty,
  n,
  e,
  kid,
  alg,
  use,
});

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const codeOf = (error: unknown): string =>
  isRecord(error) && isText(error['code']) ? error['code'] : 'unknown error';
