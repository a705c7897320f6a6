import { randomInt } from 'node:crypto';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/audit/context.ts';
import { inventedPerson } from '../../../src/demo/people.ts';
import type { SiteEnv } from '../../../src/family/site.ts';
import { type FamilySiteOptions, familyApp } from '../../../src/http/family.ts';
import type { EnquiryId, RecordId } from '../../../src/kernel/ids.ts';
import { readDate } from '../../../src/matching/reading/dates.ts';
import {
  addPaper,
  changeLanguage,
  writeToThread,
} from '../../../src/registry/enquiries/actions.ts';
import { recordContact } from '../../../src/registry/enquiries/desk-actions.ts';
import { recordEvent } from '../../../src/registry/events/actions.ts';
import type { Grade } from '../../../src/registry/events/event.ts';
import {
  choosePrimary,
  closeDispute,
  openDispute,
  readKin,
  withdrawPrimary,
} from '../../../src/registry/kin/actions.ts';
import { disputeOutcomes, disputeReasons, primaryReasons } from '../../../src/registry/kin/kin.ts';
import {
  confirmMatch,
  judgeMatch,
  openMatch,
  readMatches,
} from '../../../src/registry/matches/actions.ts';
import {
  approveNotice,
  composeNotice,
  submitNotice,
  tellNotice,
  toldToFamily,
} from '../../../src/registry/notices/actions.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { masked } from '../../family-site.ts';
import { newCommand, World } from '../../world.ts';
import { nameCanary, stems } from '../support/canaries.ts';
import { figure, long, patienceMs } from '../support/length.ts';

/**
 * S-42: two relatives ask about one person and disagree. Whatever happens in one file, by its
 * family or by the desk, the other relative sees no trace of it: no word, no count, no date, no
 * file name.
 */
const sequences = long(20, 1_000);
const sequencesOfPair = 10;
const kinSteps = long(30, 2_000);
const origin = 'http://localhost:8080';

interface Relative {
  readonly enquiryId: EnquiryId;
  readonly recordId: string;
  readonly ctx: Context;
}

interface Pair {
  /** The record of the list for the person whom both seek. */
  readonly listed: RecordId;
  readonly olena: Relative;
  readonly taras: Relative;
}

let test: TestDatabase;
let world: World;
let app: Hono<SiteEnv>;
let made = 0;

beforeAll(async () => {
  test = await cloneDatabase();
  const most = 1_000_000;
  const policy = {
    recordsPerPersonHour: most,
    recordsPerOfficeHour: most,
    recordsPerNodeHour: most,
    recordsPerFamilyHour: most,
  };
  world = await World.open(test, { policy });
  app = site({});
}, patienceMs(60_000));
afterAll(() => test?.drop());

function site(change: Partial<FamilySiteOptions>): Hono<SiteEnv> {
  return familyApp({
    db: test.as('homeward_family'),
    broker: world.broker,
    officeId: world.officeId,
    clock: () => world.now,
    origin,
    trial: false,
    withRtl: false,
    passkeyScript: null,
    toldNotices: toldToFamily,
    ...change,
  });
}

/**
 * Two relatives of one person: both proven, one consents to everything and the other to nothing.
 */
async function newPair(): Promise<Pair> {
  made += 1;
  const { uk, birth } = inventedPerson(3_000 + made * 7);
  const name = `${uk.surname} ${uk.given} ${uk.patronymic}`;
  const all = { consentAgency: 'yes', consentOtherBureau: 'yes', consentContact: 'yes' };
  const olena = await relative({ name, birth }, all);
  const taras = await relative({ name, birth }, {});
  const listed = await world.listed({ names: [{ full: name }], birth: readDate(birth) });
  await join([olena.recordId, taras.recordId], listed);
  return { olena, taras, listed };
}

/** Two people at the desk find that both files are about the person on the list. */
async function join(sought: readonly string[], listed: RecordId): Promise<void> {
  await world.round();
  const daria = await world.as('Daria', 'tracing');
  const { rows } = await readMatches(daria, { state: 'proposed', offset: 0 });
  let joined = 0;
  for (const { match } of rows) {
    const { left, right } = await openMatch(daria, { matchId: match.id });
    const ids = [left.record.id, right.record.id];
    if (!ids.includes(listed) || !sought.some((id) => ids.includes(id as RecordId))) continue; // Ids of records.
    const asked = { matchId: match.id, commandId: newCommand() };
    const { version } = await judgeMatch(daria, {
      ...asked,
      version: match.version,
      answer: 'same',
    });
    const andriy = await world.as('Andriy', 'tracing');
    await confirmMatch(andriy, { matchId: match.id, version, commandId: newCommand() });
    joined += 1;
  }
  if (joined !== 2) throw new Error(`${joined} of two files were joined with the list`);
}

async function relative(
  of: { readonly name: string; readonly birth: string },
  consents: Readonly<Record<string, string>>,
): Promise<Relative> {
  const { enquiryId, olena } = await world.file(of.name, of.birth, consents);
  await world.prove(enquiryId);
  const { recordId } = await test.db
    .selectFrom('enquiries')
    .select('recordId')
    .where('id', '=', enquiryId)
    .executeTakeFirstOrThrow();
  return { enquiryId, ctx: olena, recordId: recordId ?? '' };
}

