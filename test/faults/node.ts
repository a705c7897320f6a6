import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { KeystoreDb } from '../../src/broker/keystore.ts';
import { readKey, signingKeys } from '../../src/broker/node-keys.ts';
import { firstPolicy } from '../../src/broker/policy.ts';
import { connect } from '../../src/db/connect.ts';
import { sign } from '../../src/vault/sign.ts';
import { freePort, isGone } from '../e2e/installation.ts';
import { superuserOf, type Which } from '../safety/support/superuser.ts';
import { pause } from './door.ts';
import { familyOrigin } from './family.ts';

const startWithinMs = 300_000;
const inspectWithinMs = 120_000;
/** Two clusters with their logs; a full disk must be filled within seconds. */
const diskMiB = 3_072;

/** A started trial whose data folder is on a disk of limited size, if the run may create one. */
export class Installation {
  readonly dataFolder: string;
  readonly familyUrl: string;
  readonly deskUrl: string;
  readonly healthUrl: string;
  readonly supervisor: ChildProcess;
  /** The data folder is a disk of its own, which may be filled. */
  readonly hasOwnDisk: boolean;
  readonly #folder: string;
  readonly #log: WriteStream;
  #printed = '';

  private constructor(made: {
    folder: string;
    hasOwnDisk: boolean;
    supervisor: ChildProcess;
    ports: readonly [family: number, desk: number, health: number];
    logFile: string;
  }) {
    this.#folder = made.folder;
    this.dataFolder = join(made.folder, 'data');
    this.hasOwnDisk = made.hasOwnDisk;
    this.supervisor = made.supervisor;
    this.familyUrl = `http://localhost:${made.ports[0]}`;
    this.deskUrl = `http://localhost:${made.ports[1]}`;
    this.healthUrl = `http://127.0.0.1:${made.ports[2]}/healthz`;
    this.#log = createWriteStream(made.logFile);
    for (const stream of [made.supervisor.stdout, made.supervisor.stderr]) {
      stream?.on('data', (part: Buffer) => {
        if (this.#printed.length < 10_000) this.#printed += part.toString();
        this.#log.write(part);
      });
    }
  }

  static async start(logFile: string): Promise<Installation> {
    const folder = await mkdtemp(join(tmpdir(), 'homeward-faults-'));
    await chmod(folder, 0o711);
    const hasOwnDisk = mountDisk(folder);
    const ports = [await freePort(), await freePort(), await freePort()] as const;
    const supervisor = spawn(process.execPath, ['bin/homeward.mjs', 'start', '--empty'], {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        HOMEWARD_DATA: join(folder, 'data'),
        HOMEWARD_FAMILY_PORT: String(ports[0]),
        HOMEWARD_DESK_PORT: String(ports[1]),
        HOMEWARD_HEALTH_PORT: String(ports[2]),
        HOMEWARD_FAMILY_ORIGIN: familyOrigin,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await mkdir(join(logFile, '..'), { recursive: true });
    const made = new Installation({ folder, hasOwnDisk, supervisor, ports, logFile });
    for (let waited = 0; !/Ctrl-C stops it/.test(made.#printed); waited += 100) {
      if (made.isGone || waited > startWithinMs) {
        await made.stop();
        throw new Error(`The installation did not start:\n${made.#printed}`);
      }
      await pause(100);
    }
    return made;
  }

  get trialCode(): string {
    return /Trial code\s+(\S+)/.exec(this.#printed)?.[1] ?? '';
  }

  get isGone(): boolean {
    return isGone(this.supervisor);
  }

  /** One statement as the superuser, repeated while the cluster recovers. */
  async inspect<Row extends pg.QueryResultRow>(
    statement: string,
    values: readonly unknown[] = [],
    which: Which = 'main',
  ): Promise<readonly Row[]> {
    const url = await superuserOf(this.dataFolder, which, `homeward_${which}`);
    const until = Date.now() + inspectWithinMs;
    for (;;) {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
      client.on('error', () => undefined); // The query below fails with it.
      try {
        await client.connect();
        return (await client.query<Row>(statement, [...values])).rows;
      } catch (cause) {
        if (Date.now() > until || this.isGone) throw new Error('No answer by SQL.', { cause });
        await pause(200);
      } finally {
        await client.end().catch(() => undefined);
      }
    }
  }

  /**
   * Activates a policy whose hourly limits the load cannot reach: this run measures faults. The
   * broker reads it when it starts again.
   */
  async raiseLimits(): Promise<void> {
    const content = JSON.stringify({
      ...firstPolicy,
      version: 2,
      recordsPerPersonHour: 1_000_000,
      recordsPerOfficeHour: 1_000_000,
      recordsPerNodeHour: 1_000_000,
      recordsPerFamilyHour: 1_000_000,
      pagesPerPersonHour: 1_000_000,
      matchingHours: Array.from({ length: 24 }, (_, hour) => hour),
    });
    const kek = readKey(await readFile(join(this.dataFolder, 'trial-unlock-key'), 'utf8'));
    if (!kek) throw new Error('A trial keeps its key in a file.');
    const url = await superuserOf(this.dataFolder, 'keystore', 'homeward_keystore');
    const keystore = connect<never>(url, { max: 1 });
    try {
      // The same four tables, seen as the superuser.
      const keys = await signingKeys(keystore.db as unknown as KeystoreDb, kek);
      const signature = sign(keys.privateKey, Buffer.from(content));
      await this.inspect(
        'insert into policies (version, content, signature, in_force_at) values ($1, $2, $3, $4)',
        [2, content, signature, new Date(Date.now() - 1_000)],
      );
    } finally {
      await keystore.close();
    }
  }

  async stop(): Promise<void> {
    if (!this.isGone) {
      const gone = new Promise<void>((resolve) => this.supervisor.once('exit', () => resolve()));
      this.supervisor.kill('SIGTERM');
      await gone;
    }
    this.#log.end();
    if (this.hasOwnDisk) execFileSync('umount', ['--lazy', this.#folder]);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A disk in memory of limited size; only root may make one. */
function mountDisk(folder: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    const options = `size=${diskMiB}m,mode=0711`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // A container without that right: the run reports it and skips the fault.
  }
}
