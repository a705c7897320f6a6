import { z } from 'zod';
import {
  commandShape,
  type DeskRoute,
  deskRoute,
  idShape,
  reasonShape,
  textShape,
} from '../../access/desk-route.ts';
import { choosePrimary, closeDispute, openDispute, readKin, withdrawPrimary } from './actions.ts';
import { disputeOutcomes, disputeReasons, primaryEndings, primaryReasons } from './kin.ts';
import { kinPermissions } from './permissions.ts';
import { presentKinForDesk } from './present.ts';

function disputeRoutes(): readonly DeskRoute[] {
  return [
    deskRoute({
      method: 'post',
      path: '/enquiries/:id/disputes',
      permission: kinPermissions.openDispute,
      versioned: true,
      body: z.object({
        reason: z.enum(disputeReasons),
        withEnquiryId: idShape<'enquiry'>().nullish(),
        note: textShape(4_000).default(''),
        commandId: commandShape,
      }),
      run: ({ ctx, id, body, version }) =>
        openDispute(ctx, {
          enquiryId: id<'enquiry'>(),
          version,
          ...body,
          withEnquiryId: body.withEnquiryId ?? null,
        }),
    }),
    deskRoute({
      method: 'post',
      path: '/disputes/:id/close',
      permission: kinPermissions.closeDispute,
      versioned: true,
      body: reasonShape(disputeOutcomes),
      run: ({ ctx, id, body: { reason: outcome, commandId }, version }) =>
        closeDispute(ctx, { disputeId: id<'dispute'>(), version, outcome, commandId }),
    }),
  ];
}

/** Relatives of one person at the desk: who is told first, and their disputes. */
export const kinRoutes: readonly DeskRoute[] = [
  deskRoute({
    method: 'get',
    path: '/enquiries/:id/kin',
    permission: kinPermissions.read,
    run: async ({ ctx, id }) =>
      presentKinForDesk(await readKin(ctx, { enquiryId: id<'enquiry'>() })),
  }),
  deskRoute({
    method: 'post',
    path: '/enquiries/:id/primary',
    permission: kinPermissions.choosePrimary,
    versioned: true,
    body: reasonShape(primaryReasons),
    run: ({ ctx, id, body, version }) =>
      choosePrimary(ctx, { enquiryId: id<'enquiry'>(), version, ...body }),
  }),
  deskRoute({
    method: 'post',
    path: '/enquiries/:id/primary/withdraw',
    permission: kinPermissions.withdrawPrimary,
    versioned: true,
    body: reasonShape(primaryEndings),
    run: ({ ctx, id, body: { reason: ending, commandId }, version }) =>
      withdrawPrimary(ctx, { enquiryId: id<'enquiry'>(), version, ending, commandId }),
  }),
  ...disputeRoutes(),
];
