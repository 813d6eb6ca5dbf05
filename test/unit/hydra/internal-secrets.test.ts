import { InternalSecrets } from '../../../src/hydra/admin-api/internal-secrets.js';

const [OLD, NEW] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const REGISTRY = '5f0c2b9e-3d1a-4c47-9a55-0d6f3f1f7f10';
const of = (secretsKeys: Buffer[], registryId = REGISTRY): InternalSecrets =>
  new InternalSecrets({ secretsKeys, tokenGate: true }, registryId);

describe('InternalSecrets', () => {
  it('internal secrets are the same in every process with the key, wherever that is listed', () => {
    const { gateKey } = of([OLD]);
    const secret = of([OLD]).secretOf('a client', gateKey);

    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(of([NEW, OLD]).secretOf('a client', gateKey)).toBe(secret);
    // By another implementation of RFC 5869: no later version may derive another one in silence.
    expect([gateKey, secret]).toEqual(['fbc3bd5955a1fd7a', 'QknjMYqj0XMh8mlmt6OyVXNGyINw2-tz8rrk2zdZiqw']);
  });

  it('internal secrets are others for another client, key or registry', () => {
    const keys = [OLD, NEW].map((key) => of([key]).gateKey);
    const secrets = [
      ...keys.map((key) => of([OLD, NEW]).secretOf('a client', key)),
      of([OLD]).secretOf('another', keys[0] ?? null),
      of([OLD]).secretOf('a clien', keys[0] ?? null),
      of([OLD], 'another').secretOf('a client', keys[0] ?? null),
    ];

    expect(new Set(secrets).size).toBe(secrets.length);
  });

  it('internal secrets are none for a key that the process does not have, or for no key', () => {
    expect(of([OLD]).secretOf('a client', of([NEW]).gateKey)).toBeNull();
    expect(of([OLD]).secretOf('a client', null)).toBeNull();
  });

  it('internal secrets move clients to the newest key, where they are to be moved', () => {
    expect(of([NEW, OLD]).gateKey).toBe(of([NEW]).gateKey);
    expect(new InternalSecrets({ secretsKeys: [NEW], tokenGate: false }, REGISTRY).gateKey).toBeNull();
  });
});
