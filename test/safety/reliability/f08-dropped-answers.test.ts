import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EnquiryId, RecordId } from '../../../src/kernel/ids.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { newCommand, World } from '../../world.ts';
import {
  type Command,
  type DeskServer,
  type Given,
  headersOf,
  hireCaseworkers,
  openDesk,
  sendTo,
} from '../support/desk-server.ts';
import { figure, long, patienceMs } from '../support/length.ts';

/**
 * F-08: a connection breaks after the request was sent and before the answer arrived. Repeating the
 * command gives the one answer of the one effect, however often and however simultaneously. The
 * same command id with other content is refused.
 */
const writes = long(80, 5_000);
const sentAgain = 3;

let test: TestDatabase;
let world: World;
let desk: DeskServer;
let cookies: readonly string[];
let enquiryId: EnquiryId;
let recordId: RecordId;
beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
  desk = await openDesk(world);
  cookies = await hireCaseworkers(world, 4);
  ({ enquiryId } = await world.file('Вербогай Андрій Петрович', '1.2.1990'));
  await world.prove(enquiryId);
  recordId = await world.listed({ names: [{ full: 'Ясностан Роман Петрович' }] });
}, patienceMs(60_000));
afterAll(async () => {
  await desk?.close();
  await test?.drop();
});

type Write = (number: number) => Command;

/** Kinds of writes in turn, and the table that counts their effects. */
const kinds: readonly {
  readonly table: 'contacts' | 'threadEntries' | 'events' | 'notices';
  readonly write: Write;
}[] = [
  {
    table: 'contacts',
    write: (number) => ({
      path: `/enquiries/${enquiryId}/contact`,
      purpose: 'tracing',
      body: {
        kind: 'telephone',
        outcome: 'reached',
        note: `call ${number}`,
        occurredAt: '2026-03-01T09:00:00Z',
      },
    }),
  },
  {
    table: 'threadEntries',
    write: (number) => ({
      path: `/enquiries/${enquiryId}/thread`,
      purpose: 'tracing',
      body: { text: `word ${number}` },
    }),
  },
  {
    table: 'events',
    write: (number) => ({
      path: `/records/${recordId}/events`,
      purpose: 'tracing',
      body: { kind: 'seen', grade: 'C3', occurredFrom: `2025-01-${10 + (number % 20)}` },
    }),
  },
  {
    table: 'notices',
    write: (number) => ({
      path: `/enquiries/${enquiryId}/notices`,
      purpose: 'notice',
      body: { cleared: ['search_goes_on'], text: `notice ${number}`, grave: false },
    }),
  },
];

/** Sends and hangs up as soon as the request has left; the answer is lost. */
function drop(cookie: string, command: Command): Promise<void> {
  return new Promise((resolve) => {
    const sent = request(`${desk.url}/api${command.path}`, {
      method: 'POST',
      headers: headersOf(desk, cookie, command),
    });
    sent.on('error', () => undefined); // Hanging up is intended.
    sent.on('close', resolve);
    sent.end(JSON.stringify(command.body), () =>
      setTimeout(() => sent.destroy(), Math.random() * 6),
    );
  });
}

interface Outcome {
  readonly answers: readonly Given[];
  readonly other: Given;
}

/** One write whose answer is dropped, repeated several times at once, then with other content. */
async function writeDropped(number: number, freshCommands: boolean): Promise<Outcome> {
  const kind = kinds[number % kinds.length];
  const cookie = cookies[number % cookies.length] ?? '';
  if (!kind) throw new Error('there are kinds of writes');
  const { body, ...rest } = kind.write(number);
  const commandId = newCommand();
  const withId = (id: string, more = {}): Command => ({
    ...rest,
    body: { ...body, ...more, commandId: id },
  });
  const again = () => sendTo(desk, cookie, withId(freshCommands ? newCommand() : commandId));
  const dropped = drop(cookie, withId(commandId));
  // Sometimes the connection breaks before the repetition, sometimes both arrive at once.
  if (number % 2 === 0) await dropped;
  const answers = await Promise.all(Array.from({ length: sentAgain }, again));
  await dropped;
  const changed =
    kind.table === 'events' ? { grade: 'B2' } : { [otherField(kind.table)]: 'other words' };
  return { answers, other: await sendTo(desk, cookie, withId(commandId, changed)) };
}

/** The same answer whatever the order of its fields: the stored one has the database's order. */
function inOrder(text: string): string {
  const fields = JSON.parse(text) as Record<string, unknown>; // Answers are objects.
  return JSON.stringify(Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function otherField(table: string): string {
  return table === 'contacts' ? 'note' : 'text';
}

async function effects(): Promise<number> {
  let rows = 0;
  for (const { table } of kinds) {
    const found = await test.db
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    rows += Number(found.count);
  }
  return rows;
}

async function writeAll(count: number, freshCommands: boolean): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let number = 0; number < count; number += 4) {
    const some = [0, 1, 2, 3].map((more) => writeDropped(number + more, freshCommands));
    outcomes.push(...(await Promise.all(some)));
  }
  return outcomes;
}

describe('F-08 answers that were dropped', () => {
  it(
    'one effect each, one answer, other content refused',
    async () => {
      const before = await effects();
      const outcomes = await writeAll(writes, false);
      const made = (await effects()) - before;
      const alike = outcomes.filter(
        ({ answers }) =>
          new Set(answers.map(({ code, text }) => `${code} ${inOrder(text)}`)).size === 1,
      );
      const refused = outcomes.filter(
        ({ other }) => other.code === 422 && other.text.includes('command.reused'),
      );
      figure(
        'F-08',
        `${writes} writes, answers dropped, each sent again ${sentAgain} times at once: ${made} effects, ` +
          `${alike.length} with one answer, other content refused ${refused.length}`,
      );
      expect(made).toBe(writes);
      expect(outcomes.flatMap(({ answers }) => answers).filter(({ code }) => code !== 200)).toEqual(
        [],
      );
      expect(alike).toHaveLength(writes);
      expect(refused).toHaveLength(writes);
      expect(desk.failures).toEqual([]);
    },
    patienceMs(90_000),
  );

  it(
    'has more effects than writes where each sending is a new command (negative control)',
    async () => {
      const before = await effects();
      const count = 20;
      await writeAll(count, true);
      const made = (await effects()) - before;
      figure('F-08', `control, a new command each time: ${made} effects of ${count} writes`);
      expect(made).toBe(count * (1 + sentAgain));
    },
    patienceMs(60_000),
  );
});
