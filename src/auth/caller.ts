import type { Actor } from './actor.js';

/** Who calls, and the id that ties log line, answer and audit event together. */
export interface Caller {
  readonly actor: Actor;
  readonly requestId: string;
}
