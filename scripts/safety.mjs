// Runs the safety tests: `npm run test:safety` in short form, `npm run test:safety -- --long` in
// the numbers of the specification. Further arguments are passed to vitest, such as the name of one
// test.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStale } from './build.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const words = process.argv.slice(2);
const long = words.includes('--long');
const others = words.filter((word) => word !== '--long');
const named = others.some((word) => !word.startsWith('-'));
const patience = long ? ['--testTimeout=3600000', '--hookTimeout=3600000'] : [];

await buildStale();
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const ran = spawnSync(
  process.execPath,
  [vitest, 'run', ...(named ? [] : ['test/safety']), ...others, ...patience],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, HOMEWARD_SAFETY: long ? 'long' : 'short' },
  },
);
process.exitCode = ran.status ?? 1;
