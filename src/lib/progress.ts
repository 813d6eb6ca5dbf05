import type { WriteStream } from 'node:tty';

/** Milliseconds between two lines where the output is no terminal. */
const PLAIN_EVERY_MS = 5_000;
const REDRAW_EVERY_MS = 100;
/** Columns of a terminal that does not tell how many it has. */
const WIDTH = 80;

/**
 * Tells a person that a command is getting on: on a terminal in a line that changes, elsewhere in a plain line now and then.
 * It writes to standard error, so that the results can be redirected.
 */
export class Progress {
  private toldAt = performance.now();
  private isLineOpen = false;

  constructor(private readonly stream: Pick<WriteStream, 'isTTY' | 'columns' | 'write'> = process.stderr) {}

  /** Tells the text, unless another one was told a moment ago: then the text is not even made. */
  update(text: () => string): void {
    const { isTTY, columns } = this.stream;
    const now = performance.now();
    if (now - this.toldAt < (isTTY ? REDRAW_EVERY_MS : PLAIN_EVERY_MS)) return;
    this.toldAt = now;
    this.stream.write(isTTY ? `\r\x1b[K${text().slice(0, (columns || WIDTH) - 1)}` : `${text()}\n`);
    this.isLineOpen = isTTY;
  }

  /** Erases the line that changes, so that other output does not run into it. */
  clear(): void {
    if (this.isLineOpen) this.stream.write('\r\x1b[K');
    this.isLineOpen = false;
  }
}
