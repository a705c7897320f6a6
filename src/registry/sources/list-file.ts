import type { z } from 'zod';
import { pieceContent, pieceFields, type UploadPlace } from '../../access/uploads.ts';
import type { Context, SealItem } from '../../audit/context.ts';
import { assert } from '../../kernel/assert.ts';
import { type Id, idFromBytes } from '../../kernel/ids.ts';
import { sha256 } from '../../vault/random.ts';
import type { ListImport } from './import.ts';
import { importPermissions, sourcePermissions } from './permissions.ts';
import { sealedList, sealedRow, sealedSample } from './sealed.ts';

/** The storage of a list as it arrives; it is nowhere in clear. */
export const listPlace: UploadPlace = {
  purpose: 'list',
  field: sealedList,
  enquiryId: null,
  permission: sourcePermissions.bring,
};

/** The list again, piece by piece, each opened by the broker for its import. */
export async function* fileContent(
  ctx: Context,
  list: Pick<ListImport, 'id' | 'uploadId' | 'fileSize'>,
): AsyncIterable<Uint8Array> {
  const upload = { uploadId: list.uploadId ?? list.id, size: list.fileSize };
  for (const field of pieceFields(sealedList, upload)) {
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
    action: importPermissions.carryOut.name,
    objectId: importId,
    fields,
  });
}

/** What the desk checks before it starts a list: headings and first rows, sealed. */
export type Sample = z.output<typeof sealedSample.content>;

export function sampleField(importId: string, sample: Sample): SealItem {
  return sealedSample.item({ rowId: importId, subjectId: importId }, sample);
}

/** A row of a hostile list may be longer than a person could correct. */
const rawCharsMax = 200_000;

/** The cells of one refused row, for the person who corrects it. */
export function rawField(importId: string, line: number, cells: readonly string[]): SealItem {
  let left = rawCharsMax;
  const kept = cells.map((text) => {
    const cut = text.slice(0, left);
    left -= cut.length;
    return cut;
  });
  return sealedRow.item({ rowId: rawRowId(importId, line), subjectId: importId }, { cells: kept });
}

export function rawRowId(importId: string, line: number): string {
  return derivedId(`raw|${importId}|${line}`);
}

/** Ids derived from others need no column; the import's own id is random, so these are as well. */
function derivedId<Noun extends string>(text: string): Id<Noun> {
  return idFromBytes<Noun>(sha256(text).subarray(0, 16));
}
