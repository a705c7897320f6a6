import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Description } from '../../../src/kernel/description.ts';
import type { EnquiryId, RecordId } from '../../../src/kernel/ids.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { newCommand, World } from '../../world.ts';
import { type DeskServer, hireCaseworkers, openDesk, sendTo } from '../support/desk-server.ts';
import { figure, long, patienceMs } from '../support/length.ts';

/** F-06: sixteen staff members edit five things at once; nothing that was accepted is lost. */
const staffCount = 16;
const things = 5;
const edits = long(100, 2_000);

let test: TestDatabase;
let world: World;
let desk: DeskServer;
let cookies: readonly string[];
beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
  desk = await openDesk(world);
  cookies = await hireCaseworkers(world, staffCount);
}, patienceMs(60_000));
afterAll(async () => {
  await desk?.close();
  await test?.drop();
});

/** One record through its corrections: each state is a list of marks, one for each edit. */
interface Chain {
  newest: RecordId;
  readonly marksOf: Map<string, readonly string[]>;
  readonly accepted: string[];
}

interface Tally {
  accepted: number;
  conflicts: number;
  readonly odd: string[];
}

async function newChain(): Promise<Chain> {
  const recordId = await world.listed(described([]));
  return { newest: recordId, marksOf: new Map([[recordId, []]]), accepted: [] };
}

function described(marks: readonly string[]): Description {
  return { names: [{ full: 'Вербогай Андрій Петрович' }], note: marks.join(' ') };
}

/**
 * A colleague reads a record, waits, and sends it with a mark added; after a conflict reads it
 * again.
 */
async function editOnce(
  chain: Chain,
  tally: Tally,
  by: { readonly cookie: string; readonly mark: string; readonly overwrites: boolean },
): Promise<void> {
  let read = chain.newest;
  const stale = marksAt(chain, read);
  for (let tries = 0; tries < 500; tries += 1) {
    // The control overwrites: it sends what was first on the screen, whatever is current.
    const marks = [...(by.overwrites ? stale : marksAt(chain, read)), by.mark];
    await pause(Math.random() * 4);
    const answer = await sendTo(desk, by.cookie, {
      path: `/records/${read}/correct`,
      purpose: 'quality',
      body: { description: described(marks), reason: 'another mark', commandId: newCommand() },
    });
    const said = JSON.parse(answer.text) as {
      recordId?: RecordId;
      detail?: { yours: RecordId; current: RecordId };
    };
    if (answer.code === 200 && said.recordId) {
      chain.marksOf.set(said.recordId, marks);
      chain.accepted.push(by.mark);
      chain.newest = said.recordId;
      tally.accepted += 1;
      return;
    }
    tally.conflicts += 1;
    if (answer.code !== 409 || said.detail?.yours !== read || said.detail.current === read) {
      tally.odd.push(`${answer.code} ${answer.text}`);
      return;
    }
    // Both versions are named; the other one is read as soon as its author has been answered.
    read = said.detail.current;
    for (let waited = 0; !chain.marksOf.has(read) && waited < 200; waited += 1) await pause(5);
  }
}

