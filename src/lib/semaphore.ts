/** Tasks in the queue. The hooks give a read up after less than a second, so that the end of a longer one would wait in vain. */
const MAX_WAITING = 1_000;

/** Lets at most `width` tasks run at a time. The others wait for their turn, in the order in which they came. */
export class Semaphore {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly width: number) {}

  /** @throws Error when the queue is full, and whatever the task throws */
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
    if (this.waiting.length >= MAX_WAITING) throw new Error('too many tasks are waiting already');
    return new Promise((begin) => this.waiting.push(begin));
  }

  /** The place goes to the next in line. */
  private leave(): void {
    const begin = this.waiting.shift();
    if (begin) begin();
    else this.running -= 1;
  }
}
