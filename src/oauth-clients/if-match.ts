import { MAX_IF_MATCH } from '../openapi/request-headers.js';
import { Problem } from '../problem-details/problem.js';

/** The entity tags of an `If-Match` header; null without one, `*` for any state. */
export type IfMatch = readonly string[] | '*' | null;

export const entityTag = (revision: number): string => `"${revision}"`;

const ENTITY_TAG = /^(?:W\/)?"[\x21\x23-\x7E]*"$/;

/** Reads `If-Match` (RFC 9110, section 13.1.1). */
export function readIfMatch(header: string | undefined): IfMatch {
  if (header === undefined) return null;
  if (header.length > MAX_IF_MATCH) {
    throw new Problem('bad_request', `If-Match may have at most ${MAX_IF_MATCH} characters.`);
  }
  if (header.trim() === '*') return '*';
  const tags = header.split(',').map((tag) => tag.trim());
  if (tags.every((tag) => ENTITY_TAG.test(tag))) return tags;
  throw new Problem('bad_request', 'If-Match must be *, or entity tags in double quotes as ETag gives them.');
}

/** 412 unless the client is at a revision that the caller has seen. A weak tag never matches here. */
export function refuseUnlessMatching(ifMatch: IfMatch, revision: number): void {
  if (ifMatch === null || ifMatch === '*' || ifMatch.includes(entityTag(revision))) return;
  throw new Problem(
    'precondition_failed',
    `The client has changed: it is at revision ${revision}. Read it again and repeat the change.`,
    { headers: { etag: entityTag(revision) } },
  );
}
