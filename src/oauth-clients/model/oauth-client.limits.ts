/** Bounds of a client's members: characters for text, items for lists. */
export const LIMITS = {
  name: 128,
  description: 1_024,
  redirect_uri: 2_048,
  redirect_uris: 50,
  scope: 256,
  scopes: 100,
} as const;
