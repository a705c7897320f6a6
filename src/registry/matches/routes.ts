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
  confirmMatch,
  judgeMatch,
  openMatch,
  readMatches,
  returnMatch,
  undoMatch,
} from './actions.ts';
import { matchStates } from './match.ts';
import { matchPermissions } from './permissions.ts';
import { presentComparison, presentMatchRow } from './present.ts';

const command = z.object({ commandId: commandShape });

/** The queue of matches, the comparison, and the answers people give. */
export const matchRoutes: readonly DeskRoute[] = [
  deskRoute({
    method: 'get',
    path: '/matches',
    permission: queuePermissions.read,
    query: z.object({ state: z.enum(matchStates).default('proposed'), after: offsetShape }),
    run: async ({ ctx, query }) => {
      const page = await readMatches(ctx, { state: query.state, offset: query.after });
      return {
        rows: page.rows.map((row) => presentMatchRow(row, staffIdOf(ctx))),
        nextAfter: page.nextOffset === null ? null : String(page.nextOffset),
      };
    },
  }),
  deskRoute({
    method: 'get',
    path: '/matches/:id',
    permission: matchPermissions.read,
    run: async ({ ctx, id }) =>
      presentComparison(await openMatch(ctx, { matchId: id<'match'>() }), staffIdOf(ctx)),
  }),
  deskRoute({
    method: 'post',
    path: '/matches/:id/judge',
    permission: matchPermissions.judge,
    versioned: true,
    body: command.extend({ answer: z.enum(['same', 'different', 'unsure']) }),
    run: ({ ctx, id, body, version }) =>
      judgeMatch(ctx, { matchId: id<'match'>(), version, ...body }),
  }),
  deskRoute({
    method: 'post',
    path: '/matches/:id/undo',
    permission: matchPermissions.judge,
    versioned: true,
    body: command,
    run: ({ ctx, id, body, version }) =>
      undoMatch(ctx, { matchId: id<'match'>(), version, ...body }),
  }),
  deskRoute({
    method: 'post',
    path: '/matches/:id/confirm',
    permission: matchPermissions.confirm,
    versioned: true,
    body: command,
    run: ({ ctx, id, body, version }) =>
      confirmMatch(ctx, { matchId: id<'match'>(), version, ...body }),
  }),
  deskRoute({
    method: 'post',
    path: '/matches/:id/return',
    permission: matchPermissions.return,
    versioned: true,
    body: command.extend({ reason: textShape(400).optional() }),
    run: ({ ctx, id, body, version }) =>
      returnMatch(ctx, { matchId: id<'match'>(), version, commandId: body.commandId }),
  }),
];

function staffIdOf(ctx: Context): StaffId | null {
  return ctx.actor.kind === 'staff' ? ctx.actor.staffId : null;
}
