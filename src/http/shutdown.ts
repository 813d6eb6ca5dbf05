import type { FastifyInstance } from 'fastify';
import { Problem } from '../problem-details/problem.js';

/** Whether the service has been told to stop. From then on it finishes what it has and takes nothing new. */
export class Shutdown {
  private stopping = false;

  begin(): void {
    this.stopping = true;
  }

  /** Answers 503 to what comes after the stop, and ends each connection with the answer it is waiting for. */
  guard(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (_request, _reply, done) => {
      done(this.stopping ? Problem.unavailable('The service is shutting down.') : undefined);
    });
    fastify.addHook('onSend', (_request, reply, _payload, done) => {
      if (this.stopping) reply.header('connection', 'close');
      done();
    });
  }
}
