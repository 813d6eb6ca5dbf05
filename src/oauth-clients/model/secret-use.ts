/** Whether a moment was noted more than a minute ago, or never: more often is of no use to anybody. */
const isDue = (column: string): string => `(${column} is null or ${column} < now() - interval '1 minute')`;

/** Whether the use of the secret `s` is to be noted. */
export const USE_IS_DUE = isDue('s.last_used_at');

/** Whether it is to be noted that somebody was refused who named the client `c`. */
export const REFUSAL_IS_DUE = isDue('c.last_refused_at');
