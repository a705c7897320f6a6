import { rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

/** While it is open, nobody else starts anything on the same data folder. */
export interface Hold {
  release(): void;
}

/** The longest path of a unix socket that every system takes. */
const socketPathMax = 103;
const settleMs = 60;

/**
 * Takes the data folder. The socket lies inside it, so that neither another user, another folder for
 * temporary files nor a second name of the same folder gets past it. What a killed start left behind
 * answers nobody and is taken over. A second start would otherwise stop the databases of the first.
 */
export async function holdFolder(folder: string): Promise<Hold> {
  const path = join(folder, 'hold.sock');
  if (Buffer.byteLength(join(folder, 'run', 'broker.sock')) > socketPathMax) {
    throw new Error(`${folder} is too long a path. Choose a shorter one with HOMEWARD_DATA.`);
  }
  if (await answers(path)) throw taken(folder);
  await rm(path, { force: true });
  const server = await listenAt(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw taken(folder, error);
    }
    throw error;
  });
  const { ino } = await stat(path);
  // Of two that found the same leftover at the same moment the later one has removed our socket.
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const now = await stat(path).catch(() => null);
  // Ours is left open, since closing it would remove the other's by its name.
  if (now?.ino !== ino) throw taken(folder);
  return { release: () => void server.close() };
}

function taken(folder: string, cause?: unknown): Error {
  return new Error(`Homeward already runs on ${folder}.`, cause ? { cause } : undefined);
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
