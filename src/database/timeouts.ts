/** Milliseconds. Every wait is bounded: a database that hangs becomes a 503, not a pile of requests. */
export const QUERY_TIMEOUT_MS = 10_000;
export const CONNECT_TIMEOUT_MS = 5_000;
