/** In line. Each waits for less than a second, so a longer line would only be given up on. */
const MAX_WAITING = 1_000;

/** Lets so many tasks run at a time. The others wait for their turn, in the order in which they came. */
export class Semaphore {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly width: number) {}

  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.running < this.width) this.running += 1;
    else await this.turn();
    try {
      return await task();
    } finally {
      this.leave();
    }
  }

  private turn(): Promise<void> {
    if (this.waiting.length >= MAX_WAITING) throw new Error('too much is being read already');
    return new Promise((begin) => this.waiting.push(begin));
  }

  /** The place goes to the next in line. */
  private leave(): void {
    const begin = this.waiting.shift();
    if (begin) begin();
    else this.running -= 1;
  }
}
