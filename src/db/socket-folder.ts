import { lstat, mkdtemp, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, makeFolderFor } from './engine.ts';

const socketPathMax = 100;
const socketName = '.s.PGSQL.5432';
/** File beside the data that names the short folder, so that the next start can remove it. */
const noteName = 'socket-at';

/**
 * Creates the folder of a server's socket, only for the user that the server runs as. It is beside
 * the data. If that path is too long for a socket, it is a new temporary folder with a random name.
 * With a known name, another user could create the folder first and so take over the socket.
 */
export async function makeSocketFolder(engine: Engine, folder: string): Promise<string> {
  const near = join(folder, 'socket');
  if (Buffer.byteLength(join(near, socketName)) <= socketPathMax) {
    await rm(near, { recursive: true, force: true });
    await makeFolderFor(engine, near);
    return near;
  }
  const note = join(folder, noteName);
  const left = await readFile(note, 'utf8').catch(() => null);
  if (left) await removeLeft(engine, left.trim());
  const made = await mkdtemp(join(shortTmpdir(), 'homeward-'));
  await writeFile(note, `${made}\n`, { mode: 0o600 });
  await makeFolderFor(engine, made);
  return made;
}

function shortTmpdir(): string {
  return Buffer.byteLength(tmpdir()) <= socketPathMax / 2 ? tmpdir() : '/tmp';
}

/** Removes what a killed start left, by name; a folder that is no longer ours is not touched. */
async function removeLeft(engine: Engine, folder: string): Promise<void> {
  const found = await lstat(folder).catch(() => null);
  const owner = engine.runAs?.uid ?? process.getuid?.();
  if (!found?.isDirectory() || found.uid !== owner) return;
  for (const name of [socketName, `${socketName}.lock`]) {
    await rm(join(folder, name), { force: true });
  }
  await rmdir(folder).catch(() => undefined); // It contains a file of another program; leaving an empty folder behind is harmless.
}
