/** Whether the last use of a secret was noted more than a minute ago, or never: more often is of no use to anybody. */
export const USE_IS_DUE = `(last_used_at is null or last_used_at < now() - interval '1 minute')`;
