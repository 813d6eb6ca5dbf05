import { LoneFailures } from '../../../src/hydra/sync/lone-failures.js';

describe('LoneFailures', () => {
  let failures: LoneFailures;

  beforeEach(() => {
    failures = new LoneFailures();
  });

  it('Hydra is blamed for failures while nobody gets through', () => {
    const blamed = ['a', 'b', 'a', 'a', 'b'].map((id) => failures.noteFailure(id));
    expect(blamed).toEqual([false, false, false, false, false]);
  });

  it('a client that fails again after others got through is blamed from then on', () => {
    failures.noteFailure('a');
    failures.noteSuccess('b');
    expect([failures.noteFailure('a'), failures.noteFailure('a')]).toEqual([true, true]);
  });

  it('a client that got through is taken for any other again when it fails', () => {
    failures.noteFailure('a');
    failures.noteSuccess('b');
    failures.noteFailure('a');
    failures.noteSuccess('a');
    expect(failures.noteFailure('a')).toBe(false);
  });
});
