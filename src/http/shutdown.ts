import type { FastifyInstance } from 'fastify';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { Problem } from '../problem-details/problem.js';

/** After so many turns of the event loop without a new connection nothing waits at the listener, and what was sent is read. */
const QUIET_TURNS = 10;
/** Milliseconds after which the listener closes all the same, when connections keep coming. */
const LONGEST_MS = 1_000;

type State = 'running' | 'leaving' | 'stopping';

/** Whether the service has been told to stop: at first it only says so, then it finishes what it has and takes nothing new. */
export class Shutdown {
  private state: State = 'running';
  private turnsSinceConnection = 0;

  /** For readiness: whoever sends requests here should send them elsewhere. Each answer ends its connection from then on. */
  get isLeaving(): boolean {
    return this.state !== 'running';
  }

  /**
   * Resolves when the listener may close. By then all connections in its queue are accepted: closing it earlier would reset
   * them, and with them requests that callers have already sent.
   *
   * @param delay seconds in which everything is served and readiness fails
   */
  async begin(delay: number): Promise<void> {
    this.state = 'leaving';
    await setTimeout(delay * 1_000);
    this.state = 'stopping';
    const end = performance.now() + LONGEST_MS;
    for (
      this.turnsSinceConnection = 0;
      this.turnsSinceConnection < QUIET_TURNS;
      this.turnsSinceConnection++
    ) {
      if (performance.now() > end) return;
      await setImmediate();
    }
  }

  /** Answers 503 to what comes after the stop. */
  guard(fastify: FastifyInstance): void {
    fastify.server.on('connection', () => (this.turnsSinceConnection = 0));
    fastify.addHook('onRequest', (_request, _reply, done) => {
      done(
        this.state === 'stopping'
          ? Problem.unavailable('The service is shutting down. Send the request again in a moment.')
          : undefined,
      );
    });
  }
}
