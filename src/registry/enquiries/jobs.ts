import { command, onOffice } from '../../access/command.ts';
import { dropUploadsOf } from '../../access/upload-queries.ts';
import type { Context } from '../../audit/context.ts';
import { newId } from '../../vault/random.ts';
import { eraseAfter, lastContactDay, nextContactOn, waitsOf } from './contact-days.ts';
import { contactPermissions, enquiryPermissions } from './permissions.ts';
import {
  deleteFilingContents,
  type FiledMark,
  insertContact,
  listContacted,
  listContactsDue,
  listEraseCandidates,
  updateEnquiry,
} from './queries.ts';

const atOnce = 200;
const roundsMax = 5_000;
const dayMs = 86_400_000;

/**
 * `contact.due`, hourly: makes every contact that is due. All of them are made in one run, so the
 * number of others never delays a family's contact (ruling 7).
 */
export async function makeDueContacts(ctx: Context): Promise<{ readonly made: number }> {
  let made = 0;
  for (let round = 0; round < roundsMax; round += 1) {
    const some = await makeSomeContacts(ctx, null);
    made += some.made;
    if (some.made < atOnce) break;
  }
  return { made };
}

/**
 * Records the contacts and sets their next day. Safe to run twice: the same transaction makes a
 * contact and moves its day on.
 */
const makeSomeContacts = command({
  ...onOffice('contact'),
  permission: contactPermissions.due,
  write: async (tx, _of, { now }) => {
    const due = await listContactsDue(tx, lastContactDay(now), atOnce);
    for (const enquiry of due) {
      await insertContact(tx, {
        id: newId<'contact'>(),
        officeId: enquiry.officeId,
        enquiryId: enquiry.enquiryId,
        kind: 'timetable',
        occurredAt: now,
        staffId: null,
        outcome: null,
        recordedAt: now,
      });
      await updateEnquiry(tx, {
        ...enquiry,
        nextContactOn: nextContactOn(enquiry.filedAt, now),
        version: enquiry.version + 1,
      });
    }
    return { made: due.length };
  },
});

/**
 * `enquiry.erase`, hourly: erases filings whose identity was not proven in thirty days, and
 * those that the family withdrew before they became a record. All that are due are erased in one
 * run, however many others wait for the desk. Safe to run twice.
 */
export async function eraseUnproven(ctx: Context): Promise<{ readonly erased: number }> {
  let erased = 0;
  let after: FiledMark | null = null;
  for (let round = 0; round < roundsMax; round += 1) {
    const some: Erased = await eraseSome(ctx, { after });
    erased += some.erased;
    after = some.last;
    if (!after) break;
  }
  return { erased };
}

interface Erased {
  readonly erased: number;
  /** The last one checked; null when there are no more. */
  readonly last: FiledMark | null;
}

interface Page {
  readonly after: FiledMark | null;
}

const eraseSome = command({
  ...onOffice('enquiry'),
  permission: enquiryPermissions.erase,
  write: async (tx, of: { readonly input: Page }, { now }): Promise<Erased> => {
    const { after } = of.input;
    const filedBefore = new Date(now.getTime() - 29 * dayMs);
    const candidates = await listEraseCandidates(tx, { filedBefore, after, limit: atOnce });
    let erased = 0;
    for (const candidate of candidates) {
      const { papersAt, checksAt, ...enquiry } = candidate;
      const due = eraseAfter(enquiry.filedAt, waitsOf(papersAt, checksAt));
      const takenBack = enquiry.state === 'withdrawn';
      if (!takenBack && (!due || due > now)) continue;
      await deleteFilingContents(tx, enquiry.enquiryId);
      await dropUploadsOf(tx, enquiry.enquiryId);
      await updateEnquiry(tx, { ...enquiry, state: 'erased', version: enquiry.version + 1 });
      erased += 1;
    }
    const last = candidates.at(-1);
    const { filedAt = now, enquiryId = '' } = last ?? {};
    return { erased, last: candidates.length < atOnce ? null : { filedAt, enquiryId } };
  },
});

/**
 * Recalculates every next contact from the time since filing, after the clock was set back:
 * contacts made while it was ahead moved the next ones too far. Returns how many were wrong.
 */
export async function resetContactDays(ctx: Context): Promise<{ readonly reset: number }> {
  let reset = 0;
  let after: FiledMark | null = null;
  for (let round = 0; round < roundsMax; round += 1) {
    const some: Reset = await resetSome(ctx, { after });
    reset += some.reset;
    after = some.last;
    if (!after) break;
  }
  return { reset };
}

interface Reset {
  readonly reset: number;
  readonly last: FiledMark | null;
}

const resetSome = command({
  ...onOffice('contact'),
  permission: contactPermissions.due,
  write: async (tx, of: { readonly input: Page }, { now }): Promise<Reset> => {
    const page = await listContacted(tx, { after: of.input.after, limit: atOnce });
    const wrong = page.filter((each) => each.nextContactOn > expectedOn(each.filedAt, now));
    for (const enquiry of wrong) {
      const next = expectedOn(enquiry.filedAt, now);
      await updateEnquiry(tx, { ...enquiry, nextContactOn: next, version: enquiry.version + 1 });
    }
    return { reset: wrong.length, last: page.length < atOnce ? null : (page.at(-1) ?? null) };
  },
});

function expectedOn(filedAt: Date, now: Date): string {
  return nextContactOn(filedAt, now > filedAt ? now : filedAt);
}
