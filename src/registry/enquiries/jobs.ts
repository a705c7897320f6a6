import { dropUploadsOf } from '../../access/upload-queries.ts';
import { act } from '../../audit/act.ts';
import type { Context } from '../../audit/context.ts';
import { newId } from '../../vault/random.ts';
import { eraseAfter, lastContactDay, nextContactOn, waitsOf } from './contact-days.ts';
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
 * `contact.due`, hourly: makes every contact of the timetable whose hour has come. All that are due are
 * made in one run, so that how many others are due never moves a family's contact (settled 7).
 */
export async function makeDueContacts(ctx: Context): Promise<{ readonly made: number }> {
  let made = 0;
  for (let round = 0; round < roundsMax; round += 1) {
    const some = await makeSomeContacts(ctx);
    made += some.made;
    if (some.made < atOnce) break;
  }
  return { made };
}

/**
 * Notes that contacts were made and sets their next day. Safe to run twice: a contact made moves the
 * day on in the same transaction.
 */
function makeSomeContacts(ctx: Context): Promise<{ readonly made: number }> {
  return act(ctx, 'contact.due', { objectId: ctx.actor.officeId }, async (tx) => {
    const due = await listContactsDue(tx, lastContactDay(ctx.now), atOnce);
    for (const enquiry of due) {
      await insertContact(tx, {
        id: newId<'contact'>(),
        officeId: enquiry.officeId,
        enquiryId: enquiry.enquiryId,
        kind: 'timetable',
        occurredAt: ctx.now,
        staffId: null,
        outcome: null,
        recordedAt: ctx.now,
      });
      await updateEnquiry(tx, {
        ...enquiry,
        nextContactOn: nextContactOn(enquiry.filedAt, ctx.now),
        version: enquiry.version + 1,
      });
    }
    return { made: due.length };
  });
}

/**
 * `enquiry.erase`, hourly: erases filings whose identity was not proven in thirty days, and
 * those the family took back before they became a record. All that are due go in one run, however
 * many others wait for the desk. Safe to run twice.
 */
export async function eraseUnproven(ctx: Context): Promise<{ readonly erased: number }> {
  let erased = 0;
  let after: FiledMark | null = null;
  for (let round = 0; round < roundsMax; round += 1) {
    const some: Erased = await eraseSome(ctx, after);
    erased += some.erased;
    after = some.last;
    if (!after) break;
  }
  return { erased };
}

interface Erased {
  readonly erased: number;
  /** The last one looked at; null when there are no more. */
  readonly last: FiledMark | null;
}

function eraseSome(ctx: Context, after: FiledMark | null): Promise<Erased> {
  return act(ctx, 'enquiry.erase', { objectId: ctx.actor.officeId }, async (tx) => {
    const filedBefore = new Date(ctx.now.getTime() - 29 * dayMs);
    const candidates = await listEraseCandidates(tx, { filedBefore, after, limit: atOnce });
    let erased = 0;
    for (const candidate of candidates) {
      const { papersAt, checksAt, ...enquiry } = candidate;
      const due = eraseAfter(enquiry.filedAt, waitsOf(papersAt, checksAt));
      const takenBack = enquiry.state === 'withdrawn';
      if (!takenBack && (!due || due > ctx.now)) continue;
      await deleteFilingContents(tx, enquiry.enquiryId);
      await dropUploadsOf(tx, enquiry.enquiryId);
      await updateEnquiry(tx, { ...enquiry, state: 'erased', version: enquiry.version + 1 });
      erased += 1;
    }
    const last = candidates.at(-1);
    const { filedAt = ctx.now, enquiryId = '' } = last ?? {};
    return { erased, last: candidates.length < atOnce ? null : { filedAt, enquiryId } };
  });
}

/**
 * Sets every next contact to what the time since filing says, after the clock was set back: contacts
 * made while it was ahead moved the next ones too far. Answers how many were wrong.
 */
export async function resetContactDays(ctx: Context): Promise<{ readonly reset: number }> {
  let reset = 0;
  let after: FiledMark | null = null;
  for (let round = 0; round < roundsMax; round += 1) {
    const from: FiledMark | null = after;
    const some = await act(ctx, 'contact.due', { objectId: ctx.actor.officeId }, async (tx) => {
      const page = await listContacted(tx, { after: from, limit: atOnce });
      const wrong = page.filter((each) => each.nextContactOn > expectedOn(each.filedAt, ctx.now));
      for (const enquiry of wrong) {
        const next = expectedOn(enquiry.filedAt, ctx.now);
        await updateEnquiry(tx, { ...enquiry, nextContactOn: next, version: enquiry.version + 1 });
      }
      const last = page.length < atOnce ? null : (page.at(-1) ?? null);
      return { reset: wrong.length, last };
    });
    reset += some.reset;
    after = some.last;
    if (!after) break;
  }
  return { reset };
}

function expectedOn(filedAt: Date, now: Date): string {
  return nextContactOn(filedAt, now > filedAt ? now : filedAt);
}
