import { judge } from '../../access/decide.ts';
import type { Context } from '../../audit/context.ts';
import type { Db } from '../../db/connect.ts';
import type { EnquiryId } from '../../kernel/ids.ts';
import { refused } from '../../kernel/problem.ts';
import type { Enquiry } from './enquiry.ts';
import { enquiryFacts } from './policy.ts';
import { lockEnquiry } from './queries.ts';

type OwnAction = 'enquiry.write' | 'enquiry.withdraw' | 'enquiry.add_paper' | 'enquiry.read';

/** Loads and locks; absent and not allowed are one answer (settled 13). */
export async function mustHave(
  ctx: Context,
  tx: Db,
  asked: { readonly enquiryId: EnquiryId; readonly action: OwnAction },
): Promise<Enquiry> {
  const enquiry = await lockEnquiry(tx, asked.enquiryId);
  if (!enquiry || judge(ctx, asked.action, enquiryFacts(enquiry)) !== 'allowed') {
    throw refused('enquiry');
  }
  return enquiry;
}
