import { z } from 'zod';
import { staffOf } from '../../access/command.ts';
import {
  commandShape,
  type DeskRoute,
  deskRoute,
  idShape,
  offsetShape,
  parse,
} from '../../access/desk-route.ts';
import { makeUploadSlots, receiveUpload, uploadPace } from '../../access/receive-upload.ts';
import type { ImportId } from '../../kernel/ids.ts';
import { invalid, Problem } from '../../kernel/problem.ts';
import {
  bringList,
  cancelImport,
  listBytesMax,
  readImport,
  readImportRows,
  readImports,
  readSenders,
  refusedCsv,
  requireBringer,
  startImport,
} from './actions.ts';
import { fields } from './headings.ts';
import { sourceKinds } from './import.ts';
import { importPermissions, sourcePermissions } from './permissions.ts';
import { presentImport, presentImportRow, presentListed, presentSender } from './present.ts';

const sides = ['held', 'sought', 'spoken_of'] as const;
const outcomes = ['recorded', 'unchanged', 'changed', 'refused'] as const;
const emptyIsNone = (text: unknown) => (text === '' ? undefined : text);

const bringShape = z.object({
  kind: z.enum(sourceKinds),
  reliability: z.string().regex(/^[A-F][1-6]$/u),
  senderId: z.preprocess(emptyIsNone, idShape<'sender'>().optional()),
  senderLabel: z.preprocess(emptyIsNone, z.string().max(120).optional()),
  asOf: z.preprocess(emptyIsNone, z.iso.date().optional()),
  side: z.enum(sides),
  language: z.preprocess(emptyIsNone, z.enum(['uk', 'ru', 'en']).optional()),
  commandId: z.preprocess(emptyIsNone, commandShape.optional()),
});

const startShape = z.object({
  mapping: z.object({
    columns: z
      .array(
        z.object({ index: z.number().int().min(0).max(200), field: z.enum(fields).nullable() }),
      )
      .max(200),
  }),
  saveForSender: z.boolean().default(false),
  commandId: commandShape,
});

/** One person may upload two lists at once, all together eight. */
const listRules = {
  bytesMax: listBytesMax,
  announcedMax: listBytesMax + 100_000,
  tooLarge: () => new Problem('list.too_large', 413, 'The file is too large.'),
  slots: makeUploadSlots({ total: 8, each: 2 }),
  pace: uploadPace(290_000),
};

function rowRoutes(): readonly DeskRoute[] {
  return [
    deskRoute({
      method: 'get',
      path: '/imports/:id/rows',
      permission: importPermissions.read,
      query: z.object({ outcome: z.enum(outcomes).nullish(), after: offsetShape.optional() }),
      run: async ({ ctx, id, query }) => {
        const asked = {
          importId: id<'import'>(),
          outcome: query.outcome ?? null,
          after: query.after ?? -1,
          limit: 20,
        };
        const page = await readImportRows(ctx, asked);
        return { rows: page.rows.map(presentImportRow), nextAfter: page.nextAfter };
      },
    }),
    deskRoute({
      method: 'get',
      path: '/imports/:id/refused.csv',
      permission: importPermissions.rejectedRows,
      run: async ({ ctx, id }) =>
        csvAnswer(await refusedCsv(ctx, { importId: id<'import'>() }), id<'import'>()),
    }),
    deskRoute({
      method: 'get',
      path: '/senders',
      permission: importPermissions.read,
      run: async ({ ctx }) => (await readSenders(ctx, null)).map(presentSender),
    }),
  ];
}

/** The name of the file is a random id: names of senders must not appear in download folders. */
function csvAnswer(text: string, importId: ImportId): Response {
  return new Response(text, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="refused-${importId}.csv"`,
      'Cache-Control': 'no-store',
    },
  });
}

/** Uploading lists: add, check the columns, start, follow, correct. */
export const sourceRoutes: readonly DeskRoute[] = [
  deskRoute({
    method: 'post',
    path: '/imports',
    permission: sourcePermissions.bring,
    upload: { bytesMax: listBytesMax },
    grows: true,
    run: async ({ ctx, request }) => {
      await requireBringer(ctx);
      const rules = { ...listRules, person: staffOf(ctx) };
      const brought = await receiveUpload(request, rules, (texts, bytes) => {
        const { senderId, senderLabel, ...form } = parse(bringShape, texts);
        const sender = senderId ? { senderId } : senderLabel ? { label: senderLabel } : null;
        const { asOf = null, language = null, ...about } = form;
        return bringList(ctx, { ...about, asOf, language, sender, bytes });
      });
      if (!brought) throw invalid('import.no_file', 'file', 'Choose a file.');
      return brought;
    },
  }),
  deskRoute({
    method: 'get',
    path: '/imports',
    permission: importPermissions.read,
    query: z.object({ after: idShape<'import'>().nullish().catch(null) }),
    run: async ({ ctx, query }) => {
      const page = await readImports(ctx, { after: query.after ?? null, limit: 20 });
      return { rows: page.rows.map(presentListed), nextAfter: page.nextAfter };
    },
  }),
  deskRoute({
    method: 'get',
    path: '/imports/:id',
    permission: importPermissions.read,
    run: async ({ ctx, id }) => presentImport(await readImport(ctx, { importId: id<'import'>() })),
  }),
  deskRoute({
    method: 'post',
    path: '/imports/:id/start',
    permission: importPermissions.decide,
    body: startShape,
    versioned: true,
    run: ({ ctx, id, body, version }) =>
      startImport(ctx, {
        importId: id<'import'>(),
        version,
        columns: body.mapping.columns,
        saveForSender: body.saveForSender,
        commandId: body.commandId,
      }),
  }),
  deskRoute({
    method: 'post',
    path: '/imports/:id/cancel',
    permission: importPermissions.decide,
    body: z.object({ commandId: commandShape }),
    run: ({ ctx, id, body }) =>
      cancelImport(ctx, { importId: id<'import'>(), commandId: body.commandId }),
  }),
  ...rowRoutes(),
];
