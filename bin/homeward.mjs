#!/usr/bin/env node
// Builds what is stale and runs the command.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
if (existsSync(join(root, 'src', 'main.ts')) && !process.env.HOMEWARD_BUILT) {
  const { buildStale } = await import(pathToFileURL(join(root, 'scripts', 'build.mjs')).href);
  await buildStale();
}
await import(pathToFileURL(join(root, 'dist', 'main.mjs')).href);
