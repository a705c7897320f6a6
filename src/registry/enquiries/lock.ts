import type { Permission } from '../../access/permission.ts';
import type { Db } from '../../db/connect.ts';
import type { EnquiryId } from '../../kernel/ids.ts';
import { type Enquiry, endedAlready } from './enquiry.ts';
import { enquiryFacts } from './facts.ts';
import { lockEnquiry } from './queries.ts';

/** What commands on one enquiry have in common. */
export function onEnquiry(permission: Permission) {
  return {
    permission,
    noun: 'enquiry',
    load: (tx: Db, { enquiryId }: { readonly enquiryId: EnquiryId }) => lockEnquiry(tx, enquiryId),
    facts: enquiryFacts,
  };
}

/** Only where the family has taken its question back, or it was erased, is nothing written any more. */
export function requireGoingOn(enquiry: Enquiry): Enquiry {
  if (['erased', 'withdrawn'].includes(enquiry.state)) throw endedAlready();
  return enquiry;
}
