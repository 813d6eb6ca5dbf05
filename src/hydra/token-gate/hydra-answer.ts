import type { IncomingMessage } from 'node:http';
import { isObject, parseJson } from '../../lib/json.js';

/** What Hydra answers: to be passed on whole. */
export interface HydraAnswer {
  readonly head: IncomingMessage;
  /** Read already; null while it is still to be read from the head. */
  readonly body: Buffer | null;
}

/** More than any refusal of Hydra has. */
const MAX_BYTES = 64 * 1024;

/** Reads the body of a refusal, to see which it is. */
export async function readAnswer(head: IncomingMessage): Promise<HydraAnswer> {
  if (head.statusCode !== 401) return { head, body: null };
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of head as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BYTES) chunks.push(chunk);
  }
  return { head, body: Buffer.concat(chunks) };
}

/** Whether Hydra does not take the client for the one that it is said to be. Nothing has happened then. */
export function isInvalidClient({ head, body }: HydraAnswer): boolean {
  if (head.statusCode !== 401 || body === null) return false;
  const answer = parseJson(body.toString('utf8'));
  return isObject(answer) && answer['error'] === 'invalid_client';
}
