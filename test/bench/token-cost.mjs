import { randomUUID } from 'node:crypto';
import { TokenAuthenticator } from '../../dist/src/auth/token-authenticator.js';
import { TrustedIssuers } from '../../dist/src/auth/trusted-issuers.js';
import { median } from './median.mjs';

const TOKENS = 500;
const PASSES = 21;

/** Microseconds, on average of the median pass, to tell the actor of a token that is new, and of one that is remembered. */
export async function tokenCost(scene) {
  const { audience } = scene;
  const issuers = new TrustedIssuers([]);
  issuers.add(scene.issuer);
  const tokens = Array.from({ length: TOKENS }, () => scene.sign(randomUUID()));
  const passes = Array.from({ length: PASSES }, () => {
    const authenticator = new TokenAuthenticator(issuers, { audience });
    return { fresh: timePass(authenticator, tokens), remembered: timePass(authenticator, tokens) };
  });
  return {
    fresh: median(passes.map(({ fresh }) => fresh)),
    remembered: median(passes.map(({ remembered }) => remembered)),
  };
}

function timePass(authenticator, tokens) {
  const started = performance.now();
  for (const token of tokens) authenticator.authenticate(token);
  return ((performance.now() - started) * 1000) / tokens.length;
}
