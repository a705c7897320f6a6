import { command } from '../../access/command.ts';
import { type Context, rowContextOf } from '../../audit/context.ts';
import type { Db } from '../../db/connect.ts';
import { insertSealed } from '../../db/sealed-rows.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { ImportId, PersonId } from '../../kernel/ids.ts';
import { overloaded, Problem } from '../../kernel/problem.ts';
import { insertRecords, listRecords, type NewRecord, supersedeMany } from '../records/queries.ts';
import {
  advance,
  fileContent,
  finish,
  forgetFile,
  isOver,
  type ListImport,
  type ListReader,
  openFields,
  type RowReading,
  readMarks,
  refuseImport,
  resuming,
  type Sample,
  StandingList,
} from '../sources/actions.ts';
import { importPermissions } from '../sources/permissions.ts';
import {
  deleteFile,
  findImport,
  findLastLine,
  getSource,
  hasEarlierRunning,
  insertImportRows,
  listStanding,
  lockImport,
  updateImport,
} from '../sources/queries.ts';
import { sealedSample } from '../sources/sealed.ts';
import {
  type Carrying,
  type Chunk,
  chunkRows,
  chunksOf,
  countsOf,
  Lines,
  makeChunk,
} from './import-chunk.ts';
import { insertEvents } from './queries.ts';

/**
 * `import.carry_out`: makes a record of each row, chunk by chunk. Each chunk is one transaction
 * that also moves the count of rows read. So a run that is killed at any point resumes after its
 * last transaction, and a second simultaneous run finds its chunk taken and stops.
 */
export async function carryOutImport(
  ctx: Context,
  { importId }: { readonly importId: ImportId },
  lists: ListReader,
): Promise<void> {
  const list = await asSystem(ctx, (tx) => findImport(tx, importId));
  if (list?.state === 'cancelled') return void (await forgetFile(ctx, { importId }));
  if (list?.state !== 'waiting' && list?.state !== 'running') return;
  if (await asSystem(ctx, (tx) => hasEarlierRunning(tx, list))) {
    // Compared with a list that is only partly imported, every missing person would seem new.
    throw overloaded('import.earlier_running', 5);
  }
  try {
    await resuming(ctx, importId, async () => {
      const now = await asSystem(ctx, (tx) => findImport(tx, importId));
      if (now && !isOver(now)) await carryOut(ctx, now, lists);
    });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'import.taken') return;
    const code = error.code === 'broker.message_too_large' ? 'list.too_large' : error.code;
    if (!code.startsWith('list.')) throw error;
    await refuseImport(ctx, { importId, code });
  }
}

async function carryOut(ctx: Context, list: ListImport, lists: ListReader): Promise<void> {
  const carrying = await prepare(ctx, list);
  const lines = new Lines(await asSystem(ctx, (tx) => findLastLine(tx, list.id)));
  const skip = list.rowsRead + (list.shape.headed === false ? 0 : 1);
  let now = list;
  let after = list.rowsRead;
  // The next chunk is read and sealed while the one before it is being stored.
  let storing: Promise<ListImport> = Promise.resolve(list);
  try {
    for await (const rows of chunksOf(lists.rows(fileContent(ctx, list), { skip }))) {
      const making = makeChunk({ ctx, list, carrying }, { after, rows: lines.number(rows) });
      making.catch(() => undefined); // Reported below, after the chunk before it is stored.
      now = await storing.finally(() => making.catch(() => undefined)); // No work remains in the background.
      const chunk = await making;
      after += rows.length;
      storing = storeChunk(ctx, { importId: list.id, chunk });
      storing.catch(() => undefined); // Awaited in the next iteration or below.
    }
  } finally {
    await storing.catch(() => undefined); // No transaction continues after a run has ended.
  }
  now = await storing;
  const { id: importId, rowsRead } = now;
  const gone = list.shape.partial ? [] : carrying.standing.gone();
  await end(ctx, { importId, rowsRead, gone });
}

