import { mkdir, open, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from '../vault/random.ts';

/** Free disk space: `low` warns, `refusing` accepts no new data from people. */
export type Storage = 'open' | 'low' | 'refusing';

const mib = 1024 * 1024;
const fileName = 'disk-reserve';
const watchEveryMs = 1_000;

export interface DiskReserveOptions {
  /** Folders whose disks are watched; the reserve is in the first, with the databases. */
  readonly folders: readonly string[];
  readonly reserveBytes: number;
  /**
   * Called at the start and whenever the state changes, with the free bytes outside the reserve.
   */
  readonly onChange: (storage: Storage, freeBytes: number) => void;
}

/**
 * Keeps a file of allocated blocks beside the databases and watches the free space. Families are
 * refused while the databases can still write. If space runs out anyway, the file is removed, so
 * the databases can finish and restart; it is written again when space has returned.
 */
export class DiskReserve {
  readonly #options: DiskReserveOptions;
  readonly #path: string;
  #storage: Storage | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: DiskReserveOptions) {
    this.#options = options;
    this.#path = join(options.folders[0] ?? '.', fileName);
  }

  async start(): Promise<void> {
    await mkdir(this.#options.folders[0] ?? '.', { recursive: true });
    await this.#look().catch(ignoreLook);
    let isBusy = false;
    this.#timer = setInterval(() => {
      if (isBusy) return;
      isBusy = true;
      this.#looking = this.#look()
        .catch(ignoreLook)
        .finally(() => {
          isBusy = false;
        });
    }, watchEveryMs);
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#looking;
  }

  get storage(): Storage {
    return this.#storage ?? 'open';
  }

  async #look(): Promise<void> {
    const { reserveBytes } = this.#options;
    let free = await this.#freeBytes();
    const isKept = (await sizeOf(this.#path)) >= reserveBytes;
    if (isKept && free < reserveBytes / 8) {
      await rm(this.#path, { force: true });
      return this.#tell('refusing', 0);
    }
    if (!isKept && free >= 2.5 * reserveBytes && (await this.#keep())) free -= reserveBytes;
    this.#tell(this.#judge(free), free);
  }

  /** After a refusal, twice the limit must be free: this prevents rapid switching. */
  #judge(free: number): Storage {
    const { reserveBytes } = this.#options;
    const refuseBelow = this.#storage === 'refusing' ? reserveBytes : reserveBytes / 2;
    if (free < refuseBelow) return 'refusing';
    return free < 2 * reserveBytes ? 'low' : 'open';
  }

  #tell(storage: Storage, free: number): void {
    if (storage === this.#storage) return;
    this.#storage = storage;
    this.#options.onChange(storage, free);
  }

  async #freeBytes(): Promise<number> {
    const disks = await Promise.all(this.#options.folders.map((folder) => statfs(folder)));
    return Math.min(...disks.map(({ bavail, bsize }) => bavail * bsize));
  }

  /** Writes the file with allocated blocks; a sparse file would reserve nothing. */
  async #keep(): Promise<boolean> {
    const file = await open(this.#path, 'w', 0o600);
    try {
      const block = randomBytes(mib); // A compressing file system must not shrink it.
      const blocks = Math.ceil(this.#options.reserveBytes / mib);
      for (let at = 0; at < blocks; at += 1) await file.write(block);
      await file.sync();
      return true;
    } catch {
      await rm(this.#path, { force: true }); // The disk filled up meanwhile; the next check decides.
      return false;
    } finally {
      await file.close();
    }
  }
}

/** A disk that cannot be checked keeps its last state; it must not end the supervisor. */
function ignoreLook(): void {}

/**
 * Releases the reserve of an earlier run if the disk is full before the databases start. Without
 * space they could not start, and the disk would not be watched.
 */
export async function giveUpReserveIfFull(folder: string): Promise<void> {
  const path = join(folder, fileName);
  const reserveBytes = await sizeOf(path);
  if (reserveBytes === 0) return;
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < reserveBytes / 8) await rm(path, { force: true });
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}
