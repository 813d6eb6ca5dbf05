const CANONICAL_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether this is a UUID (RFC 9562, any version) in its one canonical spelling; PostgreSQL would accept several. */
export const isUuid = (text: unknown): text is string =>
  typeof text === 'string' && CANONICAL_UUID.test(text);
