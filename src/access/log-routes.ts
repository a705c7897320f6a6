import { z } from 'zod';
import { type DeskRoute, deskRoute } from './desk-route.ts';
import { readLog, verifyLog, witness } from './log.ts';
import { auditPermissions } from './permissions.ts';

/** Reads the audit log and verifies it. */
export const logRoutes: readonly DeskRoute[] = [
  deskRoute({
    method: 'get',
    path: '/audit',
    permission: auditPermissions.read,
    query: z.object({
      action: z.string().max(60).optional(),
      after: z.string().max(80).optional(),
    }),
    run: async ({ ctx, query }) => ({
      ...(await readLog(ctx, { action: query.action || null, after: query.after ?? null })),
      witness,
    }),
  }),
  deskRoute({
    method: 'post',
    path: '/audit/verify',
    permission: auditPermissions.read,
    run: ({ ctx }) => verifyLog(ctx),
  }),
];
