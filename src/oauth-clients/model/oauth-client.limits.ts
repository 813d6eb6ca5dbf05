/** Bounds of a client's members: characters for text, items for lists. */
export const LIMITS = {
  name: 128,
  description: 1_024,
  redirect_uri: 2_048,
  redirect_uris: 50,
  scope: 256,
  scopes: 100,
  audience: 512,
  audiences: 50,
  origin: 300,
  origins: 50,
  /** Of an address for people: a page or a picture. */
  uri: 2_048,
  /** RFC 5321, section 4.5.3.1.3, without the angle brackets. */
  contact: 254,
  contacts: 10,
  /** Seconds. The platform's ceilings (`MAX_ACCESS_TOKEN_LIFETIME` and its like) are above it. */
  min_lifetime: 60,
  /** Seconds: what a configuration may name as a ceiling. */
  max_lifetime: 999_999_999,
} as const;

const DAY = 24 * 60 * 60;

/** Bounds of a client's secrets: characters, seconds and how many. */
export const SECRET_LIMITS = {
  name: 128,
  overlap_seconds: 90 * DAY,
  expires_in_seconds: 3_650 * DAY,
  /** Secrets of a client that work at the same time. */
  live: 5,
  /** Secrets that a list shows, the newest: a client that rotates every minute has thousands. */
  listed: 100,
} as const;
