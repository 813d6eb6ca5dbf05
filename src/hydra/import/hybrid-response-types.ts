/** What each word of a response type needs of the client at Hydra (fosite, `flow_implicit.go` and `flow_hybrid.go`). */
const GRANT_OF = new Map([
  ['code', 'authorization_code'],
  ['token', 'implicit'],
]);

/**
 * The hybrid response types that are of use to a client in Hydra, and that the registry has no word for. All others
 * follow from the grants, or are of no use: they need a grant that the client lacks, or one that Hydra does not know.
 */
export const hybridResponseTypes = (types: readonly string[], grants: readonly string[]): string[] =>
  types.filter((type) => {
    // The words of a response type have no order (OAuth 2.0 Multiple Response Types, section 3), and Hydra takes any case.
    const words = new Set(type.toLowerCase().split(' '));
    if (!words.has('code') || words.size < 2) return false;
    return [...words].every((word) => word === 'id_token' || grants.includes(GRANT_OF.get(word) ?? ''));
  });
