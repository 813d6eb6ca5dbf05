import { hash, timingSafeEqual } from 'node:crypto';
import { bearerTokenIn } from '../../lib/bearer.js';

/** What Hydra and the proxy in front of it present at `/hooks`. */
export class HookSecret {
  private readonly expected: Buffer | null;

  /** @param secret null: nobody can present it */
  constructor(secret: string | null) {
    this.expected = secret === null ? null : digest(secret);
  }

  /** Takes the same time for every wrong one. @param authorization the header */
  isIn(authorization: string | undefined): boolean {
    const given = bearerTokenIn(authorization ?? '');
    return given !== undefined && this.expected !== null && timingSafeEqual(digest(given), this.expected);
  }
}

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
