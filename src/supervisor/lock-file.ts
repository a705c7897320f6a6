import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readSocketsNote, runFolderOf, socketPathMax, socketsNote } from '../config.ts';

/** While it is open, nobody else starts anything on the same folder or file. */
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
 * Creates the folder of the installation's sockets. Where the path of the data folder is too long for a
 * socket, it is a private folder for temporary files, and a note in the data folder names it.
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
  // Folders for temporary files are emptied at a restart of the machine.
  await rm(note, { force: true });
  const folder = await mkdtemp(join(tmpdir(), 'homeward-'));
  await writeFile(note, `${folder}\n`, { mode: 0o600, flag: 'wx' }).catch(async (cause) => {
    await rm(folder, { recursive: true, force: true }); // Another start at the same moment was first.
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
  });
  return runFolderOf(dataFolder);
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= socketPathMax;
}

/** Takes the file that a long run of `command` writes: a second one would spoil what is found so far. */
export async function lockFile(file: string, command: string): Promise<Lock> {
  const path = `${file}.hold`;
  // Named as it was typed: whoever stands in its folder has a short name for every file.
  requireShort(path, `${file} is too long a path. Go to its folder and name it from there.`);
  await stat(dirname(path)); // A folder that is not there is said to be missing, not forbidden.
  return lockBy(
    path,
    `Another ${command} is writing ${file}. Wait for its end or choose another --out.`,
  );
}

function requireShort(path: string, refusal: string): void {
  if (!fits(path)) throw new Error(refusal);
}

/**
 * Listens on a socket that lies in the folder held, or beside the file, so that neither another user,
 * another folder for temporary files nor a second name of the same folder gets past it. What a killed
 * process left behind answers nobody and is taken over.
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
  // Of two that found the same leftover at the same moment the later one has removed our socket.
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const now = await stat(path).catch(() => null);
  // Ours is left open, since closing it would remove the other's by its name.
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
      // Not ours to open: another user's start, alive or dead. Better refuse than break it.
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

/** Says in time, and by its setting, which port somebody else has. */
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
