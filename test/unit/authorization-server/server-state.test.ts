import { createPublicKey } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerState } from '../../../src/embedded-server/server-state.js';
import { ConfigurationError } from '../../../src/config/environment.js';

const FILE_NAME = 'authorization-server.json';

describe('ServerState', () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'server-state-'));
    path = join(directory, FILE_NAME);
  });

  afterEach(() => rm(directory, { recursive: true }));

  describe('when there is no file', () => {
    it('opening the server state makes a file that only its owner can read, and nothing else beside it', async () => {
      await ServerState.open(directory);

      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(await readdir(directory)).toEqual([FILE_NAME]);
    });

    it('opening the server state makes the directory too', async () => {
      const nested = join(directory, 'a', 'b');

      await ServerState.open(nested);

      expect(await readdir(nested)).toEqual([FILE_NAME]);
    });

    it('opening the server state makes an RSA key of at least 2,048 bits for RS256, and shows its public half only', async () => {
      const { publicKeys } = await ServerState.open(directory);
      const [jwk] = publicKeys.keys;

      expect(Object.keys(jwk ?? {}).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
      expect(jwk).toMatchObject({ alg: 'RS256', use: 'sig' });
      const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
      expect(key.asymmetricKeyDetails?.modulusLength).toBeGreaterThanOrEqual(2048);
    });

    it('several processes that open the server state at once end with one state', async () => {
      const states = await Promise.all(Array.from({ length: 5 }, () => ServerState.open(directory)));

      expect(new Set(states.map(({ signingKey }) => signingKey.kid)).size).toBe(1);
      expect(new Set(states.map(({ platformSecret }) => platformSecret)).size).toBe(1);
      expect(await readdir(directory)).toEqual([FILE_NAME]);
    });

    it('a server state that is missing is found so without being made', async () => {
      expect(await ServerState.find(directory)).toBeNull();
      expect(await readdir(directory)).toEqual([]);
    });
  });

  it('the server state is the same after a restart', async () => {
    const first = await ServerState.open(directory);
    const second = await ServerState.open(directory);

    expect(second).toEqual(first);
  });

  describe('when the file is damaged', () => {
    const damages: Record<string, (text: string) => string> = {
      'is empty': () => '',
      'is cut off': (text) => text.slice(0, text.length / 2),
      'is no object': () => 'null',
      'is another object': () => '{}',
      'lacks the cookie key': (text) => edit(text, (state) => delete state['cookie_key']),
      'lacks the platform secret': (text) => edit(text, (state) => delete state['platform_secret']),
      'has an empty secret': (text) => edit(text, (state) => (state['platform_secret'] = '')),
      'has a public key only': (text) => text.replace(/"d": "[^"]*",/, ''),
      'has a key that verifies nothing it signs': (text) =>
        text.replace(/(?<="n": ".{20})./, (character) => (character === '_' ? '-' : '_')),
      'has a key for another algorithm': (text) => text.replace('"RS256"', '"PS256"'),
    };

    it.each(Object.entries(damages))(
      'the service refuses to start when the file of its server state %s',
      async (_name, damage) => {
        await ServerState.open(directory);
        const damaged = damage(await readFile(path, 'utf8'));
        await writeFile(path, damaged);

        const opening = ServerState.open(directory);

        await expect(opening).rejects.toThrow(ConfigurationError);
        await expect(opening).rejects.toThrow(
          /DATA_DIR holds a file authorization-server\.json that is damaged/,
        );
        expect(await readFile(path, 'utf8')).toBe(damaged);
      },
    );
  });

  it('the service says so when the directory of its server state cannot be written', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');

    await expect(ServerState.open(join(file, 'below'))).rejects.toThrow(
      'DATA_DIR is a directory that cannot be written (ENOTDIR).',
    );
  });
});

function edit(text: string, change: (state: Record<string, unknown>) => unknown): string {
  const state = JSON.parse(text) as Record<string, unknown>;
  change(state);
  return JSON.stringify(state);
}
