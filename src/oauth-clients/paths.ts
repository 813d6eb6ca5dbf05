import type { IncomingHttpHeaders } from 'node:http';
import type { Access } from '../access/access.js';
import { readIdempotentCall, type IdempotentCall } from '../idempotency/idempotent-call.js';
import { faultsOf } from '../validation/shape-faults.js';

/** The path of a project's clients, or of one of them. */
export function clientsPath({ tenant }: Pick<Access, 'tenant'>, id?: string): string {
  const clients = `/v1/organizations/${tenant.organizationId}/projects/${tenant.projectId}/oauth-clients`;
  return id === undefined ? clients : `${clients}/${id}`;
}

/**
 * The call, if its caller may repeat it (`Idempotency-Key`). One with a wrong body does nothing, however often it is made.
 *
 * @throws Problem 400 for a malformed key
 */
export function repeatableCall(
  headers: IncomingHttpHeaders,
  { request }: Access,
  path: string,
  body: object,
): IdempotentCall | null {
  const call = readIdempotentCall(headers['idempotency-key'], request, path, body);
  return faultsOf(body).length > 0 ? null : call;
}