/**
 * Everything that one relative can see, headers too, without the values that are new in every
 * answer.
 */
async function everythingOf(of: Relative, from = app): Promise<string> {
  const shown: string[] = [];
  for (const path of ['own', 'own/held', 'own/paper']) {
    const cookie = `family=${of.ctx.sessionToken ?? ''}`;
    const answer = await from.request(`/uk/${path}`, { headers: { cookie } });
    const headers = [...answer.headers].filter(([name]) => name !== 'content-security-policy');
    shown.push(`${answer.status} ${JSON.stringify(headers)} ${masked(await answer.text())}`);
  }
  return shown.join('\n');
}

/**
 * What only the desk does among the relatives: neither may see it, not even the relative concerned.
 */
const deskAlone: Readonly<Record<string, (of: Relative, note: string) => Promise<unknown>>> = {
  isToldFirst: async ({ enquiryId }) => {
    const daria = await world.as('Daria', 'notice', enquiryId);
    const { version } = await readKin(daria, { enquiryId });
    const reason = primaryReasons[randomInt(primaryReasons.length)] ?? 'next_of_kin';
    const command = { enquiryId, version, commandId: newCommand() };
    return choosePrimary(daria, { ...command, reason }).catch(() =>
      // Already told first: then the mark is removed.
      withdrawPrimary(daria, { ...command, commandId: newCommand(), ending: 'own_wish' }),
    );
  },
  isInDispute: async ({ enquiryId }, note) => {
    const daria = await world.as('Daria', 'notice', enquiryId);
    const { version, relatives, disputes } = await readKin(daria, { enquiryId });
    const command = { version, commandId: newCommand() };
    const open = disputes.find(({ closedAt }) => closedAt === null);
    if (open && randomInt(2) === 0) {
      const outcome = disputeOutcomes[randomInt(disputeOutcomes.length)] ?? 'agreed';
      return closeDispute(daria, { ...command, disputeId: open.id, outcome });
    }
    const other = relatives.find((each) => each.enquiryId !== enquiryId);
    return openDispute(daria, {
      ...command,
      enquiryId,
      reason: disputeReasons[randomInt(disputeReasons.length)] ?? 'contested_kinship',
      withEnquiryId: other?.enquiryId ?? null,
      note,
    });
  },
};

type Step = (of: Relative, mark: string, listed: RecordId) => Promise<unknown>;

/** What may happen in one relative's file; each action leaves its mark wherever it takes text. */
const steps: Readonly<Record<string, Step>> = {
  ...deskAlone,
  writes: ({ enquiryId, ctx }, text) =>
    writeToThread(ctx, { enquiryId, text, commandId: newCommand() }),
  sendsPaper: ({ enquiryId, ctx }, mark) =>
    addPaper(ctx, {
      enquiryId,
      kind: 'birth',
      bytes: Buffer.from(`%PDF-1.4 ${mark}`),
      commandId: newCommand(),
    }).catch(() => null), // Twenty documents are the limit, and only she is refused.
  changesLanguage: async ({ enquiryId, ctx }) => {
    const { ownVersion: version } = await rowOf(enquiryId);
    const language = (['uk', 'ru', 'en'] as const)[randomInt(3)] ?? 'uk';
    return changeLanguage(ctx, { enquiryId, version, language, commandId: newCommand() });
  },
  isRung: async ({ enquiryId }, note) =>
    recordContact(await world.as('Daria', 'verification', enquiryId), {
      enquiryId,
      kind: (['telephone', 'letter', 'visit'] as const)[randomInt(3)] ?? 'letter',
      outcome: 'reached',
      note,
      occurredAt: world.now,
      commandId: newCommand(),
    }),
  isAnswered: async ({ enquiryId }, text) =>
    writeToThread(await world.as('Daria', 'tracing', enquiryId), {
      enquiryId,
      text,
      commandId: newCommand(),
    }),
  isTold: ({ enquiryId }, text) => tell(enquiryId, text),
  // An event about the person whom both seek: until it is told, neither sees it.
  isHeardOf: async (_, __, recordId) =>
    recordEvent(await world.as('Daria', 'tracing'), {
      recordId,
      kind: (['listed', 'seen', 'reported_dead'] as const)[randomInt(3)] ?? 'seen',
      occurredFrom: '2026-02-01',
      occurredTo: '2026-02-01',
      grade: 'B2' as Grade, // Its shape is that of a grade.
      commandId: newCommand(),
    }),
};

async function tell(enquiryId: EnquiryId, text: string): Promise<void> {
  const daria = await world.as('Daria', 'notice', enquiryId);
  const andriy = await world.as('Andriy', 'notice', enquiryId);
  const composed = await composeNotice(daria, {
    enquiryId,
    cleared: ['search_goes_on'],
    text,
    grave: false,
    commandId: newCommand(),
  });
  const { noticeId } = composed;
  const command = (version: number) => ({ noticeId, version, commandId: newCommand() });
  const submitted = await submitNotice(daria, command(composed.version));
  const approved = await approveNotice(andriy, command(submitted.version));
  await tellNotice(daria, { ...command(approved.version), how: 'telephone', at: world.now });
}

