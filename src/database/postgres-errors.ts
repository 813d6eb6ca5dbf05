import { codeOf } from '../lib/error-code.js';
import { isObject } from '../lib/json.js';

/** SQLSTATE classes and codes after which the same request may succeed a moment later. */
const UNAVAILABLE_STATES = [
  '08', // connection exception
  '28', // invalid authorization: the password is being changed
  '3D000', // no such database
  '53', // insufficient resources: connections, disk, memory
  '57P', // operator intervention: shutdown, crash, cannot connect now
  '57014', // query canceled: a timeout
  '25006', // read-only transaction: a failover in progress
  '40', // rolled back: serialization failure, deadlock, unknown completion
  '55P03', // lock not available
];

const SOCKET_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ECONNABORTED',
  'ENOENT',
  'EAI_AGAIN',
  // Node's words for a query that was written to a connection just lost.
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);

/** What `pg` throws without any code, and TypeORM when a connection was lost between two queries of a transaction. */
const DRIVER_MESSAGES = new RegExp(
  `^(${[
    'Connection terminated',
    'timeout exceeded when trying to connect',
    'timeout expired',
    'Query read timeout',
    'Client has encountered a connection error',
    'Client was closed',
    'Received unexpected \\w+ message from backend',
    'Cannot use a pool after calling end',
    'Driver not Connected',
    'Query runner already released',
    'Database connection provided by a query runner was already released',
    'Transaction is not started yet',
  ].join('|')})`,
  'i',
);

/** Whether PostgreSQL is out of reach or asks to try again, so that the answer is 503 and not 500. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!isObject(error)) return false;
  const { message, errors } = error;
  // Node reports one error per address that was tried.
  if (Array.isArray(errors)) return errors.some(isDatabaseUnavailable);
  const code = codeOf(error);
  if (code !== undefined) {
    return SOCKET_ERRORS.has(code) || UNAVAILABLE_STATES.some((state) => code.startsWith(state));
  }
  return typeof message === 'string' && DRIVER_MESSAGES.test(message);
}

/** Whether this is the violation of the named unique constraint or primary key. */
export function isUniqueViolation(error: unknown, constraint: string): boolean {
  return codeOf(error) === '23505' && isObject(error) && error['constraint'] === constraint;
}
