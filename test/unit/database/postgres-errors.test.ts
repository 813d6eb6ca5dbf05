import {
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
  TransactionNotStartedError,
} from 'typeorm';
import { isDatabaseUnavailable, isUniqueViolation } from '../../../src/database/postgres-errors.js';

const coded = (code: string): Error => Object.assign(new Error('some text'), { code });

/** SQLSTATEs by their classes, then what Node's sockets say. */
const RETRYABLE = `
  08000 08003 08006 08007 08P01
  53000 53100 53200 53300 53400
  57P01 57P02 57P03 57P05 57014
  25006 40001 40003 40P01 55P03
  3D000 28P01 28000
  ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT ENOTFOUND EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN
  ECONNABORTED EAI_AGAIN ENOENT`
  .trim()
  .split(/\s+/);

describe('isDatabaseUnavailable', () => {
  it.each(RETRYABLE)('isDatabaseUnavailable is true for %s: the same request may succeed later', (code) => {
    expect(isDatabaseUnavailable(coded(code))).toBe(true);
  });

  it.each([
    '23505',
    '23503',
    '22021',
    '22P02',
    '22P05',
    '42P01',
    '42703',
    '42501',
    '54000',
    '25P02',
    '0A000',
    'XX000',
  ])('isDatabaseUnavailable is false for %s: the fault is ours', (code) => {
    expect(isDatabaseUnavailable(coded(code))).toBe(false);
  });

  it.each([
    'Connection terminated',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'timeout expired',
    'Received unexpected commandComplete message from backend.',
    new QueryRunnerAlreadyReleasedError().message,
    new QueryRunnerProviderAlreadyReleasedError().message,
    new TransactionNotStartedError().message,
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    'Cannot use a pool after calling end on the pool',
    'Driver not Connected',
  ])('isDatabaseUnavailable is true for what the driver says without a code: %s', (message) => {
    expect(isDatabaseUnavailable(new Error(message))).toBe(true);
  });

  it.each([
    new Error('Connection is what I wrote'),
    new TypeError('x'),
    'ECONNREFUSED',
    null,
    undefined,
    5,
    {},
  ])('isDatabaseUnavailable is false for %p', (error) => {
    expect(isDatabaseUnavailable(error)).toBe(false);
  });

  it('isDatabaseUnavailable looks into what Node reports when a host has several addresses', () => {
    expect(isDatabaseUnavailable(new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]))).toBe(
      true,
    );
    expect(isDatabaseUnavailable(new AggregateError([new Error('other')]))).toBe(false);
  });
});

describe('isUniqueViolation', () => {
  const violation = Object.assign(coded('23505'), { constraint: 'uq_a' });

  it('isUniqueViolation is true for the named constraint only', () => {
    expect([isUniqueViolation(violation, 'uq_a'), isUniqueViolation(violation, 'uq_b')]).toEqual([
      true,
      false,
    ]);
  });

  it.each([Object.assign(coded('23503'), { constraint: 'uq_a' }), new Error('uq_a'), null, 'uq_a'])(
    'isUniqueViolation is false for %p',
    (error) => {
      expect(isUniqueViolation(error, 'uq_a')).toBe(false);
    },
  );
});
