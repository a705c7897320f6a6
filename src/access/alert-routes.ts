import { z } from 'zod';
import { readAlerts, seeAlert } from './alerts.ts';
import { commandShape, type DeskRoute, deskRoute, offsetShape } from './desk-route.ts';
import { alertPermissions } from './permissions.ts';

/** Lists alerts and marks them as seen. */
export const alertRoutes: readonly DeskRoute[] = [
  deskRoute({
    method: 'get',
    path: '/alerts',
    permission: alertPermissions.read,
    query: z.object({ after: offsetShape }),
    run: ({ ctx, query }) => readAlerts(ctx, { offset: query.after }),
  }),
  deskRoute({
    method: 'post',
    path: '/alerts/:id/seen',
    permission: alertPermissions.see,
    body: z.object({ commandId: commandShape }),
    run: ({ ctx, id, body }) =>
      seeAlert(ctx, { alertId: id<'alert'>(), commandId: body.commandId }),
  }),
];
