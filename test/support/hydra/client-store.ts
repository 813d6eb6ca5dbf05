import { randomUUID } from 'node:crypto';
import { textsOf, toStored, type ClientMembers } from './client-members.js';
import { duplicate, noSuchResource, unrecognizable } from './hydra-error.js';

export interface StoredClient {
  readonly members: ClientMembers;
  /** In clear, which Hydra does not keep: tests ask which one works. */
  readonly secret: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ClientFilter {
  readonly owner: string;
  readonly name: string;
  /** Clients behind this id in the order of ids. */
  readonly after: string;
  readonly limit: number;
}

/** Hydra's table of clients. */
export class ClientStore {
  readonly clients = new Map<string, StoredClient>();

  /** Clients that are gone take their tokens with them: PostgreSQL's `ON DELETE CASCADE`. */
  constructor(private readonly onRemoved: (clientId: string) => void) {}

  get(id: string): StoredClient {
    const client = this.clients.get(id);
    if (!client) throw noSuchResource();
    return client;
  }

  /** @throws 409 when the id is taken */
  create(members: ClientMembers, secret: string): StoredClient {
    const id = members.client_id || randomUUID();
    const now = new Date();
    assertStorable(members);
    if (this.clients.has(id)) throw duplicate();
    const client = {
      members: toStored({ ...members, client_id: id }),
      secret,
      createdAt: now,
      updatedAt: now,
    };
    this.clients.set(id, client);
    return client;
  }

  /** Replaces all of a client; its secret only by another one. @throws 404 where there is none */
  replace(id: string, members: ClientMembers): StoredClient {
    const old = this.get(id);
    assertStorable(members);
    const client = {
      members: toStored({ ...members, client_id: id }),
      secret: members.client_secret || old.secret,
      createdAt: old.createdAt,
      updatedAt: new Date(),
    };
    this.clients.set(id, client);
    return client;
  }

  remove(id: string): void {
    this.get(id);
    this.clients.delete(id);
    this.onRemoved(id);
  }

  /** A page of clients in the order of their ids, and whether more follow. */
  list({ owner, name, after, limit }: ClientFilter): { page: StoredClient[]; hasMore: boolean } {
    const matching = [...this.clients.values()]
      .filter(({ members }) => owner === '' || members.owner === owner)
      .filter(({ members }) => name === '' || members.client_name === name)
      .filter(({ members }) => members.client_id > after)
      .toSorted((one, other) => (one.members.client_id < other.members.client_id ? -1 : 1));
    return { page: matching.slice(0, limit), hasMore: matching.length > limit };
  }
}

/** What PostgreSQL does not take, NUL or a longer text than the column, has no name in Hydra. */
function assertStorable(members: ClientMembers): void {
  const { client_id: id, token_endpoint_auth_method: method } = members;
  if (id.length > 255 || method.length > 25) throw unrecognizable();
  if (textsOf(members).some((text) => text.includes('\0'))) throw unrecognizable();
}
