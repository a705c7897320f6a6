import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kind, LoadSource } from '../../../bench/overload-load.ts';
import { type Installation, startInstallation } from '../../e2e/installation.ts';
import { listRunning, pick, type Running, signal, type Target } from '../../faults/machine.ts';
import { DeskClient, FamilyClient } from '../support/clients.ts';
import { figure, isLong, patienceMs } from '../support/length.ts';
import { familyOrigin } from '../support/loading.ts';

/**
 * F-12: a part of a started installation is frozen under traffic, longer than a database waits for
 * an open transaction. What cannot be answered is answered 503, no process ends, and everything is
 * served again afterwards.
 */
const frozenMs = isLong ? 30_000 : 11_000;
const perSecond = 10;
const kinds: readonly Kind[] = ['page', 'own', 'filing', 'desk'];

let node: Installation;
let load: LoadSource;

beforeAll(async () => {
  node = await startInstallation(['--empty'], { HOMEWARD_FAMILY_ORIGIN: familyOrigin });
  const desk = await DeskClient.signIn(node.deskUrl, node.trialCode, 'Daria');
  const family = new FamilyClient(node.familyUrl, familyOrigin, '198.51.100.7');
  await family.ask({
    surname: 'Вигаданенко',
    enquirerName: 'Олена Вигаданенко',
    relationship: 'mother',
  });
  const { familyUrl } = node;
  load = new LoadSource({ familyUrl, origin: familyOrigin, desk, families: [family] });
}, patienceMs(300_000));
afterAll(() => node.stop());

/** The installation's own processes and its postmasters; backends come and go. */
async function lasting(): Promise<readonly Running[]> {
  const { running, supervisor } = await look();
  const named: readonly Target[] = ['broker', 'worker', 'web-family', 'web-desk'];
  const masters: readonly Target[] = ['postmaster main', 'postmaster keystore'];
  return [...named, ...masters].flatMap((target) => pick(running, { target, draw: 0, supervisor }));
}

async function look() {
  const running = await listRunning(process.pid);
  const supervisor = running.find(({ line }) => line.includes('homeward.mjs start'))?.pid ?? 0;
  return { running, supervisor };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function freeze(target: Target): Promise<void> {
  const { running, supervisor } = await look();
  const hit = pick(running, { target, draw: 0, supervisor });
  expect(hit.length).toBeGreaterThan(0);
  for (const { pid } of hit) signal(pid, 'SIGSTOP');
  await pause(frozenMs);
  for (const { pid } of hit) signal(pid, 'SIGCONT');
}

/** Requests each kind until it is served; a thawed part may need a moment to catch up. */
async function servesAll(): Promise<readonly Kind[]> {
  const served = new Set<Kind>();
  for (let tries = 0; tries < 40 && served.size < kinds.length; tries += 1) {
    for (const kind of kinds) if ((await load.once(kind)) === '200') served.add(kind);
    await pause(250);
  }
  return [...served];
}

describe('503 and no end of a process', () => {
  it.each(['broker', 'cluster keystore', 'cluster main'] as const)(
    'while %s stands still under traffic',
    async (target) => {
      const before = (await lasting()).map(({ pid }) => pid);
      expect(before).toHaveLength(6);
      const seconds = frozenMs / 1_000 + 3;
      const [met] = await Promise.all([load.arrive({ perSecond, seconds }), freeze(target)]);
      const codes = [...met.codes].map(([code, count]) => `${code} ${count}`).join(', ');
      figure('F-12', `${target} frozen for ${frozenMs / 1_000} s: ${met.asked} asked, ${codes}`);
      expect([...met.codes.keys()].filter((code) => code !== '200' && code !== '503')).toEqual([]);
      expect(await servesAll()).toHaveLength(kinds.length);
      expect((await lasting()).map(({ pid }) => pid)).toEqual(before);
    },
    patienceMs(180_000),
  );
});
