import { decide } from '../../access/decide.ts';
import { countUnseenAlerts } from '../../access/queries.ts';
import type { Context } from '../../audit/context.ts';
import { look } from '../../audit/look.ts';
import { refused } from '../../kernel/problem.ts';
import { countEnquiries } from '../enquiries/queries.ts';
import { countMatches } from '../matches/queries.ts';
import { countUnmatchedCustody } from '../records/queries.ts';
import { countNotices } from './queries.ts';

/** The work that waits at the desk, counted; counts of the office's own rows and nothing beside. */
export function readQueues(ctx: Context) {
  const { officeId } = ctx.actor;
  return look(ctx, 'queue.read', { objectId: officeId }, async (tx) => {
    if (!decide(ctx, 'queue.read', { officeId })) throw refused('queue');
    const matches = await countMatches(tx);
    const enquiries = await countEnquiries(tx, ctx.now);
    const notices = await countNotices(tx);
    return {
      counts: {
        matches: matches.get('proposed') ?? 0,
        awaitingSecond: matches.get('awaiting_second') ?? 0,
        unsure: matches.get('unsure') ?? 0,
        unmatchedCustody: await countUnmatchedCustody(tx),
        enquiriesToVerify: enquiries.toVerify,
        noticesToApprove: notices.toApprove,
        noticesToTell: notices.toTell,
        contactsDue: enquiries.contactsDue,
        threads: enquiries.threads,
        alerts: await countUnseenAlerts(tx),
      },
    };
  });
}
