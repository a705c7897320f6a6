import { onOffice, protectedRead } from '../access/command.ts';
import { queuePermissions } from '../access/permissions.ts';
import { countUnseenAlerts } from '../access/queries.ts';
import { countEnquiries } from '../registry/enquiries/queries.ts';
import { countMatches } from '../registry/matches/queries.ts';
import { countNotices } from '../registry/notices/queries.ts';
import { countUnmatchedCustody } from '../registry/records/queries.ts';

/** The work that waits at the desk, as counts of the office's own rows and nothing else. */
export const readQueues = protectedRead({
  ...onOffice('queue'),
  permission: queuePermissions.read,
  find: async (tx, _of, { now }) => {
    const matches = await countMatches(tx);
    const enquiries = await countEnquiries(tx, now);
    const notices = await countNotices(tx);
    const counts = {
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
    };
    return { fields: [], answer: () => ({ counts }) };
  },
});