function rowOf(enquiryId: EnquiryId): Promise<{ readonly ownVersion: number }> {
  return test.db
    .selectFrom('enquiries')
    .select('ownVersion')
    .where('id', '=', enquiryId)
    .executeTakeFirstOrThrow();
}

/** One random sequence in one file; returns what of it the other could see. */
async function sequence(
  pair: Pair,
  number: number,
): Promise<{ readonly steps: number; readonly seen: readonly string[] }> {
  const [acting, watching] = number % 2 === 0 ? [pair.olena, pair.taras] : [pair.taras, pair.olena];
  const before = await everythingOf(watching);
  const names = Object.keys(steps);
  const count = 1 + randomInt(5);
  const taken: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const name = names[randomInt(names.length)] ?? '';
    taken.push(name);
    await steps[name]?.(acting, nameCanary(number, at), pair.listed);
  }
  const after = await everythingOf(watching);
  const seen: string[] = [];
  if (after !== before) seen.push(`${taken.join(', ')}: the other's pages changed`);
  if (after.includes(acting.enquiryId)) seen.push(`${taken.join(', ')}: the other's file is named`);
  const own = await everythingOf(acting);
  // The owner of the file sees it, or nothing was tried.
  if (taken.includes('writes') && !own.includes(stems.name)) seen.push('nothing happened');
  return { steps: count, seen };
}

describe('S-42 two relatives of one person', () => {
  it(
    'see nothing of each other, whatever happens in either file',
    async () => {
      let pair = await newPair();
      let taken = 0;
      const seen: string[] = [];
      for (let number = 0; number < sequences; number += 1) {
        if (number % sequencesOfPair === 0 && number > 0) pair = await newPair();
        const outcome = await sequence(pair, number);
        taken += outcome.steps;
        // Marks of earlier sequences in a relative's own file are her own.
        seen.push(...outcome.seen);
      }
      figure(
        'S-42',
        `${sequences} random sequences, ${taken} steps, ${made} pairs: ${seen.length} seen by the other`,
      );
      expect(seen).toEqual([]);
    },
    patienceMs(120_000),
  );

  it(
    'see no trace of who is told first and of a dispute, not even in their own files',
    async () => {
      const pair = await newPair();
      const both = [pair.olena, pair.taras] as const;
      const pagesOfBoth = async () => [await everythingOf(both[0]), await everythingOf(both[1])];
      const before = await pagesOfBoth();
      const names = Object.keys(deskAlone);
      let differ = 0;
      for (let number = 0; number < kinSteps; number += 1) {
        const of = both[randomInt(2)] ?? pair.olena;
        await deskAlone[names[number % names.length] ?? '']?.(of, nameCanary(number, 7));
        const after = await pagesOfBoth();
        if (JSON.stringify(after) !== JSON.stringify(before)) differ += 1;
      }
      const desk = await readKin(await world.as('Daria', 'notice'), pair.olena);
      const known = desk.primaries.length + desk.disputes.length;
      figure('S-42', `${kinSteps} acts of the desk among two relatives: ${differ} pages differ`);
      expect(differ).toBe(0);
      // The desk knows about them, or nothing was tried.
      expect(known).toBeGreaterThan(kinSteps / 100 + 5);
    },
    patienceMs(120_000),
  );

  it('would see a dispute were it written where a family reads (negative control)', async () => {
    const pair = await newPair();
    // As if the family's page used the desk's presenter.
    const careless = site({
      toldNotices: async (_, enquiryId) => {
        const desk = await world.as('Daria', 'notice', enquiryId);
        const { primaries, disputes } = await readKin(desk, { enquiryId });
        return [
          ...primaries.map(({ chosenAt }) => chosenAt),
          ...disputes.map((each) => each.openedAt),
        ].map((at) => ({
          on: at.toISOString().slice(0, 10),
          how: 'telephone' as const,
          text: null,
        }));
      },
    });
    for (const name of Object.keys(deskAlone)) {
      const before = await everythingOf(pair.taras, careless);
      await deskAlone[name]?.(pair.olena, 'only for the desk');
      expect([name, (await everythingOf(pair.taras, careless)) === before]).toEqual([name, false]);
    }
  });

  it('would see it were notices listed by person instead of by file (negative control)', async () => {
    const pair = await newPair();
    const careless = site({
      toldNotices: async () => {
        const told = await test.db
          .selectFrom('notices')
          .select('toldAt')
          .where('state', '=', 'told')
          .execute();
        return told.map(({ toldAt }) => ({
          on: toldAt?.toISOString().slice(0, 10) ?? '',
          how: 'telephone' as const,
          text: null,
        }));
      },
    });
    const before = await everythingOf(pair.taras, careless);
    await tell(pair.olena.enquiryId, 'only for one');
    expect(await everythingOf(pair.taras, careless)).not.toBe(before);
  });
});
