import { refusal } from '../standings/refusal.js';

/**
 * Whether each audience is exactly one of those listed. Hydra takes whatever is below the path of a listed audience for
 * listed: a client of `https://api.example.com` could have tokens for `https://api.example.com/another`.
 */
export const areListed = (asked: readonly string[], listed: readonly string[]): boolean =>
  asked.every((audience) => listed.includes(audience));

/**
 * Refuses an audience that is not exactly one of those listed.
 *
 * @throws Problem 403 (a refusal)
 */
export function refuseOtherAudiences(asked: readonly string[], listed: readonly string[]): void {
  if (!areListed(asked, listed)) {
    throw refusal(
      'the client may not have tokens for this audience: ask for one that its audiences list exactly',
    );
  }
}
