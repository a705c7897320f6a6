import { decide } from '../../access/decide.ts';
import type { Band, Context } from '../../audit/context.ts';
import { look } from '../../audit/look.ts';
import type { EnquiryId } from '../../kernel/ids.ts';
import { refused } from '../../kernel/problem.ts';
import { searchRecords } from '../persons/actions.ts';
import { enquiryFacts } from './policy.ts';
import { findEnquiry, type KinRow, listEnquiriesOfRecords } from './queries.ts';

export interface DuplicateRow extends KinRow {
  readonly initials: string;
  readonly birthYear: string | null;
  readonly band: Band;
}

/**
 * Whether somebody asks after the same person already. Said at the desk only (settled 10), and of
 * proven enquiries only: a filing that nobody has verified is compared with nothing else (settled 6).
 * The broker reads whom the filing names, so the screen cannot put another name in its place.
 */
export async function findDuplicates(
  ctx: Context,
  { enquiryId }: { readonly enquiryId: EnquiryId },
): Promise<readonly DuplicateRow[]> {
  const state = await look(ctx, 'enquiry.read', { objectId: enquiryId }, async (tx) => {
    const enquiry = await findEnquiry(tx, enquiryId);
    if (!enquiry || !decide(ctx, 'enquiry.read', enquiryFacts(enquiry))) throw refused('enquiry');
    return enquiry.state;
  });
  if (['erased', 'withdrawn', 'rejected'].includes(state)) return [];
  // The search decides and enters for itself, in the name of this enquiry.
  const likely = await searchRecords({ ...ctx, purpose: { ...ctx.purpose, enquiryId } }, 'filing');
  return look(ctx, 'enquiry.read', { objectId: enquiryId }, async (tx) => {
    const ids = likely.map((row) => row.recordId);
    const kin = await listEnquiriesOfRecords(tx, { recordIds: ids, besides: enquiryId });
    return kin.flatMap((each) => {
      const row = likely.find(({ personId }) => personId === each.personId);
      if (!row) return [];
      const { initials, birthYear, band } = row;
      return [{ ...each, initials, birthYear, band }];
    });
  });
}
