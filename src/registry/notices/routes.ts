import { z } from 'zod';
import {
  commandShape,
  type DeskRoute,
  deskRoute,
  offsetShape,
  textShape,
} from '../../access/desk-route.ts';
import { queuePermissions } from '../../access/permissions.ts';
import type { Context } from '../../audit/context.ts';
import type { StaffId } from '../../kernel/ids.ts';
import {
  approveNotice,
  composeNotice,
  readNotice,
  readNotices,
  refuseNotice,
  submitNotice,
  tellNotice,
  withdrawNotice,
} from './actions.ts';
import { clearedFacts, noticeStates, tellingWays } from './notice.ts';
import { noticePermissions } from './permissions.ts';
import { presentNoticeForDesk, presentNoticeRow } from './present.ts';
import { outOfTurnReasons } from './turn.ts';

const command = z.object({ commandId: commandShape });

const steps = {
  submit: { permission: noticePermissions.compose, run: submitNotice },
  approve: { permission: noticePermissions.approve, run: approveNotice },
  refuse: { permission: noticePermissions.refuse, run: refuseNotice },
  withdraw: { permission: noticePermissions.withdraw, run: withdrawNotice },
} as const;

function writeRoutes(): readonly DeskRoute[] {
  return [
    deskRoute({
      method: 'post',
      path: '/enquiries/:id/notices',
      permission: noticePermissions.compose,
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
    }),
    ...Object.entries(steps).map(([name, step]) =>
      deskRoute({
        method: 'post',
        path: `/notices/:id/${name}`,
        permission: step.permission,
        versioned: true,
        body: command,
        run: ({ ctx, id, body, version }) =>
          step.run(ctx, { noticeId: id<'notice'>(), version, commandId: body.commandId }),
      }),
    ),
    deskRoute({
      method: 'post',
      path: '/notices/:id/tell',
      permission: noticePermissions.tell,
      versioned: true,
      body: command.extend({
        how: z.enum(tellingWays),
        at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
      }),
      run: ({ ctx, id, body, version }) =>
        tellNotice(ctx, { noticeId: id<'notice'>(), version, ...body }),
    }),
  ];
}

/** The notices on an enquiry's page are read for the same purpose, under their own permission. */
function staffIdOf(ctx: Context): StaffId | null {
  return ctx.actor.kind === 'staff' ? ctx.actor.staffId : null;
}

/** Notices, the page of an enquiry (which shows them), and the work that waits. */
export const noticeRoutes: readonly DeskRoute[] = [
  deskRoute({
    method: 'get',
    path: '/notices',
    permission: queuePermissions.read,
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
  }),
  deskRoute({
    method: 'get',
    path: '/notices/:id',
    permission: noticePermissions.read,
    run: async ({ ctx, id }) =>
      presentNoticeForDesk(await readNotice(ctx, { noticeId: id<'notice'>() }), staffIdOf(ctx)),
  }),
  ...writeRoutes(),
];
