import { z } from 'zod';
import {
  commandShape,
  type DeskApp,
  deskRoute,
  offsetShape,
  textShape,
} from '../../access/desk-route.ts';
import type { Context } from '../../audit/context.ts';
import type { StaffId } from '../../kernel/ids.ts';
import { readEnquiry } from '../enquiries/desk-actions.ts';
import { presentForDesk } from '../enquiries/present.ts';
import {
  approveNotice,
  composeNotice,
  readNotice,
  readNotices,
  readNoticesOfEnquiry,
  refuseNotice,
  submitNotice,
  tellNotice,
  withdrawNotice,
} from './actions.ts';
import { clearedFacts, noticeStates, tellingWays } from './notice.ts';
import { presentNoticeForDesk, presentNoticeRow } from './present.ts';
import { outOfTurnReasons } from './turn.ts';
import { readQueues } from './work.ts';

const command = z.object({ commandId: commandShape });

/** Notices, the page of an enquiry (which shows them), and the work that waits. */
export function noticeRoutes(app: DeskApp): void {
  deskRoute(app, {
    method: 'get',
    path: '/queues',
    action: 'queue.read',
    run: ({ ctx }) => readQueues(ctx),
  });
  deskRoute(app, {
    method: 'get',
    path: '/enquiries/:id',
    action: 'enquiry.read',
    run: async ({ ctx, id }) => {
      const enquiryId = id<'enquiry'>();
      const opened = await readEnquiry(ctx, { enquiryId });
      const notices =
        opened.enquiry.recordId === null
          ? []
          : await readNoticesOfEnquiry(asNotice(ctx), { enquiryId });
      return {
        ...presentForDesk(opened),
        notices: notices.map((each) => presentNoticeForDesk(each, staffIdOf(ctx))),
      };
    },
  });
  deskRoute(app, {
    method: 'get',
    path: '/notices',
    action: 'queue.read',
    query: z.object({
      state: z.enum(noticeStates).default('awaiting_approval'),
      after: offsetShape,
    }),
    run: async ({ ctx, query }) => {
      const page = await readNotices(ctx, { state: query.state, offset: query.after });
      const held = { me: staffIdOf(ctx), names: page.names };
      return {
        rows: page.rows.map((row) => presentNoticeRow(row, held)),
        nextAfter: page.nextAfter,
      };
    },
  });
  deskRoute(app, {
    method: 'get',
    path: '/notices/:id',
    action: 'notice.read',
    run: async ({ ctx, id }) =>
      presentNoticeForDesk(await readNotice(ctx, { noticeId: id<'notice'>() }), staffIdOf(ctx)),
  });
  addWrites(app);
}

function addWrites(app: DeskApp): void {
  deskRoute(app, {
    method: 'post',
    path: '/enquiries/:id/notices',
    action: 'notice.compose',
    body: z.object({
      cleared: z.array(z.enum(clearedFacts)).min(1).max(8),
      text: textShape(4_000).pipe(z.string().min(1)),
      grave: z.boolean().default(false),
      outOfTurn: z.enum(outOfTurnReasons).nullish(),
      commandId: commandShape,
    }),
    run: ({ ctx, id, body }) =>
      composeNotice(ctx, {
        enquiryId: id<'enquiry'>(),
        ...body,
        outOfTurn: body.outOfTurn ?? null,
      }),
  });
  const steps = {
    submit: { action: 'notice.compose', run: submitNotice },
    approve: { action: 'notice.approve', run: approveNotice },
    refuse: { action: 'notice.refuse', run: refuseNotice },
    withdraw: { action: 'notice.withdraw', run: withdrawNotice },
  } as const;
  for (const [name, step] of Object.entries(steps)) {
    deskRoute(app, {
      method: 'post',
      path: `/notices/:id/${name}`,
      action: step.action,
      versioned: true,
      body: command,
      run: ({ ctx, id, body, version }) =>
        step.run(ctx, { noticeId: id<'notice'>(), version, commandId: body.commandId }),
    });
  }
  deskRoute(app, {
    method: 'post',
    path: '/notices/:id/tell',
    action: 'notice.tell',
    versioned: true,
    body: command.extend({
      how: z.enum(tellingWays),
      at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
    }),
    run: ({ ctx, id, body, version }) =>
      tellNotice(ctx, { noticeId: id<'notice'>(), version, ...body }),
  });
}

/** The notices on an enquiry's page are read for the same reason, under their own rule. */
function asNotice(ctx: Context): Context {
  return { ...ctx, purpose: { ...ctx.purpose, kind: 'notice' } };
}

function staffIdOf(ctx: Context): StaffId | null {
  return ctx.actor.kind === 'staff' ? ctx.actor.staffId : null;
}
