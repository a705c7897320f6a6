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
import {
  confirmMatch,
  judgeMatch,
  openMatch,
  readMatches,
  returnMatch,
  undoMatch,
} from './actions.ts';
import { matchStates } from './match.ts';
import { presentComparison, presentMatchRow } from './present.ts';

const command = z.object({ commandId: commandShape });

/** The queue of matches, the comparison, and the answers people give. */
export function matchRoutes(app: DeskApp): void {
  deskRoute(app, {
    method: 'get',
    path: '/matches',
    action: 'queue.read',
    query: z.object({ state: z.enum(matchStates).default('proposed'), after: offsetShape }),
    run: async ({ ctx, query }) => {
      const page = await readMatches(ctx, { state: query.state, offset: query.after });
      return {
        rows: page.rows.map((row) => presentMatchRow(row, staffIdOf(ctx))),
        nextAfter: page.nextOffset === null ? null : String(page.nextOffset),
      };
    },
  });
  deskRoute(app, {
    method: 'get',
    path: '/matches/:id',
    action: 'match.read',
    run: async ({ ctx, id }) =>
      presentComparison(await openMatch(ctx, { matchId: id<'match'>() }), staffIdOf(ctx)),
  });
  deskRoute(app, {
    method: 'post',
    path: '/matches/:id/judge',
    action: 'match.judge',
    versioned: true,
    body: command.extend({ answer: z.enum(['same', 'different', 'unsure']) }),
    run: ({ ctx, id, body, version }) =>
      judgeMatch(ctx, { matchId: id<'match'>(), version, ...body }),
  });
  deskRoute(app, {
    method: 'post',
    path: '/matches/:id/undo',
    action: 'match.judge',
    versioned: true,
    body: command,
    run: ({ ctx, id, body, version }) =>
      undoMatch(ctx, { matchId: id<'match'>(), version, ...body }),
  });
  deskRoute(app, {
    method: 'post',
    path: '/matches/:id/confirm',
    action: 'match.confirm',
    versioned: true,
    body: command,
    run: ({ ctx, id, body, version }) =>
      confirmMatch(ctx, { matchId: id<'match'>(), version, ...body }),
  });
  deskRoute(app, {
    method: 'post',
    path: '/matches/:id/return',
    action: 'match.return',
    versioned: true,
    body: command.extend({ reason: textShape(400).optional() }),
    run: ({ ctx, id, body, version }) =>
      returnMatch(ctx, { matchId: id<'match'>(), version, commandId: body.commandId }),
  });
}

function staffIdOf(ctx: Context): StaffId | null {
  return ctx.actor.kind === 'staff' ? ctx.actor.staffId : null;
}
