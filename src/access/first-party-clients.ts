import { Injectable } from '@nestjs/common';
import type { Actor } from '../auth/actor.js';
import { Config } from '../config/config.js';

/** The platform's own OAuth clients: their user tokens may act in every project of their user. */
@Injectable()
export class FirstPartyClients {
  private readonly clientIds: Set<string>;

  constructor(config: Config) {
    this.clientIds = new Set(config.firstPartyClientIds);
  }

  add(clientId: string): void {
    this.clientIds.add(clientId);
  }

  /** Whether the actor's token is good in every project of its person, and not only in that of the client it was issued to. */
  areGoodEverywhere({ kind, clientId }: Actor): boolean {
    return kind === 'person' && (clientId === null || this.clientIds.has(clientId));
  }
}
