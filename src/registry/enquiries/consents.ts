import { command, staffOf } from '../../access/command.ts';
import type { OpenedField } from '../../audit/context.ts';
import type { Db } from '../../db/connect.ts';
import { insertSealed } from '../../db/sealed-rows.ts';
import type { CommandId, EnquiryId } from '../../kernel/ids.ts';
import { newId } from '../../vault/random.ts';
import type { Consents } from './filing.ts';
import { onEnquiry, requireGoingOn } from './lock.ts';
import { enquiryPermissions } from './permissions.ts';
import { findConsentChange, insertContact } from './queries.ts';
import { sealedConsents } from './sealed.ts';

export interface ChangeConsents {
  readonly enquiryId: EnquiryId;
  readonly consents: Consents;
  /** How the family told us. */
  readonly how: 'telephone' | 'letter' | 'visit';
  readonly commandId: CommandId;
}

/**
 * The family changes which bodies may be asked (each separately, revocable at any time). Earlier
 * answers are kept: a change is one line of the contact log with the answers sealed beside it.
 */
export const changeConsents = command({
  ...onEnquiry(enquiryPermissions.consent),
  subject: ({ enquiryId, commandId, consents, how }: ChangeConsents) => ({
    objectId: enquiryId,
    commandId,
    body: { consents, how },
  }),
  step: requireGoingOn,
  prepare: async (ctx, _enquiry, { enquiryId, consents }) => {
    const contactId = newId<'contact'>();
    const at = { rowId: contactId, subjectId: enquiryId };
    const sealed = await ctx.broker.sealMany([sealedConsents.item(at, consents)]);
    return { contactId, sealed };
  },
  write: async (tx, { input: { how }, next: { enquiryId, officeId }, prepared }, at) => {
    const { contactId, sealed } = prepared;
    await insertContact(tx, {
      id: contactId,
      officeId,
      enquiryId,
      kind: how,
      occurredAt: at.now,
      staffId: staffOf(at),
      outcome: consentChanged,
      recordedAt: at.now,
    });
    // The family may read its own answers, so the seal names its enquiry.
    await insertSealed(tx, sealed, { officeId, enquiryId, now: at.now });
    return { contactId };
  },
});

const consentChanged = 'consent_changed';

/** The field with the family's latest answers, if it changed them after filing. */
export async function consentField(tx: Db, enquiryId: EnquiryId) {
  const contactId = await findConsentChange(tx, enquiryId);
  return contactId ? [sealedConsents.of(contactId)] : [];
}

/** The latest answers among opened fields; undefined if those of the filing still hold. */
export function consentsOf(opened: readonly OpenedField[]): Consents | undefined {
  const found = opened.find(({ columnName }) => columnName === sealedConsents.columnName);
  return (found && sealedConsents.read([found], found.rowId)) ?? undefined;
}
