/** What a header names of entity tags; `*` for any (RFC 9110, section 13.1). */
export type EntityTags = readonly string[] | '*';

/** RFC 9110, section 8.8.3: a comma within the quotes is part of the tag. */
const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7E\x80-\xFF]*"/g;

/** Null for a header that cannot be read. */
export function parseEntityTags(header: string): EntityTags | null {
  if (header.trim() === '*') return '*';
  return areSeparators(header.split(ENTITY_TAG)) ? header.match(ENTITY_TAG) : null;
}

/** RFC 9110, section 5.6.1: all elements but one may be empty. @param pieces what stands before, between and behind the tags */
const areSeparators = (pieces: readonly string[]): boolean =>
  pieces.length > 1 &&
  pieces.every((piece) => /^[ \t,]*$/.test(piece)) &&
  pieces.slice(1, -1).every((piece) => piece.includes(','));

/** Compares weakly (RFC 9110, section 8.8.3.2). */
export const isAmong = (tags: EntityTags, tag: string): boolean =>
  tags === '*' || tags.some((other) => opaque(other) === opaque(tag));

const opaque = (tag: string): string => tag.replace(/^W\//, '');
