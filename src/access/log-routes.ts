import { z } from 'zod';
import { type DeskApp, deskRoute } from './desk-route.ts';
import { readLog, verifyLog } from './log.ts';

/** The log: reading it and working it out again. */
export function logRoutes(app: DeskApp, installed: { readonly witness: string }): void {
  deskRoute(app, {
    method: 'get',
    path: '/audit',
    action: 'audit.read',
    query: z.object({
      action: z.string().max(60).optional(),
      after: z.string().max(80).optional(),
    }),
    run: async ({ ctx, query }) => ({
      ...(await readLog(ctx, { action: query.action || null, after: query.after ?? null })),
      witness: installed.witness,
    }),
  });
  deskRoute(app, {
    method: 'post',
    path: '/audit/verify',
    action: 'audit.read',
    run: ({ ctx }) => verifyLog(ctx),
  });
}
