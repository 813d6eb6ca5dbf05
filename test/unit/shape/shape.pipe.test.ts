import { boolean, integerText, listOf, oneOf, text, token } from '../../../src/validation/shape-checks.js';
import { ReadOnly, Shape } from '../../../src/validation/shape.decorator.js';
import { ShapePipe } from '../../../src/validation/shape.pipe.js';
import { Problem } from '../../../src/problem-details/problem.js';

class Base {
  @Shape(listOf(token({ max: 3 }), { max: 3 }))
  tags?: string[];
}

@ReadOnly('id')
class Dto extends Base {
  @Shape(text({ min: 1, max: 3 }), { required: true })
  name: string;

  @Shape(boolean)
  enabled?: boolean;

  @Shape(oneOf(['a', 'b']))
  kind?: string;
}

@ReadOnly('made_by_us')
class Query {
  @Shape(integerText({ min: 1, max: 10 }))
  limit?: string;
}

describe('ShapePipe', () => {
  const pipe = new ShapePipe();

  function check(
    value: unknown,
    type: 'body' | 'query' = 'body',
    metatype: typeof Dto | typeof Query = Dto,
  ): unknown {
    return pipe.transform(value, { type, metatype });
  }
  function problemOf(...call: Parameters<typeof check>): Problem {
    try {
      check(...call);
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
    throw new Error('it was accepted');
  }
  const found = (value: unknown): string[] =>
    (problemOf(value).errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`).toSorted();

  it('the shape pipe gives an instance of the class with what was sent', () => {
    const body = { name: 'abc', enabled: false, tags: ['a'], kind: 'b' };
    const dto = check(body);
    expect(dto).toBeInstanceOf(Dto);
    expect({ ...(dto as Dto) }).toEqual(body);
  });

  it('the shape pipe takes null for absent', () => {
    expect({ ...(check({ name: 'a', enabled: null, kind: null, tags: null }) as Dto) }).toEqual({
      name: 'a',
    });
  });

  it('the shape pipe refuses names that it does not know with null as with any other value', () => {
    expect(found({ name: 'a', enabled: null, nmae: null, id: null })).toEqual([
      '/id read_only',
      '/nmae unknown_member',
    ]);
  });

  it('the shape pipe finds every problem at once, those of inherited members and of items too', () => {
    const body = { name: 5, enabled: 'true', kind: 'c', tags: ['a', 'long', 7], typo: 1, id: 'x' };
    expect(found(body)).toEqual([
      '/enabled invalid_type',
      '/id read_only',
      '/kind not_allowed',
      '/name invalid_type',
      '/tags/1 too_long',
      '/tags/2 invalid_type',
      '/typo unknown_member',
    ]);
  });

  it('the shape pipe tells members that no caller can set from typos, whichever class names them', () => {
    expect(found({ name: 'a', id: 1, made_by_us: 1, made_by_them: 1 })).toEqual([
      '/id read_only',
      '/made_by_them unknown_member',
      '/made_by_us read_only',
    ]);
  });

  it.each([[{}], [{ name: null }]])('the shape pipe names a required member that is missing (%j)', (body) => {
    expect(found(body)).toEqual(['/name required']);
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty'])(
    'the shape pipe knows no member called %s',
    (name) => {
      expect(found(JSON.parse(`{"name":"a","${name}":{"polluted":true}}`))).toEqual([
        `/${name} unknown_member`,
      ]);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
  );

  it('the shape pipe writes pointers as RFC 6901 has them, and bounded', () => {
    expect(found({ name: 'a', 'a/b~c': 1 })).toEqual(['/a~1b~0c unknown_member']);
    expect(problemOf({ name: 'a', ['x'.repeat(5_000)]: 1 }).errors?.[0]?.pointer).toHaveLength(129);
  });

  it.each([[undefined], [null], [[]], ['text'], [5], [true]])(
    'the shape pipe refuses a body that is no object: %j',
    (body) => {
      expect(problemOf(body).code).toBe('bad_request');
    },
  );

  it('the shape pipe answers 422 for a body and 400 for a query', () => {
    expect(problemOf({ name: '' }).code).toBe('validation_failed');
    expect(problemOf({ limit: '11' }, 'query', Query).code).toBe('bad_request');
    expect(problemOf({ limit: ['1', '2'] }, 'query', Query).errors?.[0]?.pointer).toBe('/limit');
  });

  it('the shape pipe tells of no more than 100 problems', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`m${index}`, 1]));
    expect(problemOf(many).errors).toHaveLength(100);
    expect(problemOf(many, 'query', Query).errors).toHaveLength(100);
  });

  it('the shape pipe leaves alone what is neither body nor query, or has no class', () => {
    expect(pipe.transform('5', { type: 'param', metatype: String })).toBe('5');
    expect(pipe.transform([1], { type: 'body' })).toEqual([1]);
  });
});
