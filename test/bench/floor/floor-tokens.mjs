import { createPublicKey, hash, verify } from 'node:crypto';
import { Refusal } from './floor-shapes.mjs';

const CAPACITY = 10_000;

/** RS256 tokens of one issuer, verified once and remembered by their digest. */
export class FloorTokens {
  #remembered = new Map();
  #keys;
  #issuer;
  #audience;

  constructor({ issuer, audience, jwks }) {
    this.#issuer = issuer;
    this.#audience = audience;
    this.#keys = new Map(jwks.keys.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: 'jwk' })]));
  }

  actorOf(authorization) {
    const [, token] = /^Bearer ([\w.-]+)$/.exec(authorization ?? '') ?? [];
    if (token === undefined) throw new Refusal(401);
    const digest = hash('sha256', token, 'base64');
    const actor = this.#remembered.get(digest) ?? this.#remember(digest, this.#verify(token));
    if (actor.expires <= Date.now() / 1000) throw new Refusal(401);
    return actor;
  }

  #verify(token) {
    const [header, payload, signature] = token.split('.');
    const { alg, kid } = parse(header);
    const key = this.#keys.get(kid);
    const isSigned =
      alg === 'RS256' &&
      key !== undefined &&
      verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
    if (!isSigned) throw new Refusal(401);
    const { iss, aud, exp, sub, client_id: clientId, scp } = parse(payload);
    if (iss !== this.#issuer || !aud.includes(this.#audience)) throw new Refusal(401);
    const record = JSON.stringify({ issuer: iss, subject: sub, client_id: clientId });
    return { expires: exp, subject: sub, clientId, scopes: new Set(scp), record };
  }

  #remember(digest, actor) {
    if (this.#remembered.size >= CAPACITY) this.#remembered.clear();
    this.#remembered.set(digest, actor);
    return actor;
  }
}

const parse = (part) => JSON.parse(Buffer.from(part, 'base64url').toString());
