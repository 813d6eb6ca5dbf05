import { Injectable } from '@nestjs/common';
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

  include(clientId: string): boolean {
    return this.clientIds.has(clientId);
  }
}
