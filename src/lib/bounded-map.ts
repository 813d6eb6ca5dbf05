/** A least-recently-used cache of at most `capacity` entries: a new one displaces the one that was not used for longest. */
export class BoundedMap<Value> {
  private readonly entries = new Map<string, Value>();

  constructor(private readonly capacity: number) {}

  get(key: string): Value | undefined {
    const value = this.entries.get(key);
    // A map keeps the order of insertion, so the entry becomes its newest.
    if (value !== undefined && this.entries.delete(key)) this.entries.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    const [oldest] = this.entries.keys();
    if (this.entries.size > this.capacity && oldest !== undefined) this.entries.delete(oldest);
  }

  values(): IterableIterator<Value> {
    return this.entries.values();
  }

  delete(key: string): void {
    this.entries.delete(key);
  }
}
