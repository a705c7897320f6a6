import type { Context } from '../audit/context.ts';
import type { ImportId } from '../kernel/ids.ts';
import { bringList, readImport, startImport } from '../registry/sources/actions.ts';
import { type DemoDoors, demoCommand } from './doors.ts';
import { heldList, spokenOfList } from './lists.ts';
import { inventedPerson } from './people.ts';

const waitMs = 300;
const waitMostMs = 120_000;

/** People on the other side's list; a family asks about every third of them. */
const listedNumbers = Array.from({ length: 240 }, (_, at) => at + 1);
const spokenOfNumbers = Array.from({ length: 60 }, (_, at) => at * 5 + 3);

/** Imports two lists as Daria would: checks the columns, starts them, waits. */
export async function bringLists(doors: DemoDoors): Promise<void> {
  await bringOne(doors, 'held', {
    text: heldList(listedNumbers.map(inventedPerson)),
    kind: 'official_list',
    reliability: 'B2',
    label: 'Bureau B',
    side: 'held',
    language: 'ru',
  });
  await bringOne(doors, 'spoken', {
    text: spokenOfList(spokenOfNumbers.map(inventedPerson)),
    kind: 'unofficial_list',
    reliability: 'D4',
    label: 'Volunteers of Jasnostav',
    side: 'spoken_of',
    language: 'uk',
  });
}

interface DemoList {
  readonly text: string;
  readonly kind: 'official_list' | 'unofficial_list';
  readonly reliability: string;
  readonly label: string;
  readonly side: 'held' | 'spoken_of';
  readonly language: string;
}

async function bringOne(doors: DemoDoors, name: string, list: DemoList): Promise<void> {
  const ctx = await doors.as('Daria', { kind: 'import' });
  const { importId } = await bringList(ctx, {
    bytes: Buffer.from(list.text, 'utf8'),
    kind: list.kind,
    reliability: list.reliability,
    sender: { label: list.label },
    asOf: null,
    side: list.side,
    language: list.language,
    commandId: demoCommand(`bring|${name}`),
  });
  const looked = await waitFor(ctx, importId, ['inspected', 'waiting', 'running', 'done']);
  if (looked.state === 'inspected') {
    await startImport(ctx, {
      importId,
      version: looked.version,
      columns: looked.columns,
      saveForSender: true,
      commandId: demoCommand(`start|${name}`),
    });
  }
  await waitFor(ctx, importId, ['done']);
}

async function waitFor(ctx: Context, importId: ImportId, states: readonly string[]) {
  for (let waited = 0; waited < waitMostMs; waited += waitMs) {
    const { list } = await readImport(ctx, { importId });
    if (states.includes(list.state)) {
      return { state: list.state, version: list.version, columns: list.mapping?.columns ?? [] };
    }
    if (list.state === 'refused') throw new Error(`The demo list was refused: ${list.refusalCode}`);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  throw new Error('The demo list did not come through.');
}
