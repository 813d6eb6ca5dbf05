import fc from 'fast-check';
import type { TestIssuer } from './tokens.js';

type Claims = Record<string, unknown>;

const CHARACTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\0é');
const share = fc.double({ min: 0, max: 1, noNaN: true });

/** One edit of a text: where (as a share of its length), how much goes, what comes. */
const edit = fc.record({
  at: share,
  removed: fc.integer({ min: 0, max: 4 }),
  inserted: fc
    .array(fc.constantFrom(...CHARACTERS), { maxLength: 4 })
    .map((characters) => characters.join('')),
});

/** Valid tokens with one to three places edited. */
export const editedTokens = (tokens: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...tokens), fc.array(edit, { minLength: 1, maxLength: 3 }))
    .map(([token, edits]) => edits.reduce(apply, token))
    .filter((mutant) => !tokens.includes(mutant));

function apply(
  text: string,
  { at, removed, inserted }: { at: number; removed: number; inserted: string },
): string {
  const start = Math.round(at * text.length);
  return text.slice(0, start) + inserted + text.slice(start + removed);
}

/** Valid tokens with one bit of header, payload or signature flipped. */
export const bitFlippedTokens = (tokens: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...tokens), fc.nat({ max: 2 }), share, fc.nat({ max: 7 }))
    .map(([token, part, at, bit]) => flipBit(token, part, at, bit));

function flipBit(token: string, part: number, at: number, bit: number): string {
  const parts = token.split('.');
  const bytes = Buffer.from(parts[part] ?? '', 'base64url');
  const index = Math.min(Math.floor(at * bytes.length), bytes.length - 1);
  bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
  parts[part] = bytes.toString('base64url');
  return parts.join('.');
}

/** Tokens put together from parts of different valid ones. */
export const recombinedTokens = (tokens: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...tokens), fc.constantFrom(...tokens), fc.constantFrom(...tokens))
    .map((sources) => sources.map((token, part) => token.split('.')[part]).join('.'))
    .filter((mutant) => !tokens.includes(mutant));

/** What a good token may not say, under a good signature. */
const wrongMember = fc.oneof(
  fc.record({
    place: fc.constant('header'),
    name: fc.constantFrom('alg', 'kid', 'typ', 'crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c'),
    value: fc.jsonValue({ maxDepth: 2 }),
  }),
  fc.record({
    place: fc.constant('claims'),
    name: fc.constantFrom('iss', 'aud', 'nonce', 'at_hash', 'events', 'cnf'),
    value: fc.jsonValue({ maxDepth: 2 }),
  }),
  fc.record({
    place: fc.constant('claims'),
    name: fc.constantFrom('exp', 'iat', 'nbf'),
    value: fc.jsonValue({ maxDepth: 1 }).filter((value) => typeof value !== 'number'),
  }),
  fc.record({
    place: fc.constant('claims'),
    name: fc.constantFrom('sub', 'client_id'),
    value: fc.jsonValue({ maxDepth: 1 }).filter((value) => typeof value !== 'string' || value === ''),
  }),
);

/** Tokens that the issuer signed with its own key and yet are wrong in one member. */
export const wronglySignedTokens = (issuer: TestIssuer, goodClaims: () => Claims): fc.Arbitrary<string> =>
  wrongMember.map(({ place, name, value }) => {
    const [header, claims] = [{ ...issuer.header() }, { ...goodClaims() }];
    (place === 'header' ? header : claims)[name] = value;
    return issuer.key.signRaw(JSON.stringify(header), JSON.stringify(claims));
  });

/** Good signatures over any bytes at all. */
export function signedBytes(issuer: TestIssuer): fc.Arbitrary<string> {
  const bytes = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc.uint8Array().map((array) => Buffer.from(array)),
  );
  return fc.tuple(bytes, bytes).map(([header, payload]) => issuer.key.signRaw(header, payload));
}
