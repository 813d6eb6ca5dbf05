import { Injectable } from '@nestjs/common';
import { AccessCheck } from '../access/access-check.js';
import type { Access } from '../access/access.js';
import { Problem } from '../problem-details/problem.js';
import type { ObservedClient } from './model/live-secrets.js';
import { refuseUnlessMet, type Preconditions } from './preconditions.js';
import { Representations } from './representations.js';

/** Decides on a client that was read, and writes over exactly that revision. Null: another write was first. */
export type WriteAttempt<Result> = (client: ObservedClient, access: Access) => Promise<Result | null>;

/** Each lost race means that another write was done, so this many in a row need as many other writers. */
const MAX_ATTEMPTS = 50;

/**
 * Writes over what was read. Whoever loses the race reads again, and with it whether the caller still may, and decides anew:
 * nothing is locked while the rules run.
 */
@Injectable()
export class GuardedWrites {
  constructor(
    private readonly accessCheck: AccessCheck,
    private readonly representations: Representations,
  ) {}

  /**
   * @param earlier what the same call did before, if it was made before: then nothing else is asked
   * @throws Problem 412 when a precondition fails, 409 after 50 lost races, and what `attempt` throws
   */
  async run<Result>(
    read: Access,
    preconditions: Preconditions,
    attempt: WriteAttempt<Result>,
    earlier?: (access: Access) => Promise<Result | null>,
  ): Promise<Result> {
    let access = read;
    for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
      const done = earlier ? await earlier(access) : null;
      if (done !== null) return done;
      const client = clientOf(access);
      refuseUnlessMet(preconditions, this.representations.stateOf(access, client));
      const result = await attempt(client, access);
      if (result !== null) return result;
      access = await this.accessCheck.check(access.request);
    }
    throw new Problem('conflict', 'Too many others are changing this client right now. Try again.');
  }
}

/** The client that the path names, as it was when access was checked. @throws Error for a route whose path names none */
export function clientOf({ client }: Access): ObservedClient {
  if (client === null) throw new Error('the path of this route names no client');
  return client;
}