function marksAt(chain: Chain, recordId: string): readonly string[] {
  const marks = chain.marksOf.get(recordId);
  if (!marks) throw new Error('a record is read that nobody wrote');
  return marks;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** All edit until enough edits were made; returns what was accepted and is missing. */
async function run(count: number, overwrites: boolean): Promise<Tally & { readonly lost: number }> {
  const chains = await Promise.all(Array.from({ length: things }, newChain));
  const tally: Tally = { accepted: 0, conflicts: 0, odd: [] };
  let begun = 0;
  await Promise.all(
    cookies.map(async (cookie, at) => {
      for (; begun < count; ) {
        begun += 1;
        const chain = chains[(begun + at) % things];
        if (chain) await editOnce(chain, tally, { cookie, mark: `m${begun}`, overwrites });
      }
    }),
  );
  let lost = 0;
  for (const chain of chains) {
    const marks = new Set(await marksStanding(chain));
    lost += chain.accepted.filter((mark) => !marks.has(mark)).length;
  }
  return { ...tally, lost };
}

/** The marks of the current record, opened by the broker as for any screen. */
async function marksStanding(chain: Chain): Promise<readonly string[]> {
  const records = await test.db
    .selectFrom('records')
    .select(['id', 'supersedesId', 'supersededAt'])
    .where('id', 'in', [...chain.marksOf.keys()])
    .execute();
  const standing = records.filter((record) => record.supersededAt === null);
  // No record was corrected twice: there is one current record, and each but the first follows
  // another.
  const followed = records.flatMap((record) => record.supersedesId ?? []);
  if (standing.length !== 1 || new Set(followed).size !== followed.length) {
    throw new Error('A record was corrected twice over.');
  }
  const ctx = await world.as('Daria', 'quality');
  const rowId = standing[0]?.id ?? '';
  const [field] = await world.broker.open({
    sessionToken: ctx.sessionToken,
    actor: ctx.actor,
    purpose: ctx.purpose,
    action: 'record.read',
    objectId: rowId,
    fields: [{ rowId, columnName: 'description' }],
  });
  const content = field?.content as Description | undefined; // Sealed as such.
  return (content?.note ?? '').split(' ');
}

describe('F-06 sixteen of the staff edit five records', () => {
  it(
    'loses nothing that was accepted, and tells of both versions',
    async () => {
      const { accepted, conflicts, odd, lost } = await run(edits, false);
      figure(
        'F-06',
        `records: ${accepted} edits accepted, ${conflicts} conflicts shown, ${lost} lost`,
      );
      expect(odd).toEqual([]);
      expect(accepted).toBe(edits);
      expect(conflicts).toBeGreaterThan(edits / 20);
      expect(lost).toBe(0);
      expect(desk.failures).toEqual([]);
    },
    patienceMs(60_000),
  );

  it(
    'loses some when they overwrite what they did not read (negative control)',
    async () => {
      const { accepted, lost } = await run(Math.min(edits, 300), true);
      figure('F-06', `control, no version asked for: ${lost} of ${accepted} lost`);
      expect(lost).toBeGreaterThan(accepted / 20);
    },
    patienceMs(60_000),
  );
});

describe('F-06 sixteen of the staff check five enquiries', () => {
  it(
    'gives every accepted check a version of its own, and each stale one both',
    async () => {
      const enquiryIds: EnquiryId[] = [];
      for (let at = 0; at < things; at += 1) {
        const { enquiryId } = await world.file('Вигаданенко Роман Петрович', '1.2.1990');
        enquiryIds.push(enquiryId);
      }
      const versions = new Map(enquiryIds.map((id) => [id, [1]]));
      let conflicts = 0;
      let begun = 0;
      const odd: string[] = [];
      await Promise.all(
        cookies.map(async (cookie) => {
          for (; begun < edits; ) {
            begun += 1;
            const enquiryId = enquiryIds[begun % things] as EnquiryId; // Five of them, as filed.
            const known = versions.get(enquiryId) ?? [];
            let version = known.at(-1) ?? 0;
            for (;;) {
              const answer = await sendTo(desk, cookie, {
                path: `/enquiries/${enquiryId}/check`,
                purpose: 'verification',
                version,
                body: {
                  kind: 'identity',
                  outcome: 'not_proven',
                  means: 'video_call',
                  commandId: newCommand(),
                },
              });
              const said = JSON.parse(answer.text) as {
                version?: number;
                detail?: { yours: number; current: number };
              };
              if (answer.code === 200 && said.version) {
                known.push(said.version);
                break;
              }
              conflicts += 1;
              if (answer.code !== 409 || said.detail?.yours !== version) {
                odd.push(`${answer.code} ${answer.text}`);
                break;
              }
              version = said.detail.current;
            }
          }
        }),
      );
      figure('F-06', `checks: ${edits} accepted, ${conflicts} conflicts shown`);
      expect(odd).toEqual([]);
      expect(conflicts).toBeGreaterThan(0);
      for (const [enquiryId, given] of versions) {
        expect(new Set(given).size).toBe(given.length);
        const stands = test.db
          .selectFrom('enquiries')
          .select('version')
          .where('id', '=', enquiryId);
        expect((await stands.executeTakeFirstOrThrow()).version).toBe(given.length);
        const rows = test.db.selectFrom('checks').select('id').where('enquiryId', '=', enquiryId);
        expect(await rows.execute()).toHaveLength(given.length - 1);
      }
    },
    patienceMs(60_000),
  );
});
