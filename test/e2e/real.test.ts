import { execFile, spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../scratch.ts';
import { giveDevice, newPerson, openBrowser, settled, walkWithinMs } from './browser.ts';
import { freePort, isGone } from './installation.ts';

const run = promisify(execFile);
let ports = { family: '', desk: '' };
let deskUrl = '';

let folder: string;
let browser: Browser;
let sheet = '';
let stop: () => Promise<unknown> = async () => undefined;

const environment = () => ({
  ...process.env,
  HOMEWARD_DATA: join(folder, 'data'),
  HOMEWARD_FAMILY_PORT: ports.family,
  HOMEWARD_DESK_PORT: ports.desk,
});
const homeward = (...args: string[]) =>
  run(process.execPath, ['bin/homeward.mjs', ...args], { env: environment() });

beforeAll(async () => {
  browser = await openBrowser();
  ports = { family: String(await freePort()), desk: String(await freePort()) };
  deskUrl = `http://localhost:${ports.desk}`;
  folder = await scratchFolder('walk');
  sheet = (await homeward('init', '--office', 'Bureau of the walk')).stdout;
  const child = spawn(process.execPath, ['bin/homeward.mjs', 'start'], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  stop = async () => {
    if (isGone(child)) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  };
  await new Promise<void>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (part: Buffer) => {
      text += part.toString();
      if (text.includes('locked until two shares')) resolve();
    });
    child.once('exit', () => reject(new Error(`the installation did not start:\n${text}`)));
  });
}, walkWithinMs);
afterAll(async () => {
  await browser?.close();
  await stop();
  await rm(folder, { recursive: true, force: true });
}, walkWithinMs);

describe('a real installation', () => {
  it('knows no trial code, whatever is tried (S-17)', async () => {
    const staffId = '00000000-0000-4000-8000-000000000000';
    for (const code of ['0000-0000-0000', 'ABCD-1234', '']) {
      for (const way of ['trial-people', 'trial-sign-in', 'trial-step-up']) {
        const answer = await fetch(`${deskUrl}/api/${way}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: deskUrl },
          body: JSON.stringify({ code, staffId }),
        });
        expect([way, answer.status]).toEqual([way, expect.toBeOneOf([401, 403, 422])]);
        expect(answer.headers.get('set-cookie')).toBeNull();
        expect(await answer.text()).not.toContain('people');
      }
    }
  });

  it(
    'opens with two shares of three and with no other two',
    async () => {
      const shares = [...sheet.matchAll(/Share \d\s+(\S+)/g)].map(([, share = '']) => share);
      const files = await Promise.all(
        shares.map(async (share, at) => {
          const path = join(folder, `share-${at}`);
          await writeFile(path, share);
          return path;
        }),
      );
      const [one = '', , three = ''] = files;
      await expect(homeward('unlock', '--share', one, '--share', one)).rejects.toMatchObject({
        code: 1,
      });
      await expect(homeward('state')).rejects.toMatchObject({ code: 3 }); // Locked has its own.
      await homeward('unlock', '--share', one, '--share', three);
      expect((await homeward('state')).stdout).toContain('open');
    },
    walkWithinMs,
  );

  it(
    'lets a person bring a passkey with the one-time code, and nobody else after',
    async () => {
      const code = /approver\s+(\S+)/.exec(sheet)?.[1] ?? '';
      const { page, context } = await newPerson(browser, { locale: 'en' });
      await giveDevice(page);
      await page.goto(deskUrl);
      await settled(page);
      const enrol = page.locator('details').nth(0);
      await enrol.locator('summary').click();
      await enrol.getByRole('textbox').fill(code);
      await enrol.getByRole('button').click();
      await page.getByRole('navigation').first().waitFor();
      // Signed out and in again by the key alone; no name is typed.
      await settled(page);
      await page.evaluate(() => fetch('/api/sign-out', { method: 'POST' }));
      await page.goto(`${deskUrl}/sign-in`);
      await settled(page);
      const [entered] = await Promise.all([
        page.waitForResponse((answer) => answer.url().endsWith('/api/sign-in')),
        page.locator('main > button, main button').first().click(),
      ]);
      expect(entered.status()).toBe(204);
      await page.getByRole('navigation').first().waitFor();
      await settled(page);
      expect(await page.getByText(/unlock key/i).count()).toBe(0);
      // The code was good once.
      const again = await page.evaluate(async (used) => {
        const begun = await fetch('/api/enrol/options', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ code: used }),
        });
        const { challengeId } = (await begun.json()) as { challengeId: string };
        const sent = await fetch('/api/enrol', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ code: used, challengeId, response: { id: 'x'.repeat(24) } }),
        });
        return sent.status;
      }, code);
      expect(again).toBe(403);
      await context.close();
    },
    walkWithinMs,
  );
});
