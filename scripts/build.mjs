// Builds what is stale: the program by esbuild, the desk by Vite. Plain JavaScript, so that it runs
// on a fresh clone before anything is built.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Builds program and desk when their sources changed since the last build. */
export async function buildStale() {
  await buildWhenStale('program', ['src', 'texts', 'package-lock.json'], buildProgram);
  if (existsSync(join(root, 'desk', 'index.html'))) {
    await buildWhenStale('desk', ['desk', 'texts', 'package-lock.json'], buildDesk);
  }
}

async function buildWhenStale(name, inputs, build) {
  const digest = await digestOf(inputs);
  const mark = join(root, 'dist', `.${name}-digest`);
  const known = await readFile(mark, 'utf8').catch(() => '');
  if (known === digest) return;
  process.stderr.write(`building the ${name} …\n`);
  await build();
  await mkdir(join(root, 'dist'), { recursive: true });
  await writeFile(mark, digest);
}

async function buildProgram() {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: {
      main: 'src/main.ts',
      matching: 'src/matching/entry.ts',
      'matcher-thread': 'src/broker/matcher-thread.ts',
      'list-index-thread': 'src/commands/list-index-thread.ts',
      'list-child': 'src/sandbox/child.ts',
    },
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: 'linked',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    logLevel: 'warning',
  });
  if (existsSync(join(root, 'src', 'family', 'browser'))) await buildFamilyScripts(build);
}

async function buildFamilyScripts(build) {
  const folder = join(root, 'src', 'family', 'browser');
  const scripts = (await readdir(folder)).filter((name) => name.endsWith('.ts'));
  await build({
    absWorkingDir: root,
    entryPoints: scripts.map((name) => join('src', 'family', 'browser', name)),
    outdir: 'dist/family',
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2019',
    minify: true,
    logLevel: 'warning',
  });
}

async function buildDesk() {
  const { build } = await import('vite');
  await build({ configFile: join(root, 'desk', 'vite.config.ts'), logLevel: 'warn' });
}

async function digestOf(inputs) {
  const hash = createHash('sha256');
  for (const input of inputs)
    for (const file of await filesOf(join(root, input))) {
      hash.update(file.slice(root.length));
      hash.update(await readFile(file));
    }
  hash.update(await readFile(fileURLToPath(import.meta.url)));
  return hash.digest('hex');
}

async function filesOf(path) {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => null);
  if (!entries) return existsSync(path) ? [path] : [];
  const lists = await Promise.all(
    entries
      .filter((entry) => !entry.name.endsWith('.test.ts') && entry.name !== 'node_modules')
      .sort((one, other) => (one.name < other.name ? -1 : 1))
      .map((entry) =>
        entry.isDirectory() ? filesOf(join(path, entry.name)) : [join(path, entry.name)],
      ),
  );
  return lists.flat();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildStale();
