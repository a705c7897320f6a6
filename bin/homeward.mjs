#!/usr/bin/env node
// Builds what is stale and runs the command.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
if (existsSync(join(root, 'src', 'main.ts')) && !process.env.HOMEWARD_BUILT) {
  // In a process of its own: the memory of the build tools is released when it ends.
  try {
    execFileSync(process.execPath, [join(root, 'scripts', 'build.mjs')], {
      stdio: ['ignore', 2, 2], // Only the command itself may print to standard output.
    });
  } catch {
    process.exit(1); // The build tool has printed the reason.
  }
}
await import(pathToFileURL(join(root, 'dist', 'main.mjs')).href);
