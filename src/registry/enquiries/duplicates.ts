import { protectedRead } from '../../access/command.ts';
import type { Band, FoundRecord } from '../../audit/context.ts';
import type { Found, FoundByBroker } from '../../audit/read.ts';
import type { Db } from '../../db/connect.ts';
import type { EnquiryId } from '../../kernel/ids.ts';
import { personPermissions } from '../persons/permissions.ts';
import { listRecords } from '../records/queries.ts';
import { enquiryFacts } from './facts.ts';
import { findEnquiry, type KinRow, listEnquiriesOfRecords } from './queries.ts';

export interface DuplicateRow extends KinRow {
  readonly initials: string;
  readonly birthYear: string | null;
  readonly band: Band;
}

/**
 * Whether another family already asks about the same person. Shown at the desk only (ruling 10),
 * and only for proven enquiries: an unverified filing is compared with nothing else (ruling 6). The
 * broker reads the name from the filing, so the screen cannot replace it.
 */
export const findDuplicates = protectedRead({
  permission: personPermissions.search,
  noun: 'enquiry',
  objectId: ({ enquiryId }: DuplicatesRequest) => enquiryId,
  load: (tx, { enquiryId }) => findEnquiry(tx, enquiryId),
  facts: enquiryFacts,
  opens: true,
  find: async (
    _tx,
    { loaded: enquiry, input: { enquiryId } },
  ): Promise<Found<readonly DuplicateRow[]> | FoundByBroker<readonly DuplicateRow[]>> => {
    if (['erased', 'withdrawn', 'rejected'].includes(enquiry.state)) {
      return { fields: [], answer: () => [] };
    }
    return {
      ask: async ({ broker, asking, load }) => {
        const purpose = { ...asking.purpose, enquiryId };
        const likely = await broker.search({ ...asking, purpose, query: 'filing', limit: 20 });
        return load((tx) => rowsOf(tx, likely, enquiryId));
      },
    };
  },
});

interface DuplicatesRequest {
  readonly enquiryId: EnquiryId;
}

/** Only records that belong to an enquiry of another family. */
async function rowsOf(
  tx: Db,
  likely: readonly FoundRecord[],
  enquiryId: EnquiryId,
): Promise<readonly DuplicateRow[]> {
  const recordIds = likely.map((row) => row.recordId);
  const records = await listRecords(tx, recordIds);
  const kin = await listEnquiriesOfRecords(tx, { recordIds, besides: enquiryId });
  return kin.flatMap((each) => {
    const record = records.find(({ personId }) => personId === each.personId);
    const row = likely.find(({ recordId }) => recordId === record?.id);
    if (!row) return [];
    const { initials, birthYear, band } = row;
    return [{ ...each, initials, birthYear, band }];
  });
}
