/*
 * What has become of the tenant's client that a token was issued to, in SQL, for statements in which that client is called `t`.
 * A JWT cannot be taken back: this API asks instead whether it still counts.
 */

/** What was issued to people without their consent ends with the trust in the client; which that was, no token says. */
const END = `greatest(t.tokens_ended_at, case when not :is_machine::boolean then t.trust_ended_at end)`;

/**
 * The client lives and is enabled, and the token of `:issued_at` was not ended since. Tokens know the second only: one of the
 * same second as an end may have been issued after it, and counts.
 */
export const TOKEN_COUNTS = `
  t.enabled and t.deleted_at is null and (${END} is null or to_timestamp(:issued_at::float8) >= date_trunc('second', ${END}))`;
