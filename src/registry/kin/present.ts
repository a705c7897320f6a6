import type { OpenedKin } from './actions.ts';
import { standingPrimaries } from './kin.ts';

/** Relations of those who ask about one person, for the desk. There is no other presenter. */
export function presentKinForDesk(opened: OpenedKin) {
  const { relatives, primaries, disputes, enquiryId } = opened;
  const nameOf = (staffId: string | null) => (staffId ? (opened.names.get(staffId) ?? null) : null);
  const kinshipOf = (id: string | null) =>
    relatives.find((each) => each.enquiryId === id)?.kinship ?? null;
  const standing = new Set(standingPrimaries(primaries, relatives).map(({ id }) => id));
  return {
    enquiryId,
    version: opened.version,
    relatives: relatives.map((each) => ({
      enquiryId: each.enquiryId,
      kinship: each.kinship,
      state: each.state,
      filedAt: each.filedAt.toISOString(),
    })),
    primaries: primaries.map((each) => ({
      enquiryId: each.enquiryId,
      kinship: kinshipOf(each.enquiryId),
      reason: each.reason,
      by: nameOf(each.chosenBy),
      at: each.chosenAt.toISOString(),
      standing: standing.has(each.id),
      endedBy: nameOf(each.endedBy),
      endedAt: each.endedAt?.toISOString() ?? null,
      ending: each.ending,
    })),
    disputes: disputes.map((each) => ({
      disputeId: each.id,
      between: [each.enquiryId, each.withEnquiryId].flatMap((id) =>
        id ? [{ enquiryId: id, kinship: kinshipOf(id) }] : [],
      ),
      reason: each.reason,
      note: each.note,
      by: nameOf(each.openedBy),
      at: each.openedAt.toISOString(),
      closedBy: nameOf(each.closedBy),
      closedAt: each.closedAt?.toISOString() ?? null,
      outcome: each.outcome,
    })),
  };
}
