/** What PostgreSQL expects before the first row of its binary form: a mark, no flags, no extension. */
const heading = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
const pageBytes = 2 ** 18;

/** Rows on their way into a table, in the binary form of COPY: no text to write, none to read. */
export class CopyRows {
  readonly #full: Buffer[] = [heading];
  #page = Buffer.allocUnsafe(pageBytes);
  #used = 0;
  /** Rows so far. */
  count = 0;

  /** Begins a row of so many columns; its values follow in order. */
  begin(columns: number): void {
    this.#makeRoom(2);
    this.#used = this.#page.writeInt16BE(columns, this.#used);
    this.count += 1;
  }

  int(value: number): void {
    this.#makeRoom(8);
    this.#used = this.#page.writeInt32BE(4, this.#used);
    this.#used = this.#page.writeInt32BE(value, this.#used);
  }

  text(value: string): void {
    // No letter takes more than three bytes for each of its units.
    this.#makeRoom(4 + value.length * 3);
    const bytes = this.#page.write(value, this.#used + 4);
    this.#used = this.#page.writeInt32BE(bytes, this.#used) + bytes;
  }

  /** Everything written, with the mark of its end. Nothing can be added after it. */
  end(): readonly Uint8Array[] {
    this.#makeRoom(2);
    this.#used = this.#page.writeInt16BE(-1, this.#used);
    return [...this.#full, this.#page.subarray(0, this.#used)];
  }

  #makeRoom(bytes: number): void {
    if (this.#used + bytes <= this.#page.length) return;
    this.#full.push(this.#page.subarray(0, this.#used));
    this.#page = Buffer.allocUnsafe(Math.max(pageBytes, bytes));
    this.#used = 0;
  }
}
