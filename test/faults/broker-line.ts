import { rename, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';

const lookEveryMs = 200;

/**
 * A relay between the sites and the broker's socket. It replaces the socket in the folder each time
 * a broker starts, and can cut or pause every connection.
 */
export class BrokerLine {
  readonly #path: string;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  /** Identifies our file: inodes alone are reused. */
  #ours = '';
  #held = false;
  #timer: NodeJS.Timeout | null = null;
  #brokers = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async open(): Promise<void> {
    await this.#takePlace();
    let busy = false;
    this.#timer = setInterval(() => {
      if (busy) return;
      busy = true;
      this.#takePlace()
        .catch(() => undefined) // The broker is starting: checked again in a moment.
        .finally(() => {
          busy = false;
        });
    }, lookEveryMs);
  }

  /** Breaks every connection; returns how many. */
  cut(): number {
    const count = this.#sockets.size / 2;
    for (const socket of this.#sockets) socket.destroy();
    return count;
  }

  /** Nothing passes while it is paused, and no connection breaks. */
  hold(held: boolean): void {
    this.#held = held;
    for (const socket of this.#sockets) {
      if (held) socket.pause();
      else socket.resume();
    }
  }

  get connections(): number {
    return this.#sockets.size / 2;
  }

  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.cut();
    this.#server?.close();
  }

  async #takePlace(): Promise<void> {
    const found = await this.#fileAt();
    if (found === null || found === this.#ours) return;
    this.#brokers += 1;
    const behind = `${this.#path}.${this.#brokers}`;
    await rename(this.#path, behind);
    this.#server?.close();
    await rm(this.#path, { force: true }); // Closing removed it, or it never existed.
    const server = createServer((client) => this.#join(client, behind));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#path, resolve);
    });
    this.#server = server;
    this.#ours = (await this.#fileAt()) ?? '';
  }

  async #fileAt(): Promise<string | null> {
    const found = await stat(this.#path).catch(() => null);
    return found ? `${found.ino} ${found.ctimeMs}` : null;
  }

  #join(client: Socket, behind: string): void {
    const broker = connect(behind);
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (part: Buffer) => {
        if (!to.write(part)) from.pause();
      });
      to.on('drain', () => {
        if (!this.#held) from.resume();
      });
      from.on('error', () => undefined); // Its end follows and is passed on.
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      if (this.#held) from.pause();
    }
  }
}
