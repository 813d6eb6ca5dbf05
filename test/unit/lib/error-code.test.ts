import { codeOf, fetchFailureOf } from '../../../src/lib/error-code.js';

const coded = (code: unknown, cause?: unknown): Error => Object.assign(new Error('no', { cause }), { code });

describe('codeOf', () => {
  it('the code of an error is found in anything that is shaped like one', () => {
    expect([codeOf(coded('ENOENT')), codeOf({ code: '28P01' })]).toEqual(['ENOENT', '28P01']);
  });

  it.each([[undefined], [null], ['ENOENT'], [new Error('no')], [coded(23)], [coded('')], [['ENOENT']]])(
    'the code of an error is undefined for %p',
    (error) => {
      expect(codeOf(error)).toBeUndefined();
    },
  );
});

describe('fetchFailureOf', () => {
  const failed = (cause: unknown): Error => new TypeError('fetch failed', { cause });

  it('a failure of fetch has the code of what fetch wraps, however deep', () => {
    expect(fetchFailureOf(failed(coded('ECONNRESET')))).toBe('ECONNRESET');
    expect(fetchFailureOf(failed(failed(coded('EPIPE'))))).toBe('EPIPE');
    expect(fetchFailureOf(coded('OUTER', coded('INNER')))).toBe('OUTER');
  });

  it('a failure of fetch has the code of the first address when each of several failed', () => {
    const tried = new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]);
    expect(fetchFailureOf(failed(tried))).toBe('ECONNREFUSED');
  });

  it('a failure of fetch says that time ran out, in the same words wherever that is told', () => {
    const late = new DOMException('late', 'TimeoutError');
    expect([fetchFailureOf(late), fetchFailureOf(failed(late))]).toEqual(['timeout', 'timeout']);
  });

  it('a failure of fetch that has no code is named', () => {
    expect(fetchFailureOf(failed(new RangeError('bad port')))).toBe('RangeError');
    expect([fetchFailureOf('text'), fetchFailureOf(undefined)]).toEqual(['unknown', 'unknown']);
  });
});
