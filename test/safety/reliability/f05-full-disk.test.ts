import { execFileSync } from 'node:child_process';
import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort, type Installation, startInstallation } from '../../e2e/installation.ts';
import { little as boxes } from '../../family-site.ts';
import { scratchFolder } from '../../scratch.ts';
import { FamilyClient, passphrase } from '../support/clients.ts';

/**
 * F-05 on a disk of its own: families are refused politely before the databases stop, a completely
 * full disk loses nothing acknowledged, and everything resumes by itself.
 */
const mib = 1024 ** 2;
const warnings = async () =>
  ((await (await fetch(health)).json()) as { readonly warnings: readonly string[] }).warnings;
let disk = '';
let isOwn = false;
let node: Installation | null = null;
let health = '';
let addresses = 0;

beforeAll(async () => {
  disk = await scratchFolder('test');
  isOwn = mount(disk);
  if (!isOwn) return;
  health = `http://127.0.0.1:${await freePort()}/healthz`;
  node = await startInstallation(['--empty'], {
    HOMEWARD_DATA: join(disk, 'data'),
    HOMEWARD_DISK_RESERVE: '48',
    HOMEWARD_HEALTH_PORT: new URL(health).port,
  });
}, 300_000);
afterAll(async () => {
  await node?.stop();
  if (isOwn) execFileSync('umount', ['--lazy', disk]);
  await rm(disk, { recursive: true, force: true });
});

it('F-05 a full disk', async () => {
  if (!node) {
    process.stdout.write('  F-05 needs root on Linux for a disk of its own: left out\n');
    return;
  }
  const first = family(node);
  const code = await first.ask(boxes);
  expect(code).toMatch(/^[0-9A-Z-]{24,}$/);

  // Nearly full: warned and refused, in one form, while the databases still write.
  await fill('nearly', (free) => free - 16 * mib);
  await expect.poll(warnings).toContain('disk.refusing');
  const refused = [await ask(node), await ask(node)];
  for (const answer of refused) {
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '600']);
    expect(answer.text).toContain('Місце на нашому сервері майже скінчилося');
  }
  expect((await first.sendPaper(new Uint8Array(Buffer.from('%PDF-1.4')), 'a.pdf')).status).toBe(
    503,
  );
  expect((await first.get('/uk/own')).status).toBe(200);

  // Full to the last byte: nothing answers 500, and the reserve is released.
  await fill('all', (free) => free);
  const seen: number[] = [];
  for (let asked = 0; asked < 15; asked += 1) {
    seen.push((await ask(node)).status, (await first.get('/uk/own')).status);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(seen.filter((code) => ![200, 303, 503].includes(code))).toEqual([]);

  // Space returns: what was acknowledged exists, and families can file again.
  await rm(join(disk, 'nearly'));
  await rm(join(disk, 'all'));
  await expect.poll(async () => (await fetch(health)).status, { timeout: 60_000 }).toBe(200);
  await expect.poll(warnings).toEqual([]);
  const back = family(node);
  const entered = await back.fill('/uk/enter', { code, passphrase });
  expect([entered.status, entered.headers.get('location')]).toEqual([303, '/uk/own']);
  expect(await family(node).ask(boxes)).not.toBe(code);
  process.stdout.write(`  F-05 ${seen.length} answers on a full disk, all 200 or 503; 0 lost\n`);
}, 300_000);

function family({ familyUrl }: Installation): FamilyClient {
  addresses += 1;
  return new FamilyClient(familyUrl, familyUrl, `10.5.0.${addresses}`);
}

/** A filing as a visitor would send it; the page of the form itself is never refused. */
function ask(installation: Installation) {
  return family(installation).fill('/uk/ask', { looked: 'yes', ...boxes });
}

/** Fills the disk with a file whose size `wanted` computes from the free space. */
async function fill(name: string, wanted: (free: number) => number): Promise<void> {
  const { bavail, bsize } = await statfs(disk);
  const file = await open(join(disk, name), 'w');
  try {
    let left = wanted(bavail * bsize);
    const block = Buffer.alloc(mib, 1);
    while (left > 0) {
      const { bytesWritten } = await file.write(block, 0, Math.min(left, mib));
      left -= bytesWritten;
    }
  } catch {
    // The databases took the last bytes meanwhile: it is full.
  } finally {
    await file.close();
  }
}

function mount(folder: string): boolean {
  try {
    const options = 'size=700m,mode=0711';
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
