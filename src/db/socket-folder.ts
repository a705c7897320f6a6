import { lstat, mkdtemp, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, makeFolderFor } from './engine.ts';

const socketPathMax = 100;
const socketName = '.s.PGSQL.5432';
/** File beside the data that names the short folder, so that the next start removes it. */
const noteName = 'socket-at';

/**
 * Makes the folder of a server's socket, for the user that the server runs as and nobody else. It lies
 * beside the data. Where that path is too long for a socket, it is a new folder for temporary files with
 * a random name: another user could make a folder of a known name first and so take the socket's place.
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

/** Removes what a killed start left, by name: a folder that is not ours by now is left alone. */
async function removeLeft(engine: Engine, folder: string): Promise<void> {
  const found = await lstat(folder).catch(() => null);
  const owner = engine.runAs?.uid ?? process.getuid?.();
  if (!found?.isDirectory() || found.uid !== owner) return;
  for (const name of [socketName, `${socketName}.lock`]) {
    await rm(join(folder, name), { force: true });
  }
  await rmdir(folder).catch(() => undefined); // Somebody's file is in it: an empty folder is no loss.
}
