import type { Context } from '../audit/context.ts';
import type { MatchId, NoticeId, RecordId } from '../kernel/ids.ts';
import { Problem } from '../kernel/problem.ts';
import { choosePrimary, openDispute, readKin } from '../registry/kin/actions.ts';
import { confirmMatch, judgeMatch, openMatch, readMatches } from '../registry/matches/actions.ts';
import type { Match, MatchState } from '../registry/matches/match.ts';
import {
  approveNotice,
  type ComposeNotice,
  composeNotice,
  readNotice,
  submitNotice,
  tellNotice,
} from '../registry/notices/actions.ts';
import { readEnquiryPage } from '../screens/enquiry-page.ts';
import { type DemoDoors, demoCommand } from './doors.ts';
import type { DemoFamilies } from './families.ts';

/**
 * What colleagues did before the visitor came, so that no queue of the desk is empty at first. It
 * includes a pair that awaits the second person, a conflict with its alert, and two relatives in
 * dispute, one of whom is told first. There is one notice to approve and one that was told.
 */
export async function workAtDesk(doors: DemoDoors, families: DemoFamilies): Promise<void> {
  const found = await findPairs(doors, families);
  if (!found) {
    // The walk in the README does not depend on it.
    process.stderr.write('the matcher is slow here: some screens of the desk start empty\n');
    return;
  }
  try {
    for (const { name, answer, isConfirmed } of work) {
      const proposed = found.get(name);
      if (proposed) await judge(doors, { ...proposed, name, answer, isConfirmed });
    }
    await markRelatives(doors, families);
    await writeNotices(doors, families);
  } catch (error) {
    // A pair that arrived late may have been judged instead of another: the walk does not depend on
    // it.
    if (!(error instanceof Problem)) throw error;
    process.stderr.write(`some screens of the desk start empty (${error.code})\n`);
  }
}

const held = ['official_list', 'tracing_request'];
const spokenOf = ['unofficial_list', 'tracing_request'];
const bothLists = ['official_list', 'unofficial_list'];

/** Which pairs are judged and how: the family that asks, and the sources of the two records. */
const work = [
  { name: 'father', family: 'family-6', sources: held, answer: 'same', isConfirmed: true },
  { name: 'wife', family: 'family-6-wife', sources: held, answer: 'same', isConfirmed: true },
  { name: 'told', family: 'family-4', sources: held, answer: 'same', isConfirmed: true },
  { name: 'one', family: 'family-9', sources: held, answer: 'same', isConfirmed: true },
  { name: 'other', family: 'family-9', sources: spokenOf, answer: 'same', isConfirmed: true },
  { name: 'two', family: 'family-9', sources: bothLists, answer: 'different', isConfirmed: true },
  { name: 'waits', family: 'family-4', sources: spokenOf, answer: 'same', isConfirmed: false },
] as const;

type Pairs = ReadonlyMap<string, Proposed>;

interface Wanted {
  readonly name: string;
  readonly initials: string;
  readonly year: string;
  /** The record from the family's filing; null if two lists name one person. */
  readonly recordId: RecordId | null;
  readonly sources: readonly string[];
}

const tries = 30;
const waitMs = 250;

