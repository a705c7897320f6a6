import { chmod, lstat, mkdir, mkdtemp, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** File in the data folder that records where its databases are, if they are elsewhere. */
const noteName = 'databases-at';
/**
 * System folders for program data, in order of preference; each is checked with its parent folders.
 */
const systemFolders = ['/var/lib', '/srv', '/var/tmp', '/tmp'];

/**
 * The folder of the embedded databases, usually the data folder itself. PostgreSQL refuses to run
 * as root and runs as another user, who cannot enter a closed folder such as `/root`. Then the
 * databases get a folder of their own that this user can reach, and a file in the data folder names
 * it. Throws if that folder is gone: an empty one would look like a new installation.
 */
export async function databaseFolder(dataFolder: string): Promise<string> {
  const note = join(dataFolder, noteName);
  const known = await readFile(note, 'utf8').catch(() => null);
  if (known) return remembered(note, known.trim());
  const isRoot = process.getuid?.() === 0;
  const isMade = await stat(join(dataFolder, 'main', 'data')).catch(() => null);
  if (!isRoot || isMade || (await othersCanPass(dataFolder))) return dataFolder;
  const folder = await makeReachableFolder();
  await writeFile(`${note}.new`, `${folder}\n`, { mode: 0o600 });
  await rename(`${note}.new`, note);
  return folder;
}

async function remembered(note: string, folder: string): Promise<string> {
  const found = await lstat(folder).catch(() => null);
  if (!found?.isDirectory()) {
    throw new Error(
      `The databases of this installation were in ${folder}, which is gone. ` +
        `Restore that folder, or remove ${note} and the data folder to begin again.`,
    );
  }
  // Another user's folder of that name would give that user the databases.
  if (found.uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user.`);
  return folder;
}

/** A new folder with an unpredictable name; other users may pass through it but not list it. */
async function makeReachableFolder(): Promise<string> {
  for (const place of systemFolders) {
    const usable = await stat(place).catch(() => null);
    if (!usable?.isDirectory() || !(await othersCanPass(place))) continue;
    try {
      const folder = await mkdtemp(join(place, 'homeward-'));
      await mkdir(join(folder, 'databases'), { mode: 0o711 });
      await chmod(folder, 0o711);
      return join(folder, 'databases');
    } catch {
      // A read-only system folder; the next one is tried.
    }
  }
  throw new Error(
    `No folder can be reached by the user that PostgreSQL runs as (${systemFolders.join(', ')}). ` +
      'Choose a folder with HOMEWARD_DATA, or start as an ordinary user.',
  );
}

/** True if other users may pass through the folder and all folders above it. */
async function othersCanPass(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    const found = await stat(at).catch(() => null);
    // The data folder is our own: the start makes it passable.
    if (found && at !== folder && (found.mode & 0o001) === 0) return false;
    if (dirname(at) === at) return true;
  }
}
