import { z } from 'zod';
import {
  commandShape,
  type DeskApp,
  deskRoute,
  idShape,
  offsetShape,
  parse,
  purposeOf,
} from '../../access/desk-route.ts';
import { makeUploadSlots, receiveUpload, uploadPace } from '../../access/receive-upload.ts';
import type { ImportId } from '../../kernel/ids.ts';
import { invalid, Problem, signedOut } from '../../kernel/problem.ts';
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

/** One person may bring two lists at once, everybody together eight. */
const listRules = {
  bytesMax: listBytesMax,
  announcedMax: listBytesMax + 100_000,
  tooLarge: () => new Problem('list.too_large', 413, 'The file is too large.'),
  slots: makeUploadSlots({ total: 8, each: 2 }),
  pace: uploadPace(290_000),
};

/** Lists coming in: bring, look at the columns, start, follow, correct. */
export function sourceRoutes(app: DeskApp): void {
  app.post('/imports', async (c) => {
    const held = c.get('ctx');
    if (held.actor.kind !== 'staff') throw signedOut();
    const ctx = { ...held, purpose: purposeOf(c, 'source.bring') };
    await requireBringer(ctx);
    const rules = { ...listRules, person: held.actor.staffId };
    const brought = await receiveUpload(c.req.raw, rules, (texts, bytes) => {
      const { senderId, senderLabel, ...form } = parse(bringShape, texts);
      const sender = senderId ? { senderId } : senderLabel ? { label: senderLabel } : null;
      const { asOf = null, language = null, ...about } = form;
      return bringList(ctx, { ...about, asOf, language, sender, bytes });
    });
    if (!brought) throw invalid('import.no_file', 'file', 'Choose a file.');
    return c.json(brought);
  });
  deskRoute(app, {
    method: 'get',
    path: '/imports',
    action: 'import.read',
    query: z.object({ after: idShape<'import'>().nullish().catch(null) }),
    run: async ({ ctx, query }) => {
      const page = await readImports(ctx, { after: query.after ?? null, limit: 20 });
      return { rows: page.rows.map(presentListed), nextAfter: page.nextAfter };
    },
  });
  deskRoute(app, {
    method: 'get',
    path: '/imports/:id',
    action: 'import.read',
    run: async ({ ctx, id }) => presentImport(await readImport(ctx, id<'import'>())),
  });
  deskRoute(app, {
    method: 'post',
    path: '/imports/:id/start',
    action: 'import.decide',
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
  });
  deskRoute(app, {
    method: 'post',
    path: '/imports/:id/cancel',
    action: 'import.decide',
    body: z.object({ commandId: commandShape }),
    run: ({ ctx, id, body }) =>
      cancelImport(ctx, { importId: id<'import'>(), commandId: body.commandId }),
  });
  rowRoutes(app);
}

function rowRoutes(app: DeskApp): void {
  deskRoute(app, {
    method: 'get',
    path: '/imports/:id/rows',
    action: 'import.read',
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
  });
  deskRoute(app, {
    method: 'get',
    path: '/imports/:id/refused.csv',
    action: 'import.rejected_rows',
    run: async ({ ctx, id }) => csvAnswer(await refusedCsv(ctx, id<'import'>()), id<'import'>()),
  });
  deskRoute(app, {
    method: 'get',
    path: '/senders',
    action: 'import.read',
    run: async ({ ctx }) => (await readSenders(ctx)).map(presentSender),
  });
}

/** The name of the file is a random id: names of senders do not end up in download folders. */
function csvAnswer(text: string, importId: ImportId): Response {
  return new Response(text, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="refused-${importId}.csv"`,
      'Cache-Control': 'no-store',
    },
  });
}
