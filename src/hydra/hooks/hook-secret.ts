import { hash, timingSafeEqual } from 'node:crypto';
import { bearerTokenIn } from '../../lib/bearer.js';

/** What Hydra and the proxy in front of it present at `/hooks`. */
export class HookSecret {
  private readonly expected: readonly Buffer[];

  /** @param secrets any of which may be presented */
  constructor(secrets: readonly string[]) {
    this.expected = secrets.map(digest);
  }

  /**
   * Whether a header presents one of the secrets. Takes the same time for every wrong one.
   *
   * @param authorization the value of the Authorization header
   */
  isIn(authorization: string | undefined): boolean {
    const given = bearerTokenIn(authorization ?? '');
    if (given === undefined) return false;
    const found = digest(given);
    return this.expected.filter((expected) => timingSafeEqual(found, expected)).length > 0;
  }
}

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
