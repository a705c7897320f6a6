import { z } from 'zod';
import {
  commandShape,
  type DeskRoute,
  deskRoute,
  reasonShape,
  textShape,
} from '../../access/desk-route.ts';
import { queuePermissions } from '../../access/permissions.ts';
import type { Context } from '../../audit/context.ts';
import { invalid } from '../../kernel/problem.ts';
import { personPermissions } from '../persons/permissions.ts';
import {
  fileEnquiry,
  newCodeSeed,
  printCode,
  readFiling,
  withdrawEnquiry,
  writeToThread,
} from './actions.ts';
import { changeConsents } from './consents.ts';
import { checkEnquiry, closeEnquiry, listEnquiryPage, recordContact } from './desk-actions.ts';
import { findDuplicates } from './duplicates.ts';
import {
  checkMeans,
  closingReasons,
  contactOutcomes,
  enquiryStates,
  kinships,
  languages,
} from './enquiry.ts';
import { readPaper } from './papers.ts';
import { contactPermissions, enquiryPermissions } from './permissions.ts';
import { presentDuplicate, presentRow } from './present.ts';

const formats = { jpeg: 'image/jpeg', png: 'image/png', pdf: 'application/pdf' } as const;
const isoTime = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** A family that telephones or visits gets the same receipt as one that files by itself. */
async function fileForCaller(
  ctx: Context,
  body: Pick<Parameters<typeof fileEnquiry>[1], 'language' | 'channel' | 'commandId'> & {
    readonly texts: Readonly<Record<string, string>>;
  },
) {
  const read = readFiling(body.texts);
  if (!read.ok) {
    const [first] = read.problems;
    throw invalid(`filing.${first?.code ?? 'missing'}`, first?.field ?? '', 'Please look again.');
  }
  const { language, channel, commandId } = body;
  const filed = await fileEnquiry(ctx, {
    intake: read.intake,
    language,
    channel,
    commandId,
    seed: newCodeSeed(),
  });
  return { enquiryId: filed.enquiryId, fileCode: printCode(filed.fileCode) };
}

function writeRoutes(): readonly DeskRoute[] {
  return [
    deskRoute({
      method: 'post',
      path: '/enquiries/:id/check',
      permission: enquiryPermissions.check,
      versioned: true,
      body: z.object({
        kind: z.enum(['identity', 'kinship']),
        outcome: z.enum(['proven', 'not_proven']),
        means: z.enum(checkMeans),
        kinship: z.enum(kinships).optional(),
        commandId: commandShape,
      }),
      run: ({ ctx, id, body, version }) =>
        checkEnquiry(ctx, { enquiryId: id<'enquiry'>(), version, ...body }),
    }),
    deskRoute({
      method: 'post',
      path: '/enquiries/:id/contact',
      permission: contactPermissions.record,
      body: z.object({
        kind: z.enum(['telephone', 'letter', 'visit']),
        outcome: z.enum(contactOutcomes),
        note: textShape(4_000).default(''),
        occurredAt: isoTime,
        commandId: commandShape,
      }),
      run: ({ ctx, id, body }) => recordContact(ctx, { enquiryId: id<'enquiry'>(), ...body }),
    }),
    deskRoute({
      method: 'post',
      path: '/enquiries/:id/thread',
      permission: enquiryPermissions.write,
      body: z.object({ text: textShape(4_000).pipe(z.string().min(1)), commandId: commandShape }),
      run: ({ ctx, id, body }) => writeToThread(ctx, { enquiryId: id<'enquiry'>(), ...body }),
    }),
    deskRoute({
      method: 'post',
      path: '/enquiries/:id/close',
      permission: enquiryPermissions.close,
      versioned: true,
      body: reasonShape(closingReasons),
      run: ({ ctx, id, body, version }) =>
        closeEnquiry(ctx, { enquiryId: id<'enquiry'>(), version, ...body }),
    }),
  ];
}

/** A family's request by telephone, by letter or in person: no more contact, or other consents. */
function familyRoutes(): readonly DeskRoute[] {
  return [
    deskRoute({
      method: 'post',
      path: '/enquiries/:id/consents',
      permission: enquiryPermissions.write,
      body: z.object({
        consents: z.strictObject({
          centralAgency: z.boolean(),
          otherBureau: z.boolean(),
          contact: z.boolean(),
        }),
        how: z.enum(['telephone', 'letter', 'visit']),
        commandId: commandShape,
      }),
      run: ({ ctx, id, body }) => changeConsents(ctx, { enquiryId: id<'enquiry'>(), ...body }),
    }),
    deskRoute({
      method: 'post',
      path: '/enquiries/:id/withdraw',
      permission: enquiryPermissions.withdraw,
      versioned: true,
      body: z.object({ commandId: commandShape }),
      run: ({ ctx, id, body, version }) =>
        withdrawEnquiry(ctx, { enquiryId: id<'enquiry'>(), version, ...body }),
    }),
  ];
}

/** The bytes of one document, shown inline only in its proven format. */
function paperRoutes(): readonly DeskRoute[] {
  return [
    deskRoute({
      method: 'get',
      path: '/enquiries/:id/papers/:paperId',
      permission: enquiryPermissions.readPaper,
      run: async ({ ctx, id }) => {
        const paper = await readPaper(ctx, { enquiryId: id<'enquiry'>(), paperId: id('paperId') });
        return new Response(streamOf(paper.content), {
          headers: {
            'Content-Length': String(paper.size),
            'Content-Type': formats[paper.format],
            'Content-Disposition': `attachment; filename="paper.${paper.format}"`,
            'Cache-Control': 'no-store',
            'Content-Security-Policy': "sandbox; default-src 'none'",
          },
        });
      },
    }),
  ];
}

/** Reads only as fast as the browser receives. */
function streamOf(content: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const parts = content[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await parts.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await parts.return?.();
    },
  });
}

/**
 * Enquiries at the desk: the list, checks, contacts, the thread, documents, filing for a caller.
 */
export const enquiryRoutes: readonly DeskRoute[] = [
  deskRoute({
    method: 'get',
    path: '/enquiries',
    permission: queuePermissions.read,
    query: z.object({
      state: z.enum(enquiryStates).optional(),
      after: z.iso.datetime().optional(),
    }),
    run: async ({ ctx, query }) => {
      const page = await listEnquiryPage(ctx, { ...query, limit: 20 });
      return { rows: page.rows.map(presentRow), nextAfter: page.nextAfter };
    },
  }),
  deskRoute({
    method: 'post',
    path: '/enquiries',
    permission: enquiryPermissions.file,
    grows: true,
    body: z.object({
      texts: z.record(z.string().max(40), z.string().max(4_100)),
      language: z.enum(languages),
      channel: z.enum(['telephone', 'office']),
      commandId: commandShape,
    }),
    run: ({ ctx, body }) => fileForCaller(ctx, body),
  }),
  deskRoute({
    method: 'get',
    path: '/enquiries/:id/duplicates',
    permission: personPermissions.search,
    run: async ({ ctx, id }) => {
      const rows = await findDuplicates(ctx, { enquiryId: id<'enquiry'>() });
      return { rows: rows.map(presentDuplicate) };
    },
  }),
  ...writeRoutes(),
  ...familyRoutes(),
  ...paperRoutes(),
];
