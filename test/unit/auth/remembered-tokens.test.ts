import type { Actor } from '../../../src/auth/actor.js';
import { FixedKeySet } from '../../../src/auth/key-set.js';
import { RememberedTokens, type VerifiedToken } from '../../../src/auth/remembered-tokens.js';
import { hydra } from './support.js';

const actor: Actor = {
  kind: 'person',
  issuer: 'i',
  subject: 's',
  clientId: null,
  scopes: null,
  issuedAt: null,
};

describe('remembered tokens', () => {
  const keys = new FixedKeySet(hydra.jwks());
  const [key] = keys.find(hydra.key.kid);
  const verified = (deadAt = 100): VerifiedToken => {
    if (!key) throw new Error('no key');
    return { actor, deadAt, key, keys };
  };

  it('remembered tokens give the actor until the token is dead, and then forget it', () => {
    const tokens = new RememberedTokens();
    tokens.remember('a', verified(100));
    expect(tokens.find('a', 99.9)).toBe(actor);
    expect(tokens.find('a', 100)).toBeUndefined();
    expect(tokens.find('a', 99.9)).toBeUndefined();
  });

  it('remembered tokens forget a token whose key is no longer in the set', () => {
    const tokens = new RememberedTokens();
    tokens.remember('a', { ...verified(), keys: new FixedKeySet(hydra.jwks()) });
    expect(tokens.find('a', 0)).toBeUndefined();
  });

  it('remembered tokens let the longest unused go when they are full', () => {
    const tokens = new RememberedTokens(2);
    for (const digest of ['a', 'b']) tokens.remember(digest, verified());
    tokens.find('a', 0);
    tokens.remember('c', verified());
    expect(['a', 'b', 'c'].map((digest) => tokens.find(digest, 0) === actor)).toEqual([true, false, true]);
  });
});
