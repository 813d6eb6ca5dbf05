import { untilAborted } from '../../../src/lib/until-aborted.js';

describe('untilAborted', () => {
  it('a stream of items begins none once the signal to stop has come', async () => {
    const begun: number[] = [];
    async function* items(): AsyncGenerator<number, void> {
      for (let item = 1; ; item++) {
        begun.push(item);
        yield await Promise.resolve(item);
      }
    }
    const stopping = new AbortController();
    const take = async (): Promise<void> => {
      for await (const item of untilAborted(items(), stopping.signal)) {
        if (item === 2) stopping.abort('stopped');
      }
    };
    await expect(take()).rejects.toBe('stopped');
    expect(begun).toEqual([1, 2]);
  });
});
