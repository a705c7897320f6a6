import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mayLearn, type Reader } from '../../../src/access/disclosure.ts';
import type { EnquiryId, MatchId, PersonId } from '../../../src/kernel/ids.ts';
import { readDate } from '../../../src/matching/reading/dates.ts';
import { readOwnFile, readOwnFiling } from '../../../src/registry/enquiries/actions.ts';
import { presentFiling, presentForFamily } from '../../../src/registry/enquiries/present.ts';
import { readPerson, recordEvent } from '../../../src/registry/events/actions.ts';
import type { Grade } from '../../../src/registry/events/event.ts';
import { presentPersonForDesk } from '../../../src/registry/events/present.ts';
import { confirmMatch, judgeMatch, readMatches } from '../../../src/registry/matches/actions.ts';
import { presentMatchRow } from '../../../src/registry/matches/present.ts';
import { declared } from '../../../src/registry/modules.ts';
import { toldToFamily } from '../../../src/registry/notices/actions.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { newCommand, World } from '../../world.ts';
import { figure } from '../support/length.ts';

/**
 * What only the source says: never shown to a family, whatever it was told (design 5, domain 4.3).
 */
const ofTheSource = ['Підвал-Канарка', 'Жовтий-батальйон', 'нотатка-джерела', 'позивний-Кенар'];

let test: TestDatabase;
let world: World;
let personId: PersonId;
let enquiryId: EnquiryId;
let matchId: MatchId;
let olena: Awaited<ReturnType<World['file']>>['olena'];
let other: Awaited<ReturnType<World['file']>>;
let masked = '';

beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
  ({ enquiryId, olena } = await world.file('Тихобор Данило Остапович', '14.03.1994'));
  await world.prove(enquiryId);
  other = await world.file('Тихобор Данило Остапович', '14.03.1994');
  await world.prove(other.enquiryId);
  await world.round();
  const recordId = await world.listed({
    names: [{ full: 'Тихобор Данила Остапович' }],
    birth: readDate('14.03.1994'),
    capturedPlace: 'Підвал-Канарка',
    unit: 'Жовтий-батальйон',
    callsign: 'позивний-Кенар',
    note: 'нотатка-джерела',
  });
  await world.round();
  const daria = await world.as('Daria', 'tracing');
  const { rows } = await readMatches(daria, { state: 'proposed', offset: 0 });
  masked = JSON.stringify(rows.map((row) => presentMatchRow(row, null)));
  for (const { match } of rows) {
    matchId = match.id;
    const command = { matchId, version: 1, answer: 'same' as const, commandId: newCommand() };
    const { version } = await judgeMatch(daria, command);
    const andriy = await world.as('Andriy', 'tracing');
    ({ personId } = await confirmMatch(andriy, { matchId, version, commandId: newCommand() }));
  }
  await recordEvent(await world.as('Daria', 'tracing'), {
    recordId,
    kind: 'listed',
    occurredFrom: '2026-02-01',
    occurredTo: '2026-02-01',
    grade: 'B2' as Grade, // Its shape is that of a grade.
    commandId: newCommand(),
  });
});
afterAll(() => test.drop());

/** Everything that a family can see of its file, as one text. */
async function familySees(ctx: typeof olena, id: EnquiryId): Promise<string> {
  const file = await readOwnFile(ctx, { enquiryId: id });
  const filing = await readOwnFiling(ctx, { enquiryId: id });
  return JSON.stringify([
    presentForFamily(file, world.now),
    presentFiling(filing.written ?? {}),
    await toldToFamily(ctx, id),
  ]);
}

/** What each cell of the matrix is recognised by; only the source, or another person, stated it. */
function canaries() {
  return {
    placeOfDetention: ['Підвал-Канарка'],
    militaryDetail: ['Жовтий-батальйон', 'позивний-Кенар'],
    enquiryExistence: [other.enquiryId],
  } as const satisfies Readonly<Record<string, readonly string[]>>;
}

/** Everything that each reader of this version can see, through the product's own presenters. */
async function seenBy() {
  const page = await readPerson(await world.as('Daria', 'tracing'), { personId });
  return {
    family: await familySees(olena, enquiryId),
    otherRelative: await familySees(other.olena, other.enquiryId),
    ownBureau: JSON.stringify(presentPersonForDesk(page)),
  } satisfies Partial<Record<Reader, string>>;
}

function widerCells(seen: Awaited<ReturnType<typeof seenBy>>): readonly string[] {
  return Object.entries(seen).flatMap(([reader, text]) =>
    Object.entries(canaries()).flatMap(([datum, words]) => {
      const cell = declared.disclosure[datum]?.[reader as Reader]; // A key of the table above.
      const given = cell !== undefined && mayLearn(cell);
      return !given && words.some((word) => text.includes(word)) ? [`${reader} ${datum}`] : [];
    }),
  );
}

describe('S-08 what each reader is shown', () => {
  it('keeps place, unit, callsign and notes of the source from the family', async () => {
    const seen = await familySees(olena, enquiryId);
    for (const word of ofTheSource) expect(seen).not.toContain(word);
    expect(seen).not.toContain(personId);
    // The family sees what it wrote itself.
    expect(seen).toContain('Тихобор Данило Остапович');
  });

  it('shows them to the desk, or this test would prove nothing (negative control)', async () => {
    const page = await readPerson(await world.as('Daria', 'tracing'), { personId });
    const seen = JSON.stringify(presentPersonForDesk(page));
    for (const word of ofTheSource) expect(seen).toContain(word);
    expect(page.enquiries).toHaveLength(2);
  });

  it('shows no reader a datum that the matrix does not give it, cell by cell', async () => {
    const seen = await seenBy();
    const found = widerCells(seen);
    const cells = Object.keys(seen).length * Object.keys(canaries()).length;
    figure('S-08', `${cells} cells of the matrix looked at, ${found.length} wider`);
    expect(found).toEqual([]);
    // The desk may see these and does: the words exist and can be found.
    for (const words of Object.values(canaries())) {
      expect(words.some((word) => seen.ownBureau.includes(word))).toBe(true);
    }
  });

  it('would be found wider, were the family shown what the desk is (negative control)', async () => {
    const seen = await seenBy();
    const loosened = widerCells({ ...seen, family: seen.ownBureau });
    expect(loosened).toEqual([
      'family placeOfDetention',
      'family militaryDetail',
      'family enquiryExistence',
    ]);
  });

  it('shows two relatives nothing of each other', async () => {
    const hers = await familySees(olena, enquiryId);
    expect(hers).not.toContain(other.enquiryId);
    await expect(readOwnFile(olena, { enquiryId: other.enquiryId })).rejects.toMatchObject({
      code: 'enquiry.not_found',
    });
    const nowhere = readOwnFile(olena, { enquiryId: matchId as unknown as EnquiryId }); // An id of nothing.
    await expect(nowhere).rejects.toMatchObject({ code: 'enquiry.not_found' });
  });

  it('shows a queue masked: initials and a year, and no more of anybody', () => {
    expect(masked).toContain('Т. Д.');
    expect(masked).not.toMatch(/Тихобор|Данил|14\.03|1994-03/);
  });

  it('shows the auditor the log and no person', async () => {
    const iryna = await world.as('Iryna', 'tracing');
    await expect(readPerson(iryna, { personId })).rejects.toMatchObject({
      code: 'person.not_found',
    });
  });
});
