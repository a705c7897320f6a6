import { z } from 'zod';
import {
  commandShape,
  type DeskApp,
  deskRoute,
  idShape,
  reasonShape,
  textShape,
} from '../../access/desk-route.ts';
import { choosePrimary, closeDispute, openDispute, readKin, withdrawPrimary } from './actions.ts';
import { disputeOutcomes, disputeReasons, primaryEndings, primaryReasons } from './kin.ts';
import { presentKinForDesk } from './present.ts';

/** Relatives of one person at the desk: who is told first, and where they are at odds. */
export function kinRoutes(app: DeskApp): void {
  deskRoute(app, {
    method: 'get',
    path: '/enquiries/:id/kin',
    action: 'kin.read',
    run: async ({ ctx, id }) =>
      presentKinForDesk(await readKin(ctx, { enquiryId: id<'enquiry'>() })),
  });
  deskRoute(app, {
    method: 'post',
    path: '/enquiries/:id/primary',
    action: 'kin.choose_primary',
    versioned: true,
    body: reasonShape(primaryReasons),
    run: ({ ctx, id, body, version }) =>
      choosePrimary(ctx, { enquiryId: id<'enquiry'>(), version, ...body }),
  });
  deskRoute(app, {
    method: 'post',
    path: '/enquiries/:id/primary/withdraw',
    action: 'kin.withdraw_primary',
    versioned: true,
    body: reasonShape(primaryEndings),
    run: ({ ctx, id, body: { reason: ending, commandId }, version }) =>
      withdrawPrimary(ctx, { enquiryId: id<'enquiry'>(), version, ending, commandId }),
  });
  addDisputes(app);
}

function addDisputes(app: DeskApp): void {
  deskRoute(app, {
    method: 'post',
    path: '/enquiries/:id/disputes',
    action: 'kin.open_dispute',
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
  });
  deskRoute(app, {
    method: 'post',
    path: '/disputes/:id/close',
    action: 'kin.close_dispute',
    versioned: true,
    body: reasonShape(disputeOutcomes),
    run: ({ ctx, id, body: { reason: outcome, commandId }, version }) =>
      closeDispute(ctx, { disputeId: id<'dispute'>(), version, outcome, commandId }),
  });
}
