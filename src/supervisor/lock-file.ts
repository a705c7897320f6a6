import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readSocketsNote, runFolderOf, socketPathMax, socketsNote } from '../config.ts';

/** While this lock is held, no other process can use the same folder or file. */
export interface Lock {
  release(): void;
}

const settleMs = 60;

/** Locks the data folder: a second start would stop the databases of the first. */
export async function lockFolder(folder: string): Promise<Lock> {
  const run = await makeRunFolder(folder);
  const near = join(folder, 'lock.sock');
  const path = fits(near) ? near : join(run, 'lock.sock');
  return lockBy(path, `Homeward already runs on ${folder}.`);
}

/**
 * Creates the folder of the installation's sockets. If the path of the data folder is too long for
 * a socket, it is a private temporary folder, and a file in the data folder names it.
 */
async function makeRunFolder(dataFolder: string): Promise<string> {
  const near = join(dataFolder, 'run');
  if (fits(join(near, 'broker.sock'))) {
    await mkdir(near, { recursive: true, mode: 0o700 });
    return near;
  }
  const note = join(dataFolder, socketsNote);
  const known = readSocketsNote(dataFolder);
  if (known) return known;
  // Temporary folders are emptied when the machine reboots.
  await rm(note, { force: true });
  const folder = await mkdtemp(join(tmpdir(), 'homeward-'));
  await writeFile(note, `${folder}\n`, { mode: 0o600, flag: 'wx' }).catch(async (cause) => {
    await rm(folder, { recursive: true, force: true }); // Another start was first.
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
  });
  return runFolderOf(dataFolder);
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= socketPathMax;
}

/**
 * Locks the file that a long run of `command` writes: a second run would damage the intermediate
 * results.
 */
export async function lockFile(file: string, command: string): Promise<Lock> {
  const path = `${file}.hold`;
  // The name as typed: relative names keep the socket path short.
  requireShort(path, `${file} is too long a path. Go to its folder and name it from there.`);
  await stat(dirname(path)); // A missing folder is reported as missing, not as forbidden.
  return lockBy(
    path,
    `Another ${command} is writing ${file}. Wait for its end or choose another --out.`,
  );
}

function requireShort(path: string, refusal: string): void {
  if (!fits(path)) throw new Error(refusal);
}

/**
 * Listens on a socket in the locked folder, or beside the file. So the lock holds for other users,
 * other temporary folders and other names of the same folder. The socket of a killed process does
 * not answer and is taken over.
 */
async function lockBy(path: string, refusal: string): Promise<Lock> {
  if (await answers(path)) throw new Error(refusal);
  await rm(path, { force: true });
  const server = await listenAt(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new Error(refusal, { cause: error });
    }
    throw error;
  });
  const { ino } = await stat(path);
  // If two starts found the same stale socket, the later one has removed our socket.
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const now = await stat(path).catch(() => null);
  // Ours stays open, since closing it would remove the other's socket by name.
  if (now?.ino !== ino) throw new Error(refusal);
  return { release: () => void server.close() };
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', (error) => {
      const code = 'code' in error ? error.code : '';
      if (code === 'ENOENT' || code === 'ECONNREFUSED') resolve(false);
      // We may not open it: it belongs to another user's start, running or not. Refusing is safer
      // than breaking it.
      else reject(new Error(`${path} belongs to another user.`, { cause: error }));
    });
  });
}

function listenAt(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** Reports early which port is in use, with the setting that changes it. */
export async function requireFreePorts(ports: Readonly<Record<string, number>>): Promise<void> {
  for (const [setting, port] of Object.entries(ports)) {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) =>
        reject(
          new Error(`Port ${port} cannot be used. Choose another with ${setting}.`, { cause }),
        ),
      );
      server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
    });
  }
}
