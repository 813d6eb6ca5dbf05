import type { IncomingMessage } from 'node:http';
import { errors } from './oidc-provider.js';

/** Bytes; the forms of the pages are far smaller. */
const LIMIT = 4 * 1024;

/**
 * The fields of a submitted form.
 *
 * @throws InvalidRequest for what no page of this server has sent
 */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw new errors.InvalidRequest('not a form');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LIMIT) throw new errors.InvalidRequest('the form is too large', 413);
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}
