import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../test/database.ts';
import { type ImportWorld, importWorld } from '../../test/import-world.ts';
import type { Context } from '../audit/context.ts';
import { inTransaction } from '../db/transaction.ts';
import { sourcePermissions } from '../registry/sources/permissions.ts';
import { sealedList } from '../registry/sources/sealed.ts';
import {
  inPieces,
  keepUpload,
  pieceBytes,
  pieceContent,
  pieceFields,
  sweepUploads,
  type UploadPlace,
  uploadSubject,
  withUpload,
} from './uploads.ts';

let test: TestDatabase;
let world: ImportWorld;
beforeAll(async () => {
  test = await cloneDatabase();
  world = await importWorld(test);
});
afterAll(() => test.drop());

const place: UploadPlace = {
  purpose: 'list',
  field: sealedList,
  enquiryId: null,
  permission: sourcePermissions.bring,
};

async function* ofBytes(bytes: number): AsyncIterable<Uint8Array> {
  const part = Buffer.alloc(100_000, 'y');
  for (let left = bytes; left > 0; left -= part.length) yield part.subarray(0, left);
}

/** Rows of the upload, its pieces, and its keys. */
async function leftOf(uploadId: string) {
  const subjectId = uploadSubject(uploadId);
  const rows = await test.db.selectFrom('uploads').where('id', '=', uploadId).selectAll().execute();
  const pieces = await test.db
    .selectFrom('sealedFields')
    .where('rowId', '=', uploadId)
    .select('columnName')
    .execute();
  const keys = await test.keystore
    .selectFrom('dataKeys')
    .where('subjectId', '=', subjectId)
    .select('version')
    .execute();
  return { rows: rows.length, pieces: pieces.length, keys: keys.length };
}

async function uploads(): Promise<readonly { readonly id: string; readonly state: string }[]> {
  return test.db.selectFrom('uploads').select(['id', 'state']).orderBy('recordedAt').execute();
}

async function theOnly(): Promise<string> {
  const [row, ...more] = await uploads();
  expect(more).toEqual([]);
  return row?.id ?? '';
}

const nothing = { rows: 0, pieces: 0, keys: 0 };
const later = (ctx: Context, minutes: number): Context => ({
  ...ctx,
  now: new Date(ctx.now.getTime() + minutes * 60_000),
});

describe('an upload', () => {
  it('lies in sealed pieces, and is swept with its key once it is dropped', async () => {
    const size = 2 * pieceBytes + 5;
    const keep = { place, content: ofBytes(size) };
    const uploadId = await withUpload(world.daria, keep, async (staged) => {
      expect(staged.size).toBe(size);
      await inTransaction(test.db, { ...rows(), actorKind: 'staff' }, (tx) =>
        keepUpload(tx, staged.uploadId),
      );
      return staged.uploadId;
    });
    expect(await leftOf(uploadId)).toEqual({ rows: 1, pieces: 3, keys: 1 });
    expect(await sweepUploads(later(world.worker, 10_000))).toEqual({ swept: 0 });
    const fields = pieceFields(sealedList, { uploadId, size });
    const opened = await world.broker.open({
      ...{ sessionToken: undefined, actor: world.worker.actor, purpose: world.worker.purpose },
      ...{ action: 'import.carry_out', objectId: uploadId, fields },
    });
    const bytes = opened.map(({ content }) => pieceContent(content).length).sort();
    expect(bytes).toEqual([5, pieceBytes, pieceBytes].sort());
    await test.db.updateTable('uploads').set({ state: 'dropped' }).execute();
    expect(await sweepUploads(world.worker)).toEqual({ swept: 1 });
    expect(await leftOf(uploadId)).toEqual(nothing);
  });

  it.each([
    ['its sender breaks it off', 'sender'],
    ['the act that it is for is refused', 'act'],
    ['nobody kept it', 'nobody'],
  ])('leaves no piece, row or key behind when %s', async (_why, by) => {
    const content = (async function* () {
      yield* ofBytes(pieceBytes + 1);
      if (by === 'sender') throw new Error('the line is dead');
    })();
    const ended = withUpload(world.daria, { place, content }, async () => {
      if (by === 'act') throw new Error('refused');
      return 'done';
    });
    if (by === 'nobody') await ended;
    else await expect(ended).rejects.toThrow();
    const uploadId = await theOnly();
    expect((await leftOf(uploadId)).pieces).toBeGreaterThan(0);
    expect(await sweepUploads(world.worker)).toEqual({ swept: 1 });
    expect(await leftOf(uploadId)).toEqual(nothing);
  });

  it('of a process that was killed is swept later, and takes no piece after that', async () => {
    let goOn: () => void = () => undefined;
    const killed = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let stored: () => void = () => undefined;
    const halfWay = new Promise<void>((resolve) => {
      stored = resolve;
    });
    const content = (async function* () {
      yield* ofBytes(pieceBytes);
      stored();
      await killed;
      yield* ofBytes(pieceBytes);
    })();
    const ended = withUpload(world.daria, { place, content }, async () => 'done');
    await halfWay;
    const uploadId = await theOnly();
    expect(await sweepUploads(later(world.worker, 29))).toEqual({ swept: 0 });
    expect(await sweepUploads(later(world.worker, 31))).toEqual({ swept: 1 });
    goOn();
    await expect(ended).rejects.toMatchObject({ code: 'upload.interrupted' });
    expect((await leftOf(uploadId)).pieces).toBe(0);
  });

  it('keeps its key while a piece of it is left (negative control of the sweep)', async () => {
    const keep = { place, content: ofBytes(10) };
    const uploadId = await withUpload(world.daria, keep, async (staged) => staged.uploadId);
    await world.broker.forgetUploads([uploadId]);
    expect(await leftOf(uploadId)).toEqual({ rows: 1, pieces: 1, keys: 1 });
    expect(await sweepUploads(world.worker)).toEqual({ swept: 1 });
  });
});

describe('pieces', () => {
  it.each([0, 1, pieceBytes - 1, pieceBytes, pieceBytes + 1, 3 * pieceBytes])(
    'of %d bytes are all there, all but the last of one size',
    async (size) => {
      for (const content of [ofBytes(size), Buffer.alloc(size)]) {
        const lengths: number[] = [];
        for await (const piece of inPieces(content)) lengths.push(piece.length);
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(size);
        expect(lengths.slice(0, -1).every((length) => length === pieceBytes)).toBe(true);
        expect(lengths).toHaveLength(Math.ceil(size / pieceBytes));
      }
    },
  );
});

function rows() {
  return { actorKind: '', actorId: '', officeId: world.officeId, subjectId: '' };
}
