import { pieceContent, pieceFields, type UploadPlace } from '../../access/uploads.ts';
import type { Context, SealItem } from '../../audit/context.ts';
import { assert } from '../../kernel/assert.ts';
import { type Id, idFromBytes } from '../../kernel/ids.ts';
import { sha256 } from '../../vault/random.ts';
import type { ListImport } from './import.ts';

/** Where a list goes as it arrives; it lies nowhere in clear. */
export const listPlace: UploadPlace = {
  purpose: 'list',
  tableName: 'imports',
  columnName: 'file',
  compartment: 'work',
  enquiryId: null,
  action: 'source.bring',
};

/** The list again, piece by piece, each opened by the broker for the import that it belongs to. */
export async function* fileContent(
  ctx: Context,
  list: Pick<ListImport, 'id' | 'uploadId' | 'fileSize'>,
): AsyncIterable<Uint8Array> {
  const lies = { uploadId: list.uploadId ?? list.id, columnName: listPlace.columnName };
  for (const field of pieceFields(lies, list.fileSize)) {
    const [opened] = await openFields(ctx, list.id, [field]);
    assert(opened, 'every piece of a list that is not over is there');
    yield pieceContent(opened.content);
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

/** A row of a hostile list may be longer than anybody could correct. */
const rawCharsMax = 200_000;

/** The cells of one refused row, for the person who corrects it. */
export function rawField(importId: string, line: number, cells: readonly string[]): SealItem {
  let left = rawCharsMax;
  const kept = cells.map((text) => {
    const cut = text.slice(0, left);
    left -= cut.length;
    return cut;
  });
  const rowId = rawRowId(importId, line);
  const address = { ...importField(importId, 'raw'), tableName: 'import_rows', rowId };
  return { ...address, content: { cells: kept } };
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
