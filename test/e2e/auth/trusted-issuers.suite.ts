import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Logger } from '@nestjs/common';
import { TrustedIssuers } from '../../../src/auth/trusted-issuers.js';
import { KeyServer } from './key-server.js';
import { embedded, hydra } from '../../unit/auth/support.js';

describe('trusted issuers', () => {
  let server: KeyServer;
  let issuers: TrustedIssuers;

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(async () => {
    server = new KeyServer();
    await server.listen();
    issuers = new TrustedIssuers([{ kind: 'hydra', issuer: hydra.issuer, jwksUri: server.url }]);
  });

  afterEach(async () => {
    issuers.onApplicationShutdown();
    await server.close();
  });

  it('the trusted issuers start loading keys with the module, without making the start wait', async () => {
    const asked = new Promise<void>((resolve) =>
      server.answers((response) => {
        response.end(JSON.stringify(hydra.jwks()));
        resolve();
      }),
    );
    issuers.onModuleInit();
    expect(issuers.state()[0]).toMatchObject({ ready: false, ageSeconds: null });
    await asked;
    expect(await issuers.find(hydra.issuer)?.keys.find(hydra.key.kid)).toHaveLength(1);
    expect(issuers.state()[0]).toEqual({
      issuer: hydra.issuer,
      ready: true,
      ageSeconds: 0,
      lastError: null,
      failures: 0,
    });
  });

  it('the trusted issuers keep the process from ending neither while they run nor after', () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const idle = new TrustedIssuers([]);
    const before = timers();
    idle.onModuleInit();
    expect(timers()).toBe(before);
    idle.onApplicationShutdown();
  });

  it('the trusted issuers look every few seconds whether keys are due, until the shutdown', () => {
    jest.useFakeTimers();
    const idle = new TrustedIssuers([]);
    idle.onModuleInit();
    expect(jest.getTimerCount()).toBe(1);
    idle.onApplicationShutdown();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('the trusted issuers end a load under way at the shutdown', async () => {
    const configs = [{ kind: 'hydra' as const, issuer: hydra.issuer, jwksUri: server.url }];
    const patient = new TrustedIssuers(configs, { timeoutMs: 600_000 });
    const held = new Promise<ServerResponse>((resolve) => server.answers(resolve));
    patient.onModuleInit();
    const ended = once(await held, 'close');
    patient.onApplicationShutdown();
    await ended;
  });

  it('a trusted issuer is found by its exact name only', () => {
    expect(issuers.find(hydra.issuer)?.kind).toBe('hydra');
    const others = [hydra.issuer.slice(0, -1), hydra.issuer.toUpperCase(), '', '__proto__'];
    expect(others.map((issuer) => issuers.find(issuer))).toEqual(others.map(() => undefined));
  });

  it('an issuer of this process is trusted from the moment it is added, and the state tells of it', () => {
    issuers.add({ kind: 'hydra', issuer: embedded.issuer, keys: embedded.jwks() });
    expect(issuers.find(embedded.issuer)?.keys.find(embedded.key.kid)).toHaveLength(1);
    expect(issuers.state()[1]).toMatchObject({ issuer: embedded.issuer, ready: true });
  });

  it('an issuer that is added twice, or has no usable key, is refused', () => {
    expect(() => issuers.add({ kind: 'hydra', issuer: hydra.issuer, keys: hydra.jwks() })).toThrow('twice');
    const privateKey = { ...embedded.key.jwk(), ...embedded.key.privateKey.export({ format: 'jwk' }) };
    const leaked = { kind: 'hydra' as const, issuer: embedded.issuer, keys: { keys: [privateKey] } };
    expect(() => issuers.add(leaked)).toThrow('no usable key');
  });
});
