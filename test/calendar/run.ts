/**
 * The calendar run: `npm run test:calendar`, in short form with `-- --short`. The clocks of all
 * processes and of both databases are moved while they run. First day by day through two years, in
 * smaller steps around leap day, the ends of years and the changes to and from summer time. Then in
 * jumps.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { brokerClient } from '../../src/broker/client.ts';
import { intakeKeyDays } from '../../src/broker/intake-keys.ts';
import { type Installation, startInstallation } from '../e2e/installation.ts';
import { Door, pause, Tally } from '../faults/door.ts';
import { familyOrigin } from '../faults/family.ts';
import { contactDaysOf, erasureOf, Tables } from './check.ts';
import { Life } from './life.ts';
import { findFakeTime, MovedClock } from './moved-clock.ts';
import { plannedStops } from './stops.ts';

const { values } = parseArgs({ options: { short: { type: 'boolean', default: false } } });
const form = values.short ? 'short' : 'long';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const workEvery = form === 'short' ? 14 : 30;
const hourlyWork = ['contact.due', 'enquiry.erase'];
/**
 * A superseded key that a filing used until a moment ago is deleted at the next check, a minute
 * later.
 */
const keysWithinMs = 90_000;
/** The parts with an injected clock, which can run without libfaketime. */
const injected = [
  'src/broker/intake-keys.test.ts',
  'src/jobs/timetable.test.ts',
  'src/supervisor/worker-timetable.test.ts',
  'src/registry/enquiries/contact-days.test.ts',
];

class Calendar {
  readonly #clock: MovedClock;
  readonly #node: Installation;
  readonly #tables: Tables;
  readonly #tally = new Tally();
  readonly life: Life;
  stops = 0;
  erased = 0;
  contacts = 0;
  renewals = 0;
  keysMost = 0;
  #newestKey = 0;

