import {
  HydraFailure,
  HydraRejection,
  failureFor,
  unansweredFailure,
} from '../../../src/hydra/admin-api/hydra-failure.js';

const said = (error: string, description = ''): object => ({ error, error_description: description });

describe('failureFor', () => {
  it.each([
    ['invalid_client_metadata', 400],
    ['invalid_redirect_uri', 400],
    ['too large', 413],
  ])('Hydra rejects a client with %s (%d), in words for the owner', (error, status) => {
    const refusal = failureFor(status, {}, said(error, 'The hint.'));
    expect(refusal).toBeInstanceOf(HydraRejection);
    expect((refusal as HydraRejection).problem).toEqual({
      code: 'rejected_by_authorization_server',
      detail: `Hydra refuses this client: ${error}: The hint.`,
    });
  });

  it.each([
    [
      'a serialization failure',
      400,
      said('Unable to serialize access due to a concurrent update'),
      'client',
      'none',
    ],
    ['a conflict', 409, said('Unable to insert'), 'client', 'none'],
    ['no credentials', 401, undefined, 'server', 'none'],
    ['wrong credentials', 403, undefined, 'server', 'none'],
    ['a wrong address', 404, '<html>', 'server', 'none'],
    ['too many requests', 429, undefined, 'server', 'none'],
    ['an error of its own', 500, said('error'), 'server', 'unknown'],
    ['a proxy without a server', 502, '<html>', 'server', 'unknown'],
    ['being away', 503, undefined, 'server', 'unknown'],
    ['a gateway that does not like the method', 405, '<html>', 'server', 'none'],
    ['a firewall', 400, { message: 'Blocked.' }, 'server', 'none'],
    ['a login page', 302, undefined, 'server', 'unknown'],
    ['success without its body', 200, undefined, 'server', 'unknown'],
  ])('Hydra fails in a way that may pass with %s (%d)', (_, status, body, scope, effect) => {
    const refusal = failureFor(status, {}, body);
    expect(refusal).toBeInstanceOf(HydraFailure);
    expect((refusal as HydraFailure).facts).toMatchObject({ scope, effect, status });
  });

  it.each([
    ['7', 7000],
    ['0', 0],
    ['86400', 300_000],
    ['soon', undefined],
    ['1.5', undefined],
    ['-1', undefined],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ])('a failure of Hydra says when to come back by Retry-After: %s', (retryAfter, milliseconds) => {
    const refusal = failureFor(429, { 'retry-after': retryAfter }, undefined);
    expect((refusal as HydraFailure).facts.retryAfterMs).toBe(milliseconds);
  });

  it('owners are told a bounded part of what Hydra says', () => {
    expect(failureFor(400, {}, said('x'.repeat(10_000))).message.length).toBeLessThanOrEqual(500);
  });
});

describe('unansweredFailure', () => {
  const caused = (code: string): Error =>
    new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'])(
    'a call of Hydra that failed with %s is known to have had no effect',
    (code) => {
      expect(unansweredFailure(caused(code)).facts).toEqual({ effect: 'none', scope: 'server' });
    },
  );

  it('a call of Hydra that failed at several addresses is judged by the errors of each', () => {
    const cause = new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })]);
    expect(unansweredFailure(new TypeError('fetch failed', { cause })).facts.effect).toBe('none');
  });

  it.each([caused('ECONNRESET'), caused('UND_ERR_SOCKET'), new DOMException('late', 'TimeoutError'), 'text'])(
    'a call of Hydra that failed with %s leaves it unknown whether it had an effect',
    (error) => {
      expect(unansweredFailure(error).facts.effect).toBe('unknown');
    },
  );
});
