import { decide, judge } from '../../access/decide.ts';
import type { Action } from '../../access/rules.ts';
import { act } from '../../audit/act.ts';
import type { Context } from '../../audit/context.ts';
import { look } from '../../audit/look.ts';
import type { Db } from '../../db/connect.ts';
import { insertSealed } from '../../db/sealed-rows.ts';
import type { CommandId, EnquiryId, NoticeId, StaffId } from '../../kernel/ids.ts';
import type { Page } from '../../kernel/page.ts';
import {
  impossible,
  invalid,
  needsFreshPasskey,
  refused,
  requireVersion,
} from '../../kernel/problem.ts';
import { newId } from '../../vault/random.ts';
import type { Enquiry } from '../enquiries/enquiry.ts';
import { insertContact, lockEnquiry } from '../enquiries/queries.ts';
import { listEventsOfPerson } from '../events/queries.ts';
import { type Standing, standing } from '../events/standing.ts';
import { listStaffNames } from '../persons/queries.ts';
import { listRecords } from '../records/queries.ts';
import {
  approve,
  type ClearedFact,
  ladderAfter,
  type Notice,
  type NoticeState,
  refuse,
  requireBorne,
  submit,
  type TellingWay,
  tell,
  withdraw,
} from './notice.ts';
import { noticeFacts } from './policy.ts';
import {
  findNotice,
  insertNotice,
  listNotices,
  listNoticesOfEnquiry,
  listOutOfTurn,
  lockNotice,
  raiseLadder,
  updateNotice,
} from './queries.ts';
import { type OutOfTurnReason, requireTurn } from './turn.ts';

const textMax = 4_000;

export interface ComposeNotice {
  readonly enquiryId: EnquiryId;
  readonly cleared: readonly ClearedFact[];
  readonly text: string;
  readonly grave: boolean;
  /** Why this relative hears it before the primary contact, where that is so. */
  readonly outOfTurn?: OutOfTurnReason | null;
  readonly commandId: CommandId;
}

/** Writes a notice from cleared facts. Nothing reaches the family by this. */
export function composeNotice(
  ctx: Context,
  input: ComposeNotice,
): Promise<{ readonly noticeId: NoticeId; readonly version: number }> {
  const { enquiryId, commandId, text } = input;
  const subject = { objectId: enquiryId, commandId, body: input };
  return act(ctx, 'notice.compose', subject, async (tx) => {
    const enquiry = await lockEnquiry(tx, enquiryId);
    if (!enquiry || !decide(ctx, 'notice.compose', { officeId: enquiry.officeId })) {
      throw refused('enquiry');
    }
    // Before identity and kinship are proven there is nobody to tell.
    if (enquiry.state !== 'open') {
      throw impossible('notice.enquiry_not_open', 'Identity and kinship are not proven yet.');
    }
    if (text.length > textMax) throw invalid('notice.too_long', 'text', 'The text is too long.');
    requireBorne(input.cleared, await standingOf(ctx, tx, enquiry));
    if (input.cleared.includes('grave_news') && !input.grave) {
      throw invalid('notice.grave', 'grave', 'Grave news is told as such, by a person.');
    }
    const notice = newNotice(ctx, { ...input, enquiry });
    await insertNotice(tx, notice);
    const { outOfTurn: reason } = input;
    await requireTurn(tx, notice, reason ? { reason, now: ctx.now } : null);
    // No enquiry id on this seal: until it is told the family cannot open it.
    const sealed = await ctx.broker.sealMany([textField(notice, 'text', text)]);
    await insertSealed(tx, sealed, { officeId: notice.officeId, now: ctx.now });
    return { noticeId: notice.id, version: notice.version };
  });
}

function newNotice(ctx: Context, from: ComposeNotice & { readonly enquiry: Enquiry }): Notice {
  return {
    id: newId<'notice'>(),
    officeId: ctx.actor.officeId,
    enquiryId: from.enquiry.enquiryId,
    state: 'draft',
    ladderStep: ladderAfter(from.cleared, from.enquiry.ladderStep),
    cleared: from.cleared,
    grave: from.grave,
    composedBy: staffOf(ctx),
    composedAt: ctx.now,
    approvedBy: null,
    approvedAt: null,
    toldBy: null,
    toldAt: null,
    toldHow: null,
    version: 1,
  };
}

function textField(notice: Pick<Notice, 'id' | 'enquiryId'>, columnName: string, text: string) {
  return {
    tableName: 'notices',
    columnName,
    rowId: notice.id,
    subjectId: notice.enquiryId,
    compartment: 'contact',
    content: { text },
  } as const;
}

