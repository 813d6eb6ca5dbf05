import { setTimeout as sleep } from 'node:timers/promises';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ServerResponse } from 'node:http';
import { Logger } from '@nestjs/common';
import type { JSONWebKeySet } from 'jose';
import { keySourceOf } from '../../../src/auth/key-source.js';
import { RemoteKeySet } from '../../../src/auth/remote-key-set.js';
import { TrustedIssuers } from '../../../src/auth/trusted-issuers.js';
import { Problem } from '../../../src/problem-details/problem.js';
import { SigningKey } from '../../support/tokens.js';
import { KeyServer } from './key-server.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const first = SigningKey.named('first');
const second = SigningKey.named('second');
const setOf = (...keys: SigningKey[]): JSONWebKeySet => ({ keys: keys.map((key) => key.jwk()) });

describe('remote key set', () => {
  let server: KeyServer;
  let now: number;
  let keySet: RemoteKeySet;

  const keySetAt = (uri: string, timeoutMs = 5000): RemoteKeySet =>
    new RemoteKeySet({
      issuer: 'https://hydra.test/',
      clock: () => now,
      source: keySourceOf(uri, { timeoutMs }),
    });
  const idsFound = async (kid: string): Promise<string[]> => (await keySet.find(kid)).map((key) => key.kid);
  const statusOf = async (kid: string): Promise<number> => {
    const error: unknown = await Promise.resolve()
      .then(() => keySet.find(kid))
      .then(
        () => null,
        (reason: unknown) => reason,
      );
    return error instanceof Problem ? error.status : 0;
  };

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(async () => {
    server = new KeyServer();
    await server.listen();
    server.serves(setOf(first));
    now = 1_000_000;
    keySet = keySetAt(server.url);
  });

  afterEach(() => server.close());

  describe('when the key server is well', () => {
    it('a remote key set finds a known key without asking, at once', async () => {
      await keySet.refreshIfDue();
      expect(keySet.find('first')).not.toBeInstanceOf(Promise);
      expect(await idsFound('first')).toEqual(['first']);
      expect(server.requests).toBe(1);
    });

    it('a remote key set loads the keys for the first token that comes before them', async () => {
      expect(await idsFound('first')).toEqual(['first']);
    });

    it('a remote key set asks again after ten minutes, and not before', async () => {
      await keySet.refreshIfDue();
      now += 10 * MINUTE - 1;
      await keySet.refreshIfDue();
      expect(server.requests).toBe(1);
      now += 1;
      await keySet.refreshIfDue();
      expect(server.requests).toBe(2);
    });

    it('a remote key set follows a rotation: the new key is found as soon as a token names it, the old one is gone', async () => {
      await keySet.refreshIfDue();
      const [before] = await keySet.find('first');
      server.serves(setOf(second));
      expect(await idsFound('second')).toEqual(['second']);
      expect(before && keySet.has(before)).toBe(false);
      expect(await idsFound('first')).toEqual([]);
    });

    it('a remote key set finds the new key for all tokens that come while it is fetched, by one request', async () => {
      await keySet.refreshIfDue();
      server.serves(setOf(second));
      const found = await Promise.all([idsFound('second'), idsFound('second'), idsFound('second')]);
      expect(found).toEqual([['second'], ['second'], ['second']]);
      expect(server.requests).toBe(2);
    });

    it('a remote key set keeps a key that stays in the set as the same key', async () => {
      const [before] = await keySet.find('first');
      server.serves(setOf(second, first));
      await keySet.find('second');
      expect(before && keySet.has(before)).toBe(true);
    });

    it('a remote key set takes another key under a known id for another key', async () => {
      const [before] = await keySet.find('first');
      server.serves({ keys: [{ ...second.jwk(), kid: 'first' }] });
      now += 10 * MINUTE;
      await keySet.refreshIfDue();
      expect(before && keySet.has(before)).toBe(false);
      expect(await idsFound('first')).toEqual(['first']);
    });

    it('a remote key set finds all keys of an id that the issuer gave twice', async () => {
      server.serves({ keys: [first.jwk(), { ...second.jwk(), kid: 'first' }] });
      expect(await idsFound('first')).toEqual(['first', 'first']);
    });

    it('a remote key set leaves out the keys that may not be used, and uses the others', async () => {
      const keys = [{ kty: 'oct', kid: 'first', k: 'AAAA' }, { ...second.jwk(), use: 'enc' }, first.jwk()];
      server.answers((response) => response.end(JSON.stringify({ keys: [null, ...keys] })));
      expect(await idsFound('first')).toEqual(['first']);
      expect(await idsFound('second')).toEqual([]);
    });
  });

  describe('when tokens name unknown keys', () => {
    it('a remote key set asks once in 5 seconds, however many unknown keys tokens name', async () => {
      await keySet.refreshIfDue();
      const flood = Array.from({ length: 100 }, (_, index) => idsFound(`unknown ${index}`));
      await Promise.all(flood);
      expect(await idsFound('unknown later')).toEqual([]);
      expect(server.requests).toBe(2);
      now += 5 * SECOND - 1;
      await keySet.find('unknown');
      await keySet.refreshIfDue();
      expect(server.requests).toBe(2);
      now += 1;
      await keySet.find('unknown');
      expect(server.requests).toBe(3);
    });

    it('a remote key set finds a new key at the end of the 5 seconds after a made-up one, without being asked again', async () => {
      await keySet.refreshIfDue();
      await idsFound('made up');
      server.serves(setOf(first, second));
      expect(await idsFound('second')).toEqual([]);
      now += 5 * SECOND;
      await keySet.refreshIfDue();
      expect(keySet.find('second')).toHaveLength(1);
    });

    it('a remote key set looks again for a key that a load under way came too early for', async () => {
      await keySet.refreshIfDue();
      const held = new Promise<ServerResponse>((resolve) => server.answers(resolve));
      const waiting = [idsFound('made up'), idsFound('second')];
      (await held).end(JSON.stringify(setOf(first)));
      expect(await Promise.all(waiting)).toEqual([[], []]);
      server.serves(setOf(first, second));
      now += 5 * SECOND;
      await keySet.refreshIfDue();
      expect(keySet.find('second')).toHaveLength(1);
    });

    it('a remote key set finds a new key for a token that comes while the first load, or a later one, was sent too early for it', async () => {
      for (const known of [[], [first]]) {
        now += 10 * MINUTE;
        const held = new Promise<ServerResponse>((resolve) => server.answers(resolve));
        const loading = keySet.refreshIfDue();
        const response = await held;
        const waiting = [idsFound('second'), idsFound('second')];
        server.serves(setOf(...known, second));
        response.end(JSON.stringify(setOf(first)));
        await loading;
        expect(await Promise.all(waiting)).toEqual([['second'], ['second']]);
        server.serves(setOf(first));
        now += 10 * MINUTE;
        await keySet.refreshIfDue();
      }
      expect(server.requests).toBe(6);
    });

    it('a remote key set looks for a new key once the quiet after a failure is over', async () => {
      await keySet.refreshIfDue();
      server.answers((response) => response.writeHead(500).end());
      await idsFound('second');
      server.serves(setOf(first, second));
      now += 30 * SECOND - 1;
      expect(await idsFound('second')).toEqual([]);
      await keySet.refreshIfDue();
      expect(server.requests).toBe(2);
      now += 1;
      await keySet.refreshIfDue();
      expect(keySet.find('second')).toHaveLength(1);
    });

    it('a remote key set asks no more often for unknown keys while the key server fails, and good keys go on', async () => {
      await keySet.refreshIfDue();
      server.answers((response) => response.writeHead(500).end());
      for (let i = 0; i < 100; i += 1) expect(await idsFound(`unknown ${i}`)).toEqual([]);
      expect(server.requests).toBe(2);
      expect(await idsFound('first')).toEqual(['first']);
    });

    it('a remote key set asks no more often for unknown keys while the set is empty', async () => {
      await keySet.refreshIfDue();
      server.serves({ keys: [] });
      for (let i = 0; i < 10; i += 1) await keySet.find(`unknown ${i}`);
      expect(server.requests).toBe(2);
      expect(await idsFound('first')).toEqual(['first']);
    });

    it('a remote key set lets good tokens pass while the answer on an unknown key is awaited', async () => {
      await keySet.refreshIfDue();
      const held = new Promise<ServerResponse>((resolve) => server.answers(resolve));
      const waiting = idsFound('second');
      expect(keySet.find('first')).toHaveLength(1);
      (await held).end(JSON.stringify(setOf(first, second)));
      expect(await waiting).toEqual(['second']);
    });
  });

  describe('when the key server is ill', () => {
    it('a remote key set keeps the last good keys for an hour, then says 503, and comes back by itself', async () => {
      const [key] = await keySet.find('first');
      server.answers((response) => response.writeHead(503).end());
      now += 60 * MINUTE;
      await keySet.refreshIfDue();
      expect(await idsFound('first')).toEqual(['first']);
      expect(key && keySet.has(key)).toBe(true);
      now += 1;
      expect(await statusOf('first')).toBe(503);
      expect(key && keySet.has(key)).toBe(false);
      server.serves(setOf(first));
      now += 30 * SECOND;
      await keySet.refreshIfDue();
      expect(await idsFound('first')).toEqual(['first']);
      expect(key && keySet.has(key)).toBe(true);
    });

    it('a remote key set says 503 while no keys were ever loaded, asking again after a second, by itself', async () => {
      server.answers((response) => response.writeHead(500).end());
      const statuses = await Promise.all(Array.from({ length: 50 }, (_, index) => statusOf(`kid ${index}`)));
      expect(new Set(statuses)).toEqual(new Set([503]));
      await keySet.refreshIfDue();
      expect(await statusOf('first')).toBe(503);
      expect(server.requests).toBe(1);
      now += SECOND;
      server.serves(setOf(first));
      await keySet.refreshIfDue();
      expect(keySet.find('first')).toHaveLength(1);
    });

    it('a remote key set waits for the first keys as long as a new Hydra takes for them, which is up to 9 s', async () => {
      const limits: { readonly ms: number; readonly end: () => void }[] = [];
      const spy = jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
        const limit = new AbortController();
        limits.push({ ms, end: () => limit.abort(new DOMException('too late', 'TimeoutError')) });
        return limit.signal;
      });
      const held = new Promise<ServerResponse>((resolve) => server.answers(resolve));
      const { url: jwksUri } = server;
      const issuers = new TrustedIssuers([{ kind: 'hydra', issuer: 'https://hydra.test/', jwksUri }]);
      issuers.onModuleInit();
      const response = await held;
      server.serves(setOf(first));
      for (const { ms, end } of limits) if (ms <= 9 * SECOND) end();
      response.end(JSON.stringify(setOf(first)));
      while (issuers.state()[0]?.ready !== true) await sleep(10);
      expect([limits.length, issuers.state()[0]?.failures]).toEqual([1, 0]);
      issuers.onApplicationShutdown();
      spy.mockRestore();
    });

    it('a remote key set says once in the log that the first keys cannot be had, however often it asks', async () => {
      const warn = jest.spyOn(Logger.prototype, 'warn');
      server.answers((response) => response.writeHead(500).end());
      for (let i = 0; i < 5; i += 1, now += SECOND) await keySet.refreshIfDue();
      expect(server.requests).toBe(5);
      expect(warn).toHaveBeenCalledTimes(1);
      warn.mockRestore();
    });

    const page = '<!doctype html><title>Sign in</title>';
    it.each<[string, string, (response: ServerResponse) => void]>([
      ['an error', 'the key server answered 500', (response) => response.writeHead(500).end('{}')],
      ['no content', 'the key server answered 204', (response) => response.writeHead(204).end()],
      [
        'a part',
        'the key server answered 206',
        (response) => response.writeHead(206).end(JSON.stringify(setOf(second))),
      ],
      ['HTML', 'what came is not JSON', (response) => response.end(page)],
      ['nothing', 'what came is not JSON', (response) => response.end()],
      ['a list', 'what came is not a key set', (response) => response.end('[]')],
      ['no keys member', 'what came is not a key set', (response) => response.end('{"keys":{}}')],
      ['no keys', 'the key set has no usable key', (response) => response.end('{"keys":[]}')],
      [
        'only weak keys',
        'the key set has no usable key',
        (response) => response.end('{"keys":[{"kty":"oct","kid":"first","k":"AA"}]}'),
      ],
      [
        'more than 256 kB',
        'the key set is too large',
        (response) => response.end(`${' '.repeat(256 * 1024)}${JSON.stringify(setOf(first))}`),
      ],
      [
        'half an answer',
        'out of reach (UND_ERR_SOCKET)',
        (response) => response.writeHead(200, { 'content-length': 99 }).write('{', () => response.destroy()),
      ],
    ])('a remote key set counts %s as a failure and keeps the keys it has', async (_, lastError, answer) => {
      await keySet.refreshIfDue();
      server.answers(answer);
      now += 10 * MINUTE;
      await keySet.refreshIfDue();
      expect(keySet.state()).toEqual({ ready: true, ageSeconds: 600, lastError, failures: 1 });
      expect(await idsFound('first')).toEqual(['first']);
    });

    it('a remote key set stops reading an answer that never ends', async () => {
      server.answers((response) => {
        const more = (): void => void (response.write(' '.repeat(65_536), more) || response.destroyed);
        more();
      });
      await keySet.refreshIfDue();
      expect(keySet.state().lastError).toBe('the key set is too large');
    });

    it('a remote key set follows no redirect', async () => {
      const other = new KeyServer();
      await other.listen();
      other.serves(setOf(second));
      server.answers((response) => response.writeHead(302, { location: other.url }).end());
      await keySet.refreshIfDue();
      await other.close();
      expect(keySet.state().lastError).toBe('the key server answered 302');
      expect(other.requests).toBe(0);
    });

    it.each<[string, (response: ServerResponse) => void]>([
      ['before its answer', () => undefined],
      ['within its answer', (response) => void response.writeHead(200).write('{"keys":')],
    ])('a remote key set gives up on a server that hangs %s', async (_, answer) => {
      server.answers(answer);
      keySet = keySetAt(server.url, 50);
      expect(await statusOf('first')).toBe(503);
      expect(keySet.state().lastError).toBe('no answer in time');
    });

    it('a remote key set tells of a server that is not there by its code, without the URL', async () => {
      await server.close();
      await keySet.refreshIfDue();
      expect(keySet.state()).toEqual({
        ready: false,
        ageSeconds: null,
        lastError: 'out of reach (ECONNREFUSED)',
        failures: 1,
      });
    });

    it('a remote key set tells nothing of a URL with credentials', async () => {
      keySet = keySetAt(server.url.replace('//', '//user:hunter2@'));
      await keySet.refreshIfDue();
      expect(JSON.stringify(keySet.state())).not.toMatch(/hunter2|127\.0\.0\.1/);
    });
  });

  describe('when it is stopped', () => {
    it('a remote key set that is stopped ends a load under way, and counts no failure', async () => {
      const asked = new Promise<void>((resolve) => server.answers(() => resolve()));
      const loading = keySet.refreshIfDue();
      await asked;
      keySet.stop();
      await loading;
      expect(keySet.state().failures).toBe(0);
    });
  });

  describe('when the keys are in a file', () => {
    let directory: string;

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'keys-'));
      keySet = keySetAt(pathToFileURL(join(directory, 'jwks.json')).href);
    });

    afterEach(() => rm(directory, { recursive: true }));

    it('a key set in a file is read, and read anew when it is due', async () => {
      const file = join(directory, 'jwks.json');
      await writeFile(file, JSON.stringify(setOf(first)));
      expect(await idsFound('first')).toEqual(['first']);
      await writeFile(file, JSON.stringify(setOf(second)));
      now += 10 * MINUTE;
      await keySet.refreshIfDue();
      expect(await idsFound('second')).toEqual(['second']);
    });

    it.each<[string, string, () => Promise<void>]>([
      ['is missing', 'out of reach (ENOENT)', () => Promise.resolve()],
      [
        'is too large',
        'the key set is too large',
        () => writeFile(join(directory, 'jwks.json'), ' '.repeat(300_000)),
      ],
      ['is empty', 'what came is not JSON', () => writeFile(join(directory, 'jwks.json'), '')],
    ])('a key set in a file counts a file that %s as a failure', async (_, lastError, prepare) => {
      await prepare();
      expect(await statusOf('first')).toBe(503);
      expect(keySet.state().lastError).toBe(lastError);
    });
  });
});