  constructor(parts: { clock: MovedClock; node: Installation; tables: Tables }) {
    this.#clock = parts.clock;
    this.#node = parts.node;
    this.#tables = parts.tables;
    this.life = new Life({
      family: new Door('family', this.#node.familyUrl, this.#tally),
      desk: new Door('desk', this.#node.deskUrl, this.#tally),
      trialCode: this.#node.trialCode,
      clock: this.#clock,
    });
  }

  get failures(): readonly string[] {
    return [...this.life.failures, ...this.#tally.failures];
  }

  /**
   * Day by day: everything that is due on the day is done on the day, and people can use both
   * sites.
   */
  async days(): Promise<void> {
    const stops = plannedStops(form);
    for (const [at, stop] of stops.entries()) {
      const isLater = at > 0 && stop.getTime() - (stops[at - 1]?.getTime() ?? 0) >= 12 * hourMs;
      await this.#moveTo(stop);
      if (!(await this.#tables.workedSince(stop, hourlyWork)))
        this.life.fail('the work of the hour is not done');
      if (!(await this.#tables.clocksAgree(this.#clock.now())))
        this.life.fail('a database has another time');
      await this.#checkErasures(stop);
      await this.#checkKeys();
      await this.life.day({ later: isLater });
      if (at % workEvery === 2) await this.life.work();
      if (at % 50 === 49) process.stdout.write(`  ${stop.toISOString().slice(0, 10)}\n`);
    }
    await this.#checkContacts(stops.at(-1) ?? new Date());
  }

  /** The clock is moved far in both directions while everything runs. */
  async jumps(): Promise<void> {
    for (const [name, byMs] of [
      ['one hour back', -hourMs],
      ['one day ahead', dayMs],
      ['one day back', -dayMs],
      ['95 days ahead', 95 * dayMs],
    ] as const) {
      const before = this.#clock.now();
      await this.#moveTo(new Date(before.getTime() + byMs));
      await this.life.file(); // At once, before any process had time to maintain its keys.
      await this.life.day({ later: byMs > 12 * hourMs });
      await this.#waitFor(`an alert after ${name}`, async () =>
        (await this.#tables.alertKinds(new Date(0))).includes('clock_jumped'),
      );
      await this.#checkKeys();
      if (byMs > 2 * dayMs) await this.#checkHold(before);
    }
    await this.life.work();
  }

  /**
   * After a large jump nothing is erased; a restart, as after a check of the clock, ends the wait.
   */
  async #checkHold(before: Date): Promise<void> {
    const old = this.life.filed.filter((each) => !each.provenAt && erasureOf(each) > before);
    const [one] = old;
    if (!one) return this.life.fail('nothing waits to be erased');
    await pause(3_000);
    const state = await this.#tables.stateOf(one.filing.enquiryId);
    if (state !== 'submitted') this.life.fail(`after a large jump a filing is ${state}`);
    await killOf(this.#node, 'worker');
    await this.#waitFor(
      'the erasure after a restart',
      async () => (await this.#tables.stateOf(one.filing.enquiryId)) === 'erased',
    );
  }

  /**
   * Locked for a month: filings arrive under the last key, the desk is warned, and unlocking
   * resolves it.
   */
  async locked(): Promise<void> {
    const keyFile = join(this.#node.dataFolder, 'trial-unlock-key');
    const since = this.#clock.now();
    await rename(keyFile, `${keyFile}.away`);
    await killOf(this.#node, 'broker');
    await pause(4_000);
    for (const days of [1, 21, 10]) {
      await this.#moveTo(new Date(this.#clock.now().getTime() + days * dayMs));
      await this.life.file();
    }
    if ((await this.#tables.boxed()) < 3) this.life.fail('filings of a locked node are not boxed');
    await this.#waitFor('the alert of an ageing key', async () =>
      (await this.#tables.alertKinds(since)).includes('intake_key.ageing'),
    );
    await rename(`${keyFile}.away`, keyFile);
    const key = (await readFile(keyFile, 'utf8')).trim();
    const broker = brokerClient(join(this.#node.dataFolder, 'run', 'broker.sock'));
    await broker.control('unlock', { key }).finally(() => broker.close());
    await this.#waitFor(
      'the opening of boxed filings',
      async () => (await this.#tables.boxed()) === 0,
    );
    await this.#checkKeys();
  }

  async #moveTo(at: Date): Promise<void> {
    await this.#clock.set(at);
    this.stops += 1;
  }

  async #checkErasures(stop: Date): Promise<void> {
    const states = await this.#tables.states();
    this.erased = 0;
    for (const filed of this.life.filed) {
      const state = states.get(filed.filing.enquiryId) ?? 'absent';
      const isDue = !filed.provenAt && erasureOf(filed) <= stop;
      if (state === 'erased') this.erased += 1;
      if (isDue !== (state === 'erased')) {
        this.life.fail(`a filing of ${filed.filedAt.toISOString().slice(0, 10)} is ${state}`);
      }
    }
  }

  async #checkContacts(until: Date): Promise<void> {
    const made = await this.#tables.contacts();
    this.contacts = 0;
    for (const filed of this.life.filed) {
      const found = (made.get(filed.filing.enquiryId) ?? []).map((at) =>
        at.toISOString().slice(0, 10),
      );
      const wanted = contactDaysOf(filed, until);
      this.contacts += found.length;
      if (found.join() !== wanted.join()) {
        this.life.fail(`contacts on ${found.join()} instead of ${wanted.join()}`);
      }
    }
  }

  /** The newest key is young, and no key outlives its days. */
  async #checkKeys(): Promise<void> {
    await this.#waitFor('a young intake key and no expired ones', async () => {
      const now = this.#clock.now().getTime();
      const [newest, ...older] = await this.#tables.intakeKeys();
      const ageMs = now - (newest?.validFrom.getTime() ?? 0);
      const isYoung = ageMs < (intakeKeyDays.renewAfter + 0.1) * dayMs;
      const at = newest?.validFrom.getTime() ?? 0;
      if (at !== this.#newestKey) this.renewals += 1;
      this.#newestKey = at;
      this.keysMost = Math.max(this.keysMost, older.length + 1);
      return isYoung && older.every((key) => key.eraseAfter.getTime() > now);
    });
  }

  async #waitFor(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (const until = Date.now() + keysWithinMs; Date.now() < until; await pause(100)) {
      if (await holds()) return;
    }
    this.life.fail(`waited in vain for ${what}`);
  }
}

/** Ends one process of the installation; the supervisor restarts it. */
async function killOf(node: Installation, role: string): Promise<void> {
  const found = spawnSync('ps', ['-eo', 'pid,ppid,args'], { encoding: 'utf8' });
  const lines = found.stdout.split('\n').map((line) => line.trim().split(/\s+/));
  const own = lines.find(
    ([, parent, ...args]) =>
      Number(parent) === node.pid && args.slice(-2).join(' ') === `run ${role}`,
  );
  if (!own?.[0]) throw new Error(`no process ${role} runs`);
  process.kill(Number(own[0]), 'SIGKILL');
}

async function runMoved(library: string): Promise<boolean> {
  const [first] = plannedStops(form);
  const clock = await MovedClock.open(library, new Date((first?.getTime() ?? 0) - hourMs));
  const settings = { ...clock.settings, HOMEWARD_FAMILY_ORIGIN: familyOrigin };
  const node = await startInstallation(['--empty'], settings);
  const tables = await Tables.open(node.dataFolder);
  const calendar = new Calendar({ clock, node, tables });
  const began = performance.now();
  try {
    await calendar.days();
    await calendar.locked();
    await calendar.jumps();
  } finally {
    await tables.close();
    await mkdir('test-output', { recursive: true });
    await writeFile(join('test-output', `calendar-${form}.log`), node.printed());
    await node.stop();
    await clock.close();
  }
  const { life, stops, erased, contacts, renewals, keysMost } = calendar;
  const { filings, familySignIns, deskSignIns, ended, judged, told } = life.counts;
  const seconds = Math.round((performance.now() - began) / 1_000);
  process.stdout.write(
    `calendar ${form}: ${stops} moves of the clock, ${filings} filings, ${familySignIns} and ` +
      `${deskSignIns} sign-ins of families and of the desk, ${ended} ended sessions met, ` +
      `${judged} judged pairs, ${told} notices told, ${contacts} contacts, ${erased} erasures, ` +
      `${renewals} intake keys, ${keysMost} at once at most: ` +
      `${calendar.failures.length} failures, ${seconds} s\n`,
  );
  for (const failure of calendar.failures.slice(0, 30)) process.stdout.write(`  ${failure}\n`);
  for (const odd of life.odd()) process.stdout.write(`  odd: ${odd}\n`);
  return calendar.failures.length === 0;
}

function runInjected(): boolean {
  process.stdout.write(
    'libfaketime is absent (on Debian: apt-get install faketime). The clocks of real processes are ' +
      'NOT moved; what takes an injected clock runs instead.\n',
  );
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const ran = spawnSync(process.execPath, [vitest, 'run', ...injected], { stdio: 'inherit' });
  return ran.status === 0;
}

const library = findFakeTime();
process.exitCode = (library ? await runMoved(library) : runInjected()) ? 0 : 1;
