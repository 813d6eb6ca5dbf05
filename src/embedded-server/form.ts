import type { IncomingMessage } from 'node:http';
import { readBytes } from '../http/read-bytes.js';
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
  const body = await readBytes(request, LIMIT, tooLarge);
  return new URLSearchParams(body.toString());
}

const tooLarge = (): Error => new errors.InvalidRequest('the form is too large', 413);
