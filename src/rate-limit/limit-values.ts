/** How many requests a window allows, which starts with the first of them. All may come at once: that is the burst. */
export interface Limit {
  readonly requests: number;
  readonly seconds: number;
}

/** What is counted, and by whom. */
export interface Limits {
  /** All requests of an address. */
  readonly address: Limit;
  /** Requests of an address that need no token and cost much: documentation, metrics, the start of a sign-in. */
  readonly anonymous: Limit;
  /** All requests of an actor, wherever they come from. */
  readonly actor: Limit;
  /** Writes of an actor to clients and secrets, as far as it may write. */
  readonly writes: Limit;
  /** Writes of everybody to the clients and secrets of one project. */
  readonly projectWrites: Limit;
  /** 401 answers to an address. */
  readonly failedAuthentication: Limit;
  /** Refusals of one client to one address at the token gate. */
  readonly wrongSecrets: Limit;
}

/**
 * Above what dashboards, integrations and a gateway's shared address do, below what hurts others. What is asked most has a window
 * of one second, as all that a window allows may come at once, and whoever asks meanwhile waits for it.
 */
export const RATE_LIMITS: Limits = {
  address: { requests: 2_000, seconds: 1 },
  anonymous: { requests: 300, seconds: 60 },
  actor: { requests: 500, seconds: 1 },
  writes: { requests: 600, seconds: 60 },
  projectWrites: { requests: 1_200, seconds: 60 },
  failedAuthentication: { requests: 600, seconds: 60 },
  wrongSecrets: { requests: 30, seconds: 60 },
};
