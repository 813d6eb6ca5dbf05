import { Progress } from '../../../src/lib/progress.js';
import { printable, printableName } from '../../../src/lib/printable.js';
import { readable } from '../../../src/lib/readable.js';

/** A stream that keeps what is written to it. */
function streamOf(isTTY: boolean, columns = 20) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) > 0 };
}

describe('Progress', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('progress rewrites one line of a terminal, no longer than it is wide, and makes room for other output', () => {
    const stream = streamOf(true);
    const progress = new Progress(stream);
    jest.advanceTimersByTime(100);
    progress.update(() => '12345678901234567890123');
    progress.clear();
    progress.clear();
    expect(stream.written).toEqual(['\r\x1b[K1234567890123456789', '\r\x1b[K']);
  });

  it('progress takes a terminal of no known width for one of 80 characters', () => {
    const stream = streamOf(true, 0);
    const progress = new Progress(stream);
    jest.advanceTimersByTime(100);
    progress.update(() => 'x'.repeat(100));
    expect(stream.written).toEqual([`\r\x1b[K${'x'.repeat(79)}`]);
  });

  it('progress writes plain lines where there is no terminal, one every five seconds', () => {
    const stream = streamOf(false);
    const progress = new Progress(stream);
    for (let second = 1; second <= 11; second++) {
      jest.advanceTimersByTime(1_000);
      progress.update(() => `${second} s`);
    }
    progress.clear();
    expect(stream.written).toEqual(['5 s\n', '10 s\n']);
  });
});

describe('output for a terminal', () => {
  it('output for a terminal holds nothing that a terminal would obey', () => {
    expect(readable('a\x1b[31m\x9b\u202eb\r\n')).toBe('a\\u001b[31m\\u009b\\u202eb\\u000d\\u000a');
  });

  it('output for a terminal shows any value on one line that is not too long', () => {
    expect(printable(['a\n'])).toBe('["a\\n"]');
    expect(printable(undefined)).toBe('absent');
    expect(printable('x'.repeat(1_000))).toHaveLength(303);
  });

  it('output for a terminal survives values that are nested too deep to be written', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(printable(deep)).toBe('something deeply nested');
  });

  it('output for a terminal quotes names only where they need it', () => {
    expect([printableName('redirect_uris'), printableName('two words')]).toEqual([
      'redirect_uris',
      '"two words"',
    ]);
  });
});
