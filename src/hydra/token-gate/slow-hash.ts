import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { BoundedMap } from '../../lib/bounded-map.js';
import { Semaphore } from '../../lib/semaphore.js';

/** A stored hash has 49 bytes: this version, which names the cost, 16 of salt, 32 of hash. */
const VERSION = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** 16 MB and a tenth of a second (OWASP Password Storage Cheat Sheet). */
const COST = { N: 2 ** 14, r: 8, p: 5 };
/** How many hashes are made at a time: the rest of the process goes on. */
const WIDTH = 2;
const MAX_REMEMBERED = 10_000;

const derive = promisify<string, Buffer, number, typeof COST, Buffer>(scrypt);

/**
 * Salted scrypt (RFC 7914), for secrets that people may have chosen: whoever reads the database must not be able to try many.
 * A right secret is remembered in memory, by a keyed hash, so that only its first use takes long.
 */
@Injectable()
export class SlowHash {
  private readonly semaphore = new Semaphore(WIDTH);
  private readonly remembered = new BoundedMap<Buffer>(MAX_REMEMBERED);
  private readonly key = randomBytes(32);

  /** @param id of the secret */
  async hash(secret: string, id: string): Promise<Buffer> {
    const salt = randomBytes(SALT_BYTES);
    const hash = await this.semaphore.run(() => derive(secret, salt, HASH_BYTES, COST));
    const stored = Buffer.concat([Buffer.of(VERSION), salt, hash]);
    this.remembered.set(id, this.macOf(secret, stored));
    return stored;
  }

  /** @param stored what `hash` made of the secret with this id */
  async matches(secret: string, { id, stored }: { id: string; stored: Buffer }): Promise<boolean> {
    const mac = this.macOf(secret, stored);
    const known = this.remembered.get(id);
    if (known && timingSafeEqual(known, mac)) return true;
    if (stored[0] !== VERSION) return false;
    const salt = stored.subarray(1, 1 + SALT_BYTES);
    const hash = await this.semaphore.run(() => derive(secret, salt, HASH_BYTES, COST));
    const isRight = timingSafeEqual(hash, stored.subarray(1 + SALT_BYTES));
    if (isRight) this.remembered.set(id, mac);
    return isRight;
  }

  private macOf(secret: string, stored: Buffer): Buffer {
    return createHmac('sha256', this.key).update(stored).update(secret).digest();
  }
}
