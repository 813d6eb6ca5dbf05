/** Bounds of a client's members: characters for text, items for lists. */
export const LIMITS = {
  name: 128,
  description: 1_024,
  redirect_uri: 2_048,
  redirect_uris: 50,
  scope: 256,
  scopes: 100,
} as const;

const DAY = 24 * 60 * 60;

/** Bounds of a client's secrets: characters, seconds and how many. */
export const SECRET_LIMITS = {
  name: 128,
  overlap_seconds: 90 * DAY,
  expires_in_seconds: 3_650 * DAY,
  /** Secrets of a client that work at the same time. */
  live: 5,
  /** The newest ones; a minute-by-minute rotation of years is not. */
  listed: 100,
} as const;
