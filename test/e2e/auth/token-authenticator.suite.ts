import { Logger } from '@nestjs/common';
import { RememberedTokens } from '../../../src/auth/remembered-tokens.js';
import { TokenAuthenticator } from '../../../src/auth/token-authenticator.js';
import { InvalidToken } from '../../../src/auth/invalid-token.js';
import { TrustedIssuers } from '../../../src/auth/trusted-issuers.js';
import { Problem } from '../../../src/problem-details/problem.js';
import { AUDIENCE, SigningKey } from '../../support/tokens.js';
import { KeyServer } from './key-server.js';
import { embedded, hydra, kratos, NOW, PERSON, stranger } from '../../unit/auth/support.js';

const MINUTE = 60_000;

describe('token authenticator', () => {
  let server: KeyServer;
  let issuers: TrustedIssuers;
  let authenticator: TokenAuthenticator;
  let uptime: number;
  let time: number;

  const outcomeOf = async (token: string): Promise<string> => {
    try {
      return (await authenticator.authenticate(token)).subject;
    } catch (error) {
      if (error instanceof InvalidToken) return error.reason;
      if (error instanceof Problem) return error.code;
      throw error;
    }
  };

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(async () => {
    server = new KeyServer();
    await server.listen();
    server.serves(hydra.jwks());
    [uptime, time] = [0, NOW * 1000];
    const configs = [{ kind: 'hydra' as const, issuer: hydra.issuer, jwksUri: server.url }];
    issuers = new TrustedIssuers(configs, { clock: () => uptime });
    issuers.add({ kind: 'hydra', issuer: embedded.issuer, keys: embedded.jwks() });
    authenticator = new TokenAuthenticator(issuers, {
      audience: AUDIENCE,
      clock: () => time,
      remembered: new RememberedTokens(5),
    });
  });

  afterEach(async () => {
    issuers.onApplicationShutdown();
    await server.close();
  });

  it('the token authenticator fetches the keys for the first token, and answers at once from then on', async () => {
    expect(authenticator.authenticate(await hydra.person(PERSON))).toBeInstanceOf(Promise);
    expect(await outcomeOf(await hydra.person(PERSON))).toBe(PERSON.sub);
    expect(authenticator.authenticate(await hydra.person(PERSON))).not.toBeInstanceOf(Promise);
  });

  it('the token authenticator accepts tokens of an issuer in this process without any key server', async () => {
    await server.close();
    const token = await embedded.sign({ sub: 'robot', client_id: 'robot' });
    expect(authenticator.authenticate(token)).toMatchObject({ kind: 'machine', subject: 'robot' });
  });

  it('the token authenticator refuses tokens of an issuer that is not trusted', async () => {
    expect(await outcomeOf(await kratos.kratosSession(PERSON))).toBe('issuer');
  });

  it('the token authenticator asks no key server about a token that no key could save', async () => {
    expect(await outcomeOf(await hydra.person(PERSON, { aud: 'other' }))).toBe('audience');
    expect(await outcomeOf(await hydra.person(PERSON, { exp: NOW - 61 }))).toBe('expired');
    expect(server.requests).toBe(0);
  });

  describe('when a token was accepted before', () => {
    it('the token authenticator gives the very same actor for a token that was accepted before', async () => {
      const token = await hydra.person(PERSON);
      const actor = await authenticator.authenticate(token);
      expect(authenticator.authenticate(token)).toBe(actor);
    });

    it('the token authenticator refuses a token that was accepted before once it has expired', async () => {
      const token = await hydra.person(PERSON, { exp: NOW + 10 });
      expect(await outcomeOf(token)).toBe(PERSON.sub);
      time = (NOW + 70) * 1000;
      expect(await outcomeOf(token)).toBe('expired');
    });

    it('the token authenticator refuses a token that was accepted before once its key has left the set', async () => {
      const token = await hydra.person(PERSON);
      expect(await outcomeOf(token)).toBe(PERSON.sub);
      server.serves({ keys: [stranger.jwk()] });
      await outcomeOf(await hydra.sign({ sub: 'x', client_id: 'x', scp: [] }, { key: stranger }));
      uptime += MINUTE;
      expect(await outcomeOf(token)).toBe('unknown_key');
    });

    it('the token authenticator answers 503 for a token that was accepted before once its keys are too old', async () => {
      const token = await hydra.person(PERSON);
      expect(await outcomeOf(token)).toBe(PERSON.sub);
      await server.close();
      uptime += 60 * MINUTE;
      expect(await outcomeOf(token)).toBe(PERSON.sub);
      uptime += 1;
      expect(await outcomeOf(token)).toBe('service_unavailable');
    });

    it('a token that was accepted before is not forgotten for any number of bad tokens', async () => {
      const token = await hydra.person(PERSON);
      const actor = await authenticator.authenticate(token);
      for (let i = 0; i < 50; i += 1) {
        const bad = await hydra.sign(
          { sub: `${i}`, client_id: 'x', scp: [] },
          { key: SigningKey.named('bad', 'ES256') },
        );
        expect(await outcomeOf(bad)).toBe('unknown_key');
        expect(await outcomeOf(`${token.slice(0, -8)}AAAAAAAA`)).toBe('signature');
      }
      expect(authenticator.authenticate(token)).toBe(actor);
      expect(server.requests).toBe(2);
    });
  });

  describe('when the key server is down from the start', () => {
    beforeEach(() => server.close());

    it('while the key server is down from the start, tokens that only a key could judge get 503, and others are refused', async () => {
      expect(await outcomeOf(await hydra.person(PERSON))).toBe('service_unavailable');
      expect(await outcomeOf(await hydra.person(PERSON, { sub: '' }))).toBe('subject');
      expect(await outcomeOf('nonsense')).toBe('not_a_compact_jws');
    });
  });
});
