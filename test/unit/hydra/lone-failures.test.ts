import { LoneFailures } from '../../../src/hydra/sync/lone-failures.js';

describe('LoneFailures', () => {
  let failures: LoneFailures;

  beforeEach(() => {
    failures = new LoneFailures();
  });

  it('blames Hydra while nobody gets through', () => {
    const blamed = ['a', 'b', 'a', 'a', 'b'].map((id) => failures.noteFailure(id));
    expect(blamed).toEqual([false, false, false, false, false]);
  });

  it('blames a client that fails again after others got through, from then on', () => {
    failures.noteFailure('a');
    failures.noteSuccess('b');
    expect([failures.noteFailure('a'), failures.noteFailure('a')]).toEqual([true, true]);
  });

  it('takes one that got through for any other again', () => {
    failures.noteFailure('a');
    failures.noteSuccess('b');
    failures.noteFailure('a');
    failures.noteSuccess('a');
    expect(failures.noteFailure('a')).toBe(false);
  });
});
