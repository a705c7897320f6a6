import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const places = ['x86_64-linux-gnu', 'aarch64-linux-gnu', ''].map((machine) =>
  join('/usr/lib', machine, 'faketime', 'libfaketime.so.1'),
);

/** The library of Debian's package `faketime`; null if it is not installed. */
export function findFakeTime(): string | null {
  return places.find((place) => existsSync(place)) ?? null;
}

/** The clock of every process and database of an installation, moved while they run. */
export class MovedClock {
  readonly settings: Readonly<Record<string, string>>;
  readonly #folder: string;
  #aheadMs = 0;

  private constructor(library: string, folder: string) {
    this.#folder = folder;
    this.settings = {
      HOMEWARD_TEST_CLOCK: 'yes',
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: join(folder, 'offset'),
      // Read again at each call; otherwise a running process would keep its old time for ten
      // seconds.
      FAKETIME_NO_CACHE: '1',
      // Timers measure durations: they must not jump. The name differs between versions.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    };
  }

  static async open(library: string, at: Date): Promise<MovedClock> {
    const folder = await mkdtemp(join(tmpdir(), 'homeward-clock-'));
    await chmod(folder, 0o755); // PostgreSQL reads it as its own user.
    const clock = new MovedClock(library, folder);
    await clock.set(at);
    return clock;
  }

  now(): Date {
    return new Date(Date.now() + this.#aheadMs);
  }

  /**
   * From here on this is the time everywhere. The file is replaced atomically, never half-written.
   */
  async set(at: Date): Promise<void> {
    // Rounded up: immediate actions must not be dated before the moment.
    const seconds = Math.ceil((at.getTime() - Date.now()) / 1_000);
    const path = join(this.#folder, 'offset');
    await writeFile(`${path}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`, { mode: 0o644 });
    await rename(`${path}.new`, path);
    this.#aheadMs = seconds * 1_000;
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
