import type { Context, SealItem } from '../../audit/context.ts';
import type { Db } from '../../db/connect.ts';
import { insertSealed } from '../../db/sealed-rows.ts';
import { assert } from '../../kernel/assert.ts';
import { type Id, idFromBytes } from '../../kernel/ids.ts';
import { sha256 } from '../../vault/random.ts';

/** One piece of a sealed list; a piece is the most that is in clear at once outside the sandbox. */
const pieceBytes = 1024 * 1024;
const piecesAtOnce = 8;

/**
 * Where a sealed field of an import lies. A list is sealed under a key of its own, apart from what
 * stays of the import, so that forgetting the list can forget its key.
 */
function pieceField(importId: string, piece: number) {
  return {
    tableName: 'imports',
    columnName: `file.${piece}`,
    rowId: importId,
    subjectId: derivedId(`file|${importId}`),
    compartment: 'work',
  } as const;
}

/** Seals a list piece by piece and stores it; it lies nowhere in clear. */
export async function storeFile(
  ctx: Context,
  tx: Db,
  file: { readonly importId: string; readonly bytes: Uint8Array },
): Promise<void> {
  const { importId, bytes } = file;
  for (let first = 0; first * pieceBytes < bytes.length; first += piecesAtOnce) {
    const items: SealItem[] = [];
    for (let piece = first; piece < first + piecesAtOnce; piece += 1) {
      const part = bytes.subarray(piece * pieceBytes, (piece + 1) * pieceBytes);
      if (part.length === 0) break;
      const content = { base64: Buffer.from(part).toString('base64') };
      items.push({ ...pieceField(importId, piece), content });
    }
    const sealed = await ctx.broker.sealMany(items);
    await insertSealed(tx, sealed, { officeId: ctx.actor.officeId, now: ctx.now });
  }
}

/** The list again, piece by piece, each opened by the broker for the import that it belongs to. */
export async function* fileContent(
  ctx: Context,
  list: { readonly id: string; readonly fileSize: number },
): AsyncIterable<Uint8Array> {
  for (let piece = 0; piece * pieceBytes < list.fileSize; piece += 1) {
    const { rowId, columnName } = pieceField(list.id, piece);
    const [opened] = await openFields(ctx, list.id, [{ rowId, columnName }]);
    assert(opened, 'every piece of a list that is not over is there');
    const { base64 } = opened.content as { base64: string }; // Sealed above.
    yield Buffer.from(base64, 'base64');
  }
}

/** Opens fields of an import for the system's own work on it. */
export function openFields(
  ctx: Context,
  importId: string,
  fields: readonly { readonly rowId: string; readonly columnName: string }[],
) {
  return ctx.broker.open({
    sessionToken: ctx.sessionToken,
    actor: ctx.actor,
    purpose: ctx.purpose,
    action: 'import.carry_out',
    objectId: importId,
    fields,
  });
}

/** What the desk looks at before it starts a list: headings and first rows, sealed. */
export interface Sample {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function sampleField(importId: string, sample: Sample): SealItem {
  return { ...importField(importId, 'sample'), content: sample };
}

/** The cells of one refused row, for the person who corrects it. */
export function rawField(importId: string, line: number, cells: readonly string[]): SealItem {
  const rowId = rawRowId(importId, line);
  const address = { ...importField(importId, 'raw'), tableName: 'import_rows', rowId };
  return { ...address, content: { cells } };
}

export function rawRowId(importId: string, line: number): string {
  return derivedId(`raw|${importId}|${line}`);
}

/** A sealed field that belongs to the import as a whole and stays after it. */
export function importField(importId: string, columnName: string) {
  return {
    tableName: 'imports',
    columnName,
    rowId: importId,
    subjectId: importId,
    compartment: 'work',
  } as const;
}

/** Ids that follow from others need no column; the import's own id is random, so these are as well. */
function derivedId<Noun extends string>(text: string): Id<Noun> {
  return idFromBytes<Noun>(sha256(text).subarray(0, 16));
}
