/** Writes `migrations/schema.sql` and `src/db/tables.ts` from a freshly migrated database. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeSchema } from '../src/db/describe.ts';
import { freshDatabase } from '../test/fresh.ts';

const check = process.argv.includes('--check');
const folder = await mkdtemp(join(tmpdir(), 'homeward-schema-'));
const fresh = await freshDatabase(folder);
try {
  const { tablesTs, schemaSql } = await describeSchema(fresh.mainOwnerUrl);
  await write('src/db/tables.ts', tablesTs);
  await write('migrations/schema.sql', schemaSql);
} finally {
  await fresh.stop();
  await rm(folder, { recursive: true, force: true });
}

async function write(path: string, text: string): Promise<void> {
  if (!check) return writeFile(path, text);
  const now = await readFile(path, 'utf8').catch(() => '');
  if (now !== text) throw new Error(`${path} is not fresh: npm run schema`);
}