/** The proposals for this work, once the matcher has made them; null if it did not in time. */
async function findPairs(doors: DemoDoors, families: DemoFamilies): Promise<Pairs | null> {
  const wanted = await listWanted(doors, families);
  const known = new Map<string, Proposed>();
  const opened = new Map<string, Opened>();
  for (let count = 0; count < tries; count += 1) {
    const daria = await doors.as('Daria', { kind: 'tracing' });
    for (const row of await listPairs(daria)) {
      const likely = wanted.filter((each) => !known.has(each.name) && isLikely(each, row));
      if (likely.length === 0) continue;
      const pair = opened.get(row.matchId) ?? (await openPair(daria, row));
      opened.set(row.matchId, pair);
      const hit = likely.find(
        ({ recordId, sources: of, name }) =>
          (recordId === null || pair.ids.includes(recordId)) &&
          of.every((kind) => pair.kinds.includes(kind)) &&
          (name !== 'wife' || meets(pair, opened.get(known.get('father')?.matchId ?? ''))),
      );
      if (hit) known.set(hit.name, row);
    }
    if (known.size === wanted.length) return known;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  return null;
}

/** The two records of a pair and the kinds of their sources. */
interface Opened {
  readonly ids: readonly RecordId[];
  readonly kinds: readonly string[];
}

async function openPair(ctx: Context, row: Proposed): Promise<Opened> {
  const { left, right, sources } = await openMatch(ctx, row);
  const ids = [left.record.id, right.record.id];
  return { ids, kinds: ids.map((id) => sources.get(id)?.kind ?? '') };
}

/** Two official lists may hold one prisoner: both relatives must be joined to the same record. */
function meets(one: Opened, other: Opened | undefined): boolean {
  return other !== undefined && one.ids.some((id) => other.ids.includes(id));
}

async function listWanted(doors: DemoDoors, families: DemoFamilies): Promise<readonly Wanted[]> {
  const records = new Map<string, RecordId | null>();
  for (const family of new Set(work.map((each) => each.family))) {
    const { enquiryId } = familyOf(families, family);
    const daria = await doors.as('Daria', { kind: 'tracing', enquiryId });
    const { enquiry } = (await readEnquiryPage(daria, { enquiryId })).opened;
    records.set(family, enquiry.recordId);
  }
  return work.map(({ name, family, sources }) => {
    const { uk, birth } = familyOf(families, family).person;
    return {
      name,
      initials: `${uk.surname.charAt(0)}. ${uk.given.charAt(0)}.`,
      year: birth.slice(0, 4),
      recordId: sources === bothLists ? null : (records.get(family) ?? null),
      sources,
    };
  });
}

interface Proposed {
  readonly matchId: MatchId;
  readonly band: Match['band'];
  readonly version: number;
  readonly state: MatchState;
  readonly masks: readonly { readonly initials: string; readonly birthYear: string | null }[];
}

/** Pairs in every queue: a start that was killed half-way finds those that are already judged. */
async function listPairs(ctx: Context): Promise<readonly Proposed[]> {
  const pairs: Proposed[] = [];
  for (const state of ['awaiting_second', 'confirmed', 'rejected', 'proposed'] as const) {
    for (let offset: number | null = 0; offset !== null; ) {
      const page: Awaited<ReturnType<typeof readMatches>> = await readMatches(ctx, {
        state,
        offset,
      });
      for (const { match, pair } of page.rows) {
        const masks = pair ? [pair.left, pair.right] : [];
        const { id: matchId, version, band } = match;
        pairs.push({ matchId, version, band, state, masks });
      }
      offset = page.nextOffset;
    }
  }
  return pairs;
}

/**
 * A family's own record is in each of its pairs. With another person's record it forms a weak pair,
 * which sometimes comes first.
 */
function isLikely({ initials, year }: Wanted, { band, masks }: Proposed): boolean {
  if (band !== 'probable') return false;
  return masks.some((mask) => mask.initials === initials && mask.birthYear === year);
}

/** Daria answers; Andriy checks independently and confirms. */
async function judge(
  doors: DemoDoors,
  given: Proposed & {
    readonly name: string;
    readonly answer: 'same' | 'different';
    readonly isConfirmed: boolean;
  },
): Promise<void> {
  const { matchId, name, answer } = given;
  let { state, version } = given;
  if (state === 'proposed') {
    const daria = await doors.as('Daria', { kind: 'tracing' });
    const command = { matchId, version, commandId: demoCommand(`judge|${name}`) };
    ({ state, version } = await judgeMatch(daria, { ...command, answer }));
  }
  if (state === 'awaiting_second' && given.isConfirmed) {
    const andriy = await doors.as('Andriy', { kind: 'tracing' });
    await confirmMatch(andriy, { matchId, version, commandId: demoCommand(`confirm|${name}`) });
  }
}

/** The father is told first; the wife lived apart from the prisoner, and his family says so. */
async function markRelatives(doors: DemoDoors, families: DemoFamilies): Promise<void> {
  const { enquiryId } = familyOf(families, 'family-6');
  const daria = await doors.as('Daria', { kind: 'notice', enquiryId });
  const { version, primaries, disputes } = await readKin(daria, { enquiryId });
  if (primaries.length === 0) {
    const command = { enquiryId, version, commandId: demoCommand('primary') };
    await choosePrimary(daria, { ...command, reason: 'named_by_person' });
  }
  if (disputes.length > 0) return;
  const now = await readKin(daria, { enquiryId });
  await openDispute(daria, {
    enquiryId,
    version: now.version,
    reason: 'estranged_spouses',
    withEnquiryId: familyOf(families, 'family-6-wife').enquiryId,
    note: 'Батько каже, що син просив дзвонити йому. Дружина живе окремо з 2021 року.',
    commandId: demoCommand('dispute'),
  });
}

/**
 * One notice awaits the approver and was written before the primary contact was told; one was told.
 */
async function writeNotices(doors: DemoDoors, families: DemoFamilies): Promise<void> {
  await write(doors, 'wife', {
    enquiryId: familyOf(families, 'family-6-wife').enquiryId,
    text: 'Його ім’я є у списку тих, кого утримують. Ми продовжуємо.',
    outOfTurn: 'primary_not_reached',
  });
  const told = await write(doors, 'told', {
    enquiryId: familyOf(families, 'family-4').enquiryId,
    text: 'Его имя есть в списке тех, кого удерживают. Мы продолжаем.',
  });
  const andriy = await doors.as('Andriy', { kind: 'notice' });
  const { notice } = await readNotice(andriy, { noticeId: told.noticeId });
  let { state, version } = notice;
  const command = () => ({ noticeId: told.noticeId, version });
  if (state === 'awaiting_approval') {
    const commandId = demoCommand('approve|told');
    ({ state, version } = await approveNotice(andriy, { ...command(), commandId }));
  }
  if (state !== 'approved') return;
  const daria = await doors.as('Daria', { kind: 'notice' });
  const commandId = demoCommand('tell|told');
  await tellNotice(daria, { ...command(), how: 'telephone', at: daria.now, commandId });
}

async function write(
  doors: DemoDoors,
  name: string,
  said: Pick<ComposeNotice, 'enquiryId' | 'text' | 'outOfTurn'>,
): Promise<{ readonly noticeId: NoticeId }> {
  const daria = await doors.as('Daria', { kind: 'notice', enquiryId: said.enquiryId });
  const { noticeId, version } = await composeNotice(daria, {
    ...said,
    cleared: ['custody_reported'],
    grave: false,
    commandId: demoCommand(`compose|${name}`),
  });
  await submitNotice(daria, { noticeId, version, commandId: demoCommand(`submit|${name}`) });
  return { noticeId };
}

function familyOf(families: DemoFamilies, name: string) {
  const family = families.get(name);
  if (!family) throw new Error(`Invariant broken: ${name} asks in the invented world`);
  return family;
}