async function prepare(ctx: Context, list: ListImport): Promise<Carrying> {
  const [salt = ''] = await ctx.broker.salts([list.senderId ?? list.id]);
  const { source, earlier } = await asSystem(ctx, async (tx) => ({
    source: await getSource(tx, list.sourceId),
    earlier: await listStanding(tx, list),
  }));
  const standing = new StandingList();
  const marksOf = (of: string, rowsRead: number) =>
    readMarks(ctx, { importId: list.id, of, chunks: Math.ceil(rowsRead / chunkRows) });
  for (const { id, rowsRead } of earlier) {
    for await (const mark of marksOf(id, rowsRead)) standing.learn(mark);
  }
  for await (const mark of marksOf(list.id, list.rowsRead)) standing.meet(mark);
  const [opened] = await openFields(ctx, list.id, [sealedSample.of(list.id)]);
  const { headings } = (opened?.content ?? { headings: [] }) as Sample; // Sealed by the inspection.
  const columns = (list.mapping?.columns ?? []).map((column) => ({
    ...column,
    heading: headings[column.index] ?? column.heading,
  }));
  const reading: RowReading = {
    columns,
    headed: list.shape.headed !== false,
    language: source.language,
    yearMax: ctx.now.getUTCFullYear(),
  };
  return { source, reading, standing, salt };
}

/** The common parts of the system's own commands on a running import. */
function onImport<Input extends { readonly importId: ImportId }>() {
  return {
    permission: importPermissions.carryOut,
    noun: 'import',
    subject: ({ importId }: Input) => ({ objectId: importId }),
    load: (tx: Db, { importId }: Input) => lockImport(tx, importId),
    facts: ({ officeId }: ListImport) => ({ officeId }),
  };
}

/**
 * One chunk, completely or not at all: records, persons, events, seals, outcomes, count and entry.
 */
const storeChunk = command({
  ...onImport<{ readonly importId: ImportId; readonly chunk: Chunk }>(),
  step: (list, { chunk }) => {
    if (isOver(list) || list.rowsRead !== chunk.after) throw taken();
    return list;
  },
  write: async (tx, { input: { chunk }, next: list }, { now }): Promise<ListImport> => {
    await insertRecords(tx, await withPersons(tx, chunk), now);
    await supersedeMany(tx, [...chunk.replaced.values()], now);
    await insertEvents(tx, chunk.events, now);
    await insertSealed(tx, chunk.sealed, { officeId: list.officeId, now });
    await insertImportRows(tx, { importId: list.id, officeId: list.officeId }, chunk.rows);
    const stored = advance(list, countsOf(chunk.rows));
    await updateImport(tx, stored);
    return stored;
  },
});

/** A changed row is about the same person as the record that it replaces. */
async function withPersons(tx: Db, chunk: Chunk): Promise<readonly NewRecord[]> {
  if (chunk.replaced.size === 0) return chunk.records;
  const old = await listRecords(tx, [...chunk.replaced.values()]);
  const personOf = new Map<string, PersonId>(old.map((record) => [record.id, record.personId]));
  return chunk.records.map((record) => {
    const supersedesId = chunk.replaced.get(record.id);
    const personId = supersedesId ? personOf.get(supersedesId) : undefined;
    return supersedesId && personId ? { ...record, supersedesId, personId } : record;
  });
}

const end = command({
  ...onImport<{
    readonly importId: ImportId;
    readonly rowsRead: number;
    readonly gone: readonly string[];
  }>(),
  step: (list, { rowsRead }) => {
    if (isOver(list) || list.rowsRead !== rowsRead) throw taken();
    return list;
  },
  write: async (tx, { input: { gone }, next: list }, { now }) => {
    await updateImport(tx, finish(list, gone, now));
    await deleteFile(tx, list.id);
    return { state: 'done', gone: gone.length };
  },
});

function taken(): Problem {
  return new Problem('import.taken', 409, 'Somebody else carries this list out or ended it.');
}

function asSystem<Answer>(ctx: Context, run: (tx: Db) => Promise<Answer>): Promise<Answer> {
  return inTransaction(ctx.db, rowContextOf(ctx.actor), run);
}
