import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JSONWebKeySet } from 'jose';

type Answer = (response: ServerResponse) => void;

/** A real key server on a loopback port that does what a test tells it, and counts what it is asked. */
export class KeyServer {
  requests = 0;
  private readonly server: Server;

  constructor(private answer: Answer = (response) => response.end()) {
    this.server = createServer((_, response) => {
      this.requests += 1;
      this.answer(response);
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/jwks.json`;
  }

  serves(keys: JSONWebKeySet): void {
    this.answers((response) => response.end(JSON.stringify(keys)));
  }

  answers(answer: Answer): void {
    this.answer = answer;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
