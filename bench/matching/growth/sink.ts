import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createGzip } from 'node:zlib';

/** Writes with back pressure and in chunks, compressed if the name says so. */
export class Sink {
  readonly #stream: NodeJS.WritableStream;
  readonly #closed: Promise<unknown>;
  #piece = '';

  constructor(path: string) {
    const file = createWriteStream(path);
    this.#closed = once(file, 'close');
    if (path.endsWith('.gz')) {
      const zip = createGzip({ level: 1 });
      zip.pipe(file);
      this.#stream = zip;
    } else this.#stream = file;
  }

  async line(text: string): Promise<void> {
    this.#piece += `${text}\n`;
    if (this.#piece.length < 262_144) return;
    const piece = this.#piece;
    this.#piece = '';
    if (!this.#stream.write(piece)) await once(this.#stream, 'drain');
  }

  async end(): Promise<void> {
    this.#stream.end(this.#piece);
    await this.#closed;
  }
}
