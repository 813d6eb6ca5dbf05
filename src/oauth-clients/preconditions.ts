import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isAmong, parseEntityTags, type EntityTags } from '../lib/entity-tags.js';
import { MAX_ENTITY_TAGS } from '../openapi/request-headers.js';
import { Problem } from '../problem-details/problem.js';
import { evaluatesTags } from '../validation/conditions.js';

/** What the caller wants to be true (RFC 9110, section 13.1); null without the header. */
export interface Preconditions {
  readonly ifMatch: EntityTags | null;
  readonly ifNoneMatch: EntityTags | null;
}

const DIGEST_LENGTH = 16;

/**
 * The strong validator of a client: its revision, and a digest of the whole representation, which also changes by itself
 * (`sync_status`).
 *
 * @param text the representation without a secret, as it is sent
 */
export const entityTag = (revision: number, text: string): string =>
  `"${revision}.${hash('sha256', text, 'base64url').slice(0, DIGEST_LENGTH)}"`;

/** What preconditions are compared with. The tag is made when it is asked for: it is a digest of all that is shown. */
export interface TaggedState {
  readonly revision: number;
  entityTag(this: void): string;
}

/** @throws Problem 400 for a header that cannot be read */
export const readPreconditions = (headers: IncomingHttpHeaders): Preconditions => ({
  ifMatch: readEntityTags('If-Match', headers['if-match']),
  ifNoneMatch: readEntityTags('If-None-Match', headers['if-none-match']),
});

/**
 * Parameter of a handler: the preconditions of the call, which it has to evaluate. Calls without this parameter refuse them.
 * Throws a Problem 400 for a header that cannot be read.
 */
export const GivenPreconditions = createParamDecorator(
  (_: unknown, context: ExecutionContext): Preconditions =>
    readPreconditions(context.switchToHttp().getRequest<FastifyRequest>().headers),
  [evaluatesTags],
);

function readEntityTags(name: string, header: string | undefined): EntityTags | null {
  if (header === undefined) return null;
  if (header.length > MAX_ENTITY_TAGS) {
    throw new Problem(
      'bad_request',
      `${name} may have at most ${MAX_ENTITY_TAGS} characters: send fewer entity tags.`,
    );
  }
  const tags = parseEntityTags(header);
  if (tags !== null) return tags;
  throw new Problem('bad_request', `${name} must be *, or entity tags in double quotes as ETag gives them.`);
}

/** For calls that change the client. @throws Problem 412 unless it is as the caller wants it */
export function refuseUnlessMet({ ifMatch, ifNoneMatch }: Preconditions, state: TaggedState): void {
  refuseUnlessMatching(ifMatch, state);
  if (ifNoneMatch === null || !isAmong(ifNoneMatch, state.entityTag())) return;
  throw failed(
    'The client is in the state that If-None-Match names. Leave the header out to change it all the same.',
    state,
  );
}

/**
 * Whether the caller of a read has the client in this very state already.
 *
 * @throws Problem 412 when If-Match names another revision
 */
export function isUnmodified({ ifMatch, ifNoneMatch }: Preconditions, state: TaggedState): boolean {
  refuseUnlessMatching(ifMatch, state);
  return ifNoneMatch !== null && isAmong(ifNoneMatch, state.entityTag());
}

/**
 * Only the revision counts: what changes by itself is no reason to refuse a change of the owner. So a tag may consist of the
 * revision alone. A weak tag never matches (RFC 9110, section 13.1.1).
 */
function refuseUnlessMatching(ifMatch: EntityTags | null, state: TaggedState): void {
  const { revision } = state;
  if (ifMatch === null || ifMatch === '*' || ifMatch.some((tag) => revisionIn(tag) === revision)) return;
  const detail = `The client has changed: it is at revision ${revision}. Read it again and repeat the change.`;
  throw failed(detail, state);
}

function revisionIn(tag: string): number | null {
  const [, revision] = /^"([1-9]\d{0,9})(?:\.[\w-]+)?"$/.exec(tag) ?? [];
  return revision === undefined ? null : Number(revision);
}

const failed = (detail: string, state: TaggedState): Problem =>
  new Problem('precondition_failed', detail, { headers: { etag: state.entityTag() } });
