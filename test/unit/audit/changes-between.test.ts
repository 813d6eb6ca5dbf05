import { changesBetween } from '../../../src/audit/changes-between.js';

describe('changesBetween', () => {
  it('changesBetween tells both values of a member that differs, and nothing of one that does not', () => {
    expect(changesBetween({ a: 1, b: 2 }, { a: 1, b: 3 })).toEqual({ b: { from: 2, to: 3 } });
  });

  it('changesBetween tells of a list what was added and removed', () => {
    expect(changesBetween({ list: ['a', 'b'] }, { list: ['b', 'c'] })).toEqual({
      list: { added: ['c'], removed: ['a'] },
    });
  });

  it('changesBetween takes another order of a list for no change', () => {
    expect(changesBetween({ list: ['a', 'b'] }, { list: ['b', 'a'] })).toEqual({});
  });

  it('changesBetween tells of something new all that is not null or empty', () => {
    expect(changesBetween(null, { a: 1, b: null, c: [], d: ['x'], e: false })).toEqual({
      a: { from: null, to: 1 },
      d: { added: ['x'], removed: [] },
      e: { from: null, to: false },
    });
  });

  it('changesBetween writes little of a long list in which little changes', () => {
    const uris = Array.from({ length: 50 }, (_, i) => `https://a.example/${i}${'a'.repeat(2_000)}`);
    const changes = changesBetween({ uris }, { uris: [...uris.slice(1), 'https://b.example/'] });
    expect(JSON.stringify(changes).length).toBeLessThan(2_500);
  });
});
