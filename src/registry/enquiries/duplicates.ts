import { decide } from '../../access/decide.ts';
import type { Context } from '../../audit/context.ts';
import { look } from '../../audit/look.ts';
import type { EnquiryId } from '../../kernel/ids.ts';
import { refused } from '../../kernel/problem.ts';
import { searchRecords } from '../persons/actions.ts';
import { writtenFields, writtenOf } from './own-file.ts';
import { enquiryFacts } from './policy.ts';
import { findEnquiry, type KinRow, listEnquiriesOfRecords } from './queries.ts';

export interface DuplicateRow extends KinRow {
  readonly initials: string;
  readonly birthYear: string | null;
  readonly probability: number;
}

const likelyFrom = 0.5;

/**
 * Whether somebody asks after the same person already. Said at the desk only (settled 10), and of
 * proven enquiries only: a filing that nobody has verified is compared with nothing else (settled 6).
 */
export async function findDuplicates(
  ctx: Context,
  { enquiryId }: { readonly enquiryId: EnquiryId },
): Promise<readonly DuplicateRow[]> {
  const sought = await look(ctx, 'enquiry.read', { objectId: enquiryId }, async (tx, unseal) => {
    const enquiry = await findEnquiry(tx, enquiryId);
    if (!enquiry || !decide(ctx, 'enquiry.read', enquiryFacts(enquiry))) throw refused('enquiry');
    if (enquiry.state === 'erased') return null;
    return writtenOf(enquiry, await unseal(writtenFields(enquiry)))?.sought ?? null;
  });
  const [name] = sought?.names ?? [];
  if (!sought || !name) return [];
  const birth = sought.birth?.value;
  // The search decides and enters for itself, in the name of this enquiry.
  const forEnquiry = { ...ctx, purpose: { ...ctx.purpose, enquiryId } };
  const found = await searchRecords(forEnquiry, { name: name.full, ...(birth ? { birth } : {}) });
  const likely = found.filter((row) => row.probability >= likelyFrom && row.side === 'sought');
  return look(ctx, 'enquiry.read', { objectId: enquiryId }, async (tx) => {
    const ids = likely.map((row) => row.recordId);
    const kin = await listEnquiriesOfRecords(tx, { recordIds: ids, besides: enquiryId });
    return kin.flatMap((each) => {
      const row = likely.find(({ personId }) => personId === each.personId);
      if (!row) return [];
      const { initials, birthYear, probability } = row;
      return [{ ...each, initials, birthYear, probability }];
    });
  });
}
