import type { Permission } from '../../access/permission.ts';
import type { Db } from '../../db/connect.ts';
import type { EnquiryId } from '../../kernel/ids.ts';
import { type Enquiry, endedAlready } from './enquiry.ts';
import { enquiryFacts } from './facts.ts';
import { lockEnquiry } from './queries.ts';

/** The common parts of commands on one enquiry. */
export function onEnquiry(permission: Permission) {
  return {
    permission,
    noun: 'enquiry',
    load: (tx: Db, { enquiryId }: { readonly enquiryId: EnquiryId }) => lockEnquiry(tx, enquiryId),
    facts: enquiryFacts,
  };
}

/** Writing ends only when the family has withdrawn its enquiry or it was erased. */
export function requireGoingOn(enquiry: Enquiry): Enquiry {
  if (['erased', 'withdrawn'].includes(enquiry.state)) throw endedAlready();
  return enquiry;
}
