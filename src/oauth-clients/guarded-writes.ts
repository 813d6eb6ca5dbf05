import { Injectable } from '@nestjs/common';
import { AccessCheck } from '../access/access-check.js';
import type { Access } from '../access/access.js';
import { Problem } from '../problem-details/problem.js';
import { refuseUnlessMet, type Preconditions } from './preconditions.js';
import type { LoadedOAuthClient } from './model/oauth-client.entity.js';

/** Decides on a client that was read, and writes over exactly that revision. Null: another write was first. */
export type Attempt<Result> = (client: LoadedOAuthClient, access: Access) => Promise<Result | null>;

/** Each lost race means that another write was done, so this many in a row need as many other writers. */
const MAX_ATTEMPTS = 50;

/**
 * Writes over what was read. Whoever loses the race reads again, and with it whether the caller still may, and decides anew:
 * nothing is locked while the rules run.
 */
@Injectable()
export class GuardedWrites {
  constructor(private readonly accessCheck: AccessCheck) {}

  async run<Result>(read: Access, preconditions: Preconditions, attempt: Attempt<Result>): Promise<Result> {
    let access = read;
    for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
      const client = clientOf(access);
      refuseUnlessMet(preconditions, client);
      const result = await attempt(client, access);
      if (result !== null) return result;
      access = await this.accessCheck.check(access.request);
    }
    throw new Problem('conflict', 'Too many others are changing this client right now. Try again.');
  }
}

export function clientOf({ client }: Access): LoadedOAuthClient {
  if (client === null) throw new Error('the path of this route names no client');
  return client;
}
