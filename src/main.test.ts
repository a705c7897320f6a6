import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'homeward-main-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const asked = join(folder, 'asked.ndjson');
writeFileSync(asked, '{"qid":"q","name":"Тихобор Данило"}\n');

/** The error message of a command. */
function said(...args: readonly string[]) {
  const { status, stderr } = spawnSync(process.execPath, ['bin/homeward.mjs', ...args], {
    env: { ...process.env, HOMEWARD_BUILT: 'yes' },
    encoding: 'utf8',
  });
  return { status, stderr: stderr.trim() };
}

describe('a command that cannot do what it is asked', () => {
  it('says so in one sentence', () => {
    const missing = join(folder, 'nowhere.ndjson');
    expect(said('match', missing, asked)).toEqual({
      status: 1,
      stderr: `There is no file ${missing}.`,
    });
    const listFolder = mkdtempSync(join(folder, 'list-'));
    expect(said('link', listFolder)).toEqual({
      status: 1,
      stderr: 'A folder was named where a file is read.',
    });
  });
});
