import type { ParamDecoratorEnhancer } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problem-details/problem.js';

const TAGS = ['If-Match', 'If-None-Match'];

/** Headers that make a call depend on the state of its resource (RFC 9110, section 13.1). */
const CONDITIONS = [...TAGS, 'If-Modified-Since', 'If-Unmodified-Since', 'If-Range'];

/** A date is ignored beside the tags that say the same more exactly (sections 13.1.3 and 13.1.4). */
const MORE_EXACT = new Map([
  ['If-Modified-Since', 'If-None-Match'],
  ['If-Unmodified-Since', 'If-Match'],
]);

/** Where there is no tag and no date to compare, all others come to an answer in full, which is what a read gives. */
const CONDITIONS_OF_READS = ['If-Match'];

const EVALUATES_TAGS = 'evaluates_tags';

/** For the decorator of a parameter that holds `If-Match` and `If-None-Match`: the handler evaluates them. */
export const evaluatesTags: ParamDecoratorEnhancer = (target, name): void => {
  const handler = Reflect.get(target, name ?? '') as object;
  Reflect.defineMetadata(EVALUATES_TAGS, true, handler);
};

/** @throws Problem 400 for a condition that the call would not look at: its caller may rely on it */
export function refuseOtherConditions(request: FastifyRequest, handler: object): void {
  const hasTags = Reflect.hasMetadata(EVALUATES_TAGS, handler);
  const others = conditionsOf(request).filter((name) => !hasTags || !TAGS.includes(name));
  if (others.length === 0) return;
  const remedy = hasTags ? 'compare the ETag instead (If-Match)' : 'send it without, if need be after a GET';
  throw new Problem(
    'bad_request',
    `This call does not evaluate ${others.join(' and ')}. Nothing was done: ${remedy}.`,
  );
}

function conditionsOf({ method, headers }: FastifyRequest): string[] {
  const isSent = (name: string): boolean => headers[name.toLowerCase()] !== undefined;
  const isRead = method === 'GET' || method === 'HEAD';
  return (isRead ? CONDITIONS_OF_READS : CONDITIONS)
    .filter(isSent)
    .filter((name) => !isSent(MORE_EXACT.get(name) ?? ''));
}
