import { type DeskRoute, deskRoute } from '../access/desk-route.ts';
import { queuePermissions } from '../access/permissions.ts';
import type { Context } from '../audit/context.ts';
import type { StaffId } from '../kernel/ids.ts';
import { enquiryPermissions } from '../registry/enquiries/permissions.ts';
import { presentForDesk } from '../registry/enquiries/present.ts';
import { presentNoticeForDesk } from '../registry/notices/present.ts';
import { readEnquiryPage } from './enquiry-page.ts';
import { readQueues } from './work-queues.ts';

/** Pages that join several modules. */
export const screenRoutes: readonly DeskRoute[] = [
  deskRoute({
    method: 'get',
    path: '/queues',
    permission: queuePermissions.read,
    run: ({ ctx }) => readQueues(ctx, null),
  }),
  deskRoute({
    method: 'get',
    path: '/enquiries/:id',
    permission: enquiryPermissions.read,
    run: async ({ ctx, id }) => {
      const { opened, notices } = await readEnquiryPage(ctx, { enquiryId: id<'enquiry'>() });
      return {
        ...presentForDesk(opened),
        notices: notices.map((each) => presentNoticeForDesk(each, staffIdOf(ctx))),
      };
    },
  }),
];

function staffIdOf({ actor }: Context): StaffId | null {
  return actor.kind === 'staff' ? actor.staffId : null;
}
