import { HttpStatus, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Access } from '../access/access.js';
import type { ClientWithSecret, ClientWrites } from './client-writes.js';
import type { DryRunDto, DryRunQuery } from './dto/dry-run.dto.js';
import type { OAuthClientDto } from './dto/oauth-client.dto.js';
import { DryRun } from './dry-run.js';
import { OAuthClientStore } from './oauth-client.store.js';
import { entityTag } from './preconditions.js';
import { Representations } from './representations.js';

/** A call that is to be answered. */
export interface Exchange {
  readonly access: Access;
  readonly query: DryRunQuery;
  readonly reply: FastifyReply;
}

/** Does what a call asks for, or tells what it would do, and answers. */
@Injectable()
export class Answers {
  constructor(
    private readonly store: OAuthClientStore,
    private readonly dryRun: DryRun,
    private readonly representations: Representations,
  ) {}

  /**
   * @param call decides what is to be written, and hands it to `writes`, which does it or tells what it would do
   * @param answer makes the answer to the real call
   */
  async to<Answer>(
    { access, query, reply }: Exchange,
    call: <Result>(writes: ClientWrites<Result>) => Promise<Result>,
    answer: (written: ClientWithSecret) => Answer | Promise<Answer>,
  ): Promise<Answer | DryRunDto> {
    if (query.dry_run === undefined) return answer(await call(this.store));
    const told = await call(this.dryRun);
    if (access.client) void reply.header('etag', this.representations.entityTagOf(access, access.client));
    void reply.status(HttpStatus.OK);
    return told;
  }

  /** The client, with its entity tag. */
  client(
    { access, reply }: Omit<Exchange, 'query'>,
    { client, secret, isReplayed }: ClientWithSecret,
  ): OAuthClientDto {
    const representation = this.representations.of(access, client);
    const text = JSON.stringify(representation);
    void reply.header('etag', entityTag(client.revision, text));
    if (isReplayed) void reply.header('idempotency-replayed', 'true');
    if (secret !== null) {
      void reply.header('cache-control', 'no-store');
      return { ...representation, client_secret: secret.secret, secret_id: secret.id };
    }
    // The text that the digest was made of is sent as it is, instead of being made a second time.
    void reply.type('application/json; charset=utf-8').serializer(() => text);
    return representation;
  }
}