/** What is known of the person this family asks about. */
async function standingOf(ctx: Context, tx: Db, enquiry: Enquiry): Promise<Standing> {
  const [record] = enquiry.recordId ? await listRecords(tx, [enquiry.recordId]) : [];
  const events = record ? await listEventsOfPerson(tx, record.personId) : [];
  return standing(events, ctx.now);
}

export interface NoticeCommand {
  readonly noticeId: NoticeId;
  readonly version: number;
  readonly commandId: CommandId;
}

export interface NoticeAnswer {
  readonly noticeId: NoticeId;
  readonly state: NoticeState;
  readonly version: number;
}

/** Hands the notice to the second person. */
export function submitNotice(ctx: Context, input: NoticeCommand): Promise<NoticeAnswer> {
  return change(ctx, 'notice.compose', input, async (notice) => submit(notice));
}

/** Another human being approves. What bears the facts is looked at again, since it may have changed. */
export function approveNotice(ctx: Context, input: NoticeCommand): Promise<NoticeAnswer> {
  return change(ctx, 'notice.approve', input, async (notice, tx) => {
    const enquiry = await lockEnquiry(tx, notice.enquiryId);
    if (!enquiry) throw refused('notice');
    requireBorne(notice.cleared, await standingOf(ctx, tx, enquiry));
    await requireTurn(tx, notice);
    return approve(notice, { staffId: staffOf(ctx), at: ctx.now });
  });
}

export function refuseNotice(ctx: Context, input: NoticeCommand): Promise<NoticeAnswer> {
  return change(ctx, 'notice.refuse', input, async (notice) => refuse(notice));
}

export function withdrawNotice(ctx: Context, input: NoticeCommand): Promise<NoticeAnswer> {
  return change(ctx, 'notice.withdraw', input, async (notice) => withdraw(notice));
}

/**
 * Notes that a person told the family, when and how. Only now does the family's page change: the
 * ladder rises, and the words of a notice that is not grave can be read there again.
 */
export async function tellNotice(
  ctx: Context,
  input: NoticeCommand & { readonly how: TellingWay; readonly at: Date },
): Promise<NoticeAnswer> {
  const text = await readTextToTell(ctx, input.noticeId);
  return change(ctx, 'notice.tell', input, async (notice, tx) => {
    // A judgement withdrawn since the approval may have taken away what the notice rests on.
    const enquiry = await lockEnquiry(tx, notice.enquiryId);
    if (!enquiry) throw refused('notice');
    requireBorne(notice.cleared, await standingOf(ctx, tx, enquiry));
    const told = tell(notice, { staffId: staffOf(ctx), at: input.at, how: input.how }, ctx.now);
    if (!notice.grave) {
      const sealed = await ctx.broker.sealMany([textField(notice, 'told_text', text)]);
      const { officeId, enquiryId } = notice;
      await insertSealed(tx, sealed, { officeId, enquiryId, now: ctx.now });
    }
    await raiseLadder(tx, notice.enquiryId, notice.ladderStep);
    await insertContact(tx, {
      id: newId<'contact'>(),
      officeId: notice.officeId,
      enquiryId: notice.enquiryId,
      kind: input.how === 'telephone' ? 'telephone' : 'visit',
      occurredAt: input.at,
      staffId: staffOf(ctx),
      outcome: 'notice_told',
      recordedAt: ctx.now,
    });
    return told;
  });
}

function readTextToTell(ctx: Context, noticeId: NoticeId): Promise<string> {
  return look(ctx, 'notice.read', { objectId: noticeId }, async (tx, unseal) => {
    const notice = await findNotice(tx, noticeId);
    if (!notice || !decide(ctx, 'notice.read', noticeFacts(notice))) throw refused('notice');
    const [field] = await unseal([{ rowId: noticeId, columnName: 'text' }]);
    return textOf(field?.content) ?? '';
  });
}

function change(
  ctx: Context,
  action: Action,
  input: NoticeCommand,
  step: (notice: Notice, tx: Db) => Promise<Notice>,
): Promise<NoticeAnswer> {
  const { noticeId, commandId } = input;
  return act(ctx, action, { objectId: noticeId, commandId, body: input }, async (tx) => {
    const notice = await lockNotice(tx, noticeId);
    if (!notice) throw refused('notice');
    const verdict = judge(ctx, action, noticeFacts(notice));
    if (verdict === 'not_fresh') throw needsFreshPasskey();
    if (verdict === 'refused') throw refused('notice');
    requireVersion('notice', notice.version, input.version);
    const changed = await step(notice, tx);
    const version = await updateNotice(tx, changed);
    return { noticeId, state: changed.state, version };
  });
}

