/** The header of PostgreSQL's binary COPY format: a signature, no flags, no extension. */
const heading = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
const pageBytes = 2 ** 18;

/** Rows for a table in the binary form of COPY, which needs no text conversion. */
export class CopyRows {
  readonly #full: Buffer[] = [heading];
  #page = Buffer.allocUnsafe(pageBytes);
  #used = 0;
  /** Rows so far. */
  count = 0;

  /** Starts a row with this many columns; its values follow in order. */
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
    // UTF-8 needs at most three bytes per UTF-16 unit.
    this.#makeRoom(4 + value.length * 3);
    const bytes = this.#page.write(value, this.#used + 4);
    this.#used = this.#page.writeInt32BE(bytes, this.#used) + bytes;
  }

  /** Everything written, with the end marker. Nothing can be added afterwards. */
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
