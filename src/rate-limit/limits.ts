/** So many requests in a window, which starts with the first. All of them may come at once: that is the burst. */
export interface Limit {
  readonly requests: number;
  readonly seconds: number;
}

/** What is counted, and by whom. */
export interface Limits {
  /** All requests of an address. */
  readonly address: Limit;
  /** All requests of an actor, wherever they come from. */
  readonly actor: Limit;
  /** New clients and new secrets of an actor. */
  readonly secrets: Limit;
  /** 401 answers to an address. */
  readonly failedAuthentication: Limit;
}

/** Above what dashboards, integrations and a gateway's shared address do, below what hurts others. */
export const LIMITS: Limits = {
  address: { requests: 20_000, seconds: 10 },
  actor: { requests: 5_000, seconds: 10 },
  secrets: { requests: 600, seconds: 60 },
  failedAuthentication: { requests: 600, seconds: 60 },
};