export interface OpenedNotice {
  readonly notice: Notice;
  readonly text: string | null;
  readonly outOfTurn: string | null;
  readonly names: ReadonlyMap<string, string>;
}

/** One notice with its words. */
export function readNotice(
  ctx: Context,
  { noticeId }: { readonly noticeId: NoticeId },
): Promise<OpenedNotice> {
  return look(ctx, 'notice.read', { objectId: noticeId }, async (tx, unseal) => {
    const notice = await findNotice(tx, noticeId);
    if (!notice || !decide(ctx, 'notice.read', noticeFacts(notice))) throw refused('notice');
    const [field] = await unseal([{ rowId: noticeId, columnName: 'text' }]);
    const [outOfTurn = null] = (await listOutOfTurn(tx, [noticeId])).values();
    return { notice, text: textOf(field?.content), outOfTurn, names: await namesOf(tx, [notice]) };
  });
}

/** Every notice of one enquiry, newest first, with its words. */
export function readNoticesOfEnquiry(
  ctx: Context,
  { enquiryId }: { readonly enquiryId: EnquiryId },
): Promise<readonly OpenedNotice[]> {
  return look(ctx, 'notice.read', { objectId: enquiryId }, async (tx, unseal) => {
    const notices = (await listNoticesOfEnquiry(tx, enquiryId)).filter((notice) =>
      decide(ctx, 'notice.read', noticeFacts(notice)),
    );
    const opened = await unseal(notices.map(({ id }) => ({ rowId: id, columnName: 'text' })));
    const texts = new Map(opened.map((field) => [field.rowId, textOf(field.content)]));
    const names = await namesOf(tx, notices);
    const reasons = await listOutOfTurn(
      tx,
      notices.map(({ id }) => id),
    );
    return notices.map((notice) => ({
      notice,
      text: texts.get(notice.id) ?? null,
      outOfTurn: reasons.get(notice.id) ?? null,
      names,
    }));
  });
}

/** A queue of notices; nothing sealed is opened. */
export function readNotices(
  ctx: Context,
  asked: { readonly state: NoticeState; readonly offset: number },
): Promise<Page<Notice> & { readonly names: ReadonlyMap<string, string> }> {
  return look(ctx, 'queue.read', { objectId: ctx.actor.officeId }, async (tx) => {
    if (!decide(ctx, 'queue.read', { officeId: ctx.actor.officeId })) throw refused('notice');
    const page = await listNotices(tx, { ...asked, limit: 20 });
    return { ...page, names: await namesOf(tx, page.rows) };
  });
}

/** What a family was told, as it may read it again; empty while nobody told it anything. */
export function toldToFamily(
  ctx: Context,
  enquiryId: EnquiryId,
): Promise<readonly { on: string; how: TellingWay; text: string | null }[]> {
  return look(ctx, 'notice.read', { objectId: enquiryId }, async (tx, unseal) => {
    const told = (await listNoticesOfEnquiry(tx, enquiryId)).filter((notice) =>
      decide(ctx, 'notice.read', noticeFacts(notice)),
    );
    const readable = told.filter((notice) => !notice.grave);
    const open = readable.length > 0 && (await ctx.broker.unlocked());
    const fields = readable.map(({ id }) => ({ rowId: id, columnName: 'told_text' }));
    const opened = open ? await unseal(fields) : [];
    const texts = new Map(opened.map((field) => [field.rowId, textOf(field.content)]));
    return told.flatMap(({ id, toldAt, toldHow }) =>
      toldAt && toldHow
        ? [{ on: toldAt.toISOString().slice(0, 10), how: toldHow, text: texts.get(id) ?? null }]
        : [],
    );
  });
}

function namesOf(tx: Db, notices: readonly Notice[]) {
  const people = notices.flatMap((notice) => [
    notice.composedBy,
    ...(notice.approvedBy ? [notice.approvedBy] : []),
    ...(notice.toldBy ? [notice.toldBy] : []),
  ]);
  return listStaffNames(tx, people);
}

function textOf(content: unknown): string | null {
  return (content as { text: string } | undefined)?.text ?? null; // Sealed as { text }.
}

/** Only staff pass the rules for the desk's acts. */
function staffOf(ctx: Context): StaffId {
  if (ctx.actor.kind !== 'staff') throw refused('notice');
  return ctx.actor.staffId;
}
