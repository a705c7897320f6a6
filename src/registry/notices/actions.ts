import { command, protectedRead, staffOf } from '../../access/command.ts';
import { decide } from '../../access/decide.ts';
import type { Action } from '../../access/rules.ts';
import type { Context, Moment, OpenedField } from '../../audit/context.ts';
import { type Found, look, lookInside } from '../../audit/look.ts';
import type { Db } from '../../db/connect.ts';
import { insertSealed } from '../../db/sealed-rows.ts';
import type { CommandId, EnquiryId, NoticeId } from '../../kernel/ids.ts';
import type { Page } from '../../kernel/page.ts';
import { impossible, invalid, refused } from '../../kernel/problem.ts';
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
export const composeNotice = command({
  action: 'notice.compose',
  noun: 'enquiry',
  subject: (input: ComposeNotice) => ({
    objectId: input.enquiryId,
    commandId: input.commandId,
    body: input,
  }),
  load: (tx, { enquiryId }) => lockEnquiry(tx, enquiryId),
  facts: ({ officeId }) => ({ officeId }),
  complete: async (tx, enquiry, { at }) => ({
    enquiry,
    standing: await standingOf(tx, enquiry, at.now),
  }),
  step: ({ enquiry, standing: known }, input) => {
    // Before identity and kinship are proven there is nobody to tell.
    if (enquiry.state !== 'open') {
      throw impossible('notice.enquiry_not_open', 'Identity and kinship are not proven yet.');
    }
    if (input.text.length > textMax) {
      throw invalid('notice.too_long', 'text', 'The text is too long.');
    }
    requireBorne(input.cleared, known);
    if (input.cleared.includes('grave_news') && !input.grave) {
      throw invalid('notice.grave', 'grave', 'Grave news is told as such, by a person.');
    }
    return enquiry;
  },
  prepare: async (ctx, { enquiryId }, { text }) => {
    const id = newId<'notice'>();
    return { id, sealed: await ctx.broker.sealMany([textField({ id, enquiryId }, 'text', text)]) };
  },
  write: async (tx, { input, next: enquiry, prepared: { id, sealed } }, at) => {
    const notice = newNotice(at, { ...input, id, enquiry });
    await insertNotice(tx, notice);
    const { outOfTurn: reason } = input;
    await requireTurn(tx, notice, reason ? { reason, now: at.now } : null);
    // No enquiry id on this seal: until it is told the family cannot open it.
    await insertSealed(tx, sealed, { officeId: notice.officeId, now: at.now });
    return { noticeId: notice.id, version: notice.version };
  },
});

function newNotice(
  at: Moment,
  from: ComposeNotice & { readonly id: NoticeId; readonly enquiry: Enquiry },
): Notice {
  return {
    id: from.id,
    officeId: at.actor.officeId,
    enquiryId: from.enquiry.enquiryId,
    state: 'draft',
    ladderStep: ladderAfter(from.cleared, from.enquiry.ladderStep),
    cleared: from.cleared,
    grave: from.grave,
    composedBy: staffOf(at),
    composedAt: at.now,
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
async function standingOf(tx: Db, enquiry: Enquiry, now: Date): Promise<Standing> {
  const [record] = enquiry.recordId ? await listRecords(tx, [enquiry.recordId]) : [];
  const events = record ? await listEventsOfPerson(tx, record.personId) : [];
  return standing(events, now);
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
export const submitNotice = changing('notice.compose', submit);

export const refuseNotice = changing('notice.refuse', refuse);

export const withdrawNotice = changing('notice.withdraw', withdraw);

function changing(action: Action, step: (notice: Notice) => Notice) {
  return command({
    ...onNotice(action),
    subject: (input: NoticeCommand) => subjectOf(input),
    version: ({ version }) => version,
    step: (notice) => step(notice),
    write: (tx, { next }) => keep(tx, next),
  });
}

/** Another human being approves. What bears the facts is looked at again, since it may have changed. */
export const approveNotice = command({
  ...onNotice('notice.approve'),
  ...onStanding(),
  subject: (input: NoticeCommand) => subjectOf(input),
  step: ({ notice, standing: known }) => {
    requireBorne(notice.cleared, known);
    return notice;
  },
  write: async (tx, { next: notice }, at) => {
    await requireTurn(tx, notice);
    return keep(tx, approve(notice, { staffId: staffOf(at), at: at.now }));
  },
});

/**
 * Notes that a person told the family, when and how. Only now does the family's page change: the
 * ladder rises, and the words of a notice that is not grave can be read there again.
 */
export const tellNotice = command({
  ...onNotice('notice.tell'),
  ...onStanding(),
  subject: (input: TellNotice) => subjectOf(input),
  step: ({ notice, standing: known }, input, at) => {
    // A judgement withdrawn since the approval may have taken away what the notice rests on.
    requireBorne(notice.cleared, known);
    return tell(notice, { staffId: staffOf(at), at: input.at, how: input.how }, at.now);
  },
  prepare: async (ctx, told) => {
    const text = await readTextToTell(ctx, { noticeId: told.id });
    return told.grave ? [] : ctx.broker.sealMany([textField(told, 'told_text', text)]);
  },
  write: async (tx, { input, next: told, prepared: sealed }, at) => {
    const { officeId, enquiryId } = told;
    await insertSealed(tx, sealed, { officeId, enquiryId, now: at.now });
    await raiseLadder(tx, enquiryId, told.ladderStep);
    await insertContact(tx, {
      id: newId<'contact'>(),
      officeId,
      enquiryId,
      kind: input.how === 'telephone' ? 'telephone' : 'visit',
      occurredAt: input.at,
      staffId: staffOf(at),
      outcome: 'notice_told',
      recordedAt: at.now,
    });
    return keep(tx, told);
  },
});

export interface TellNotice extends NoticeCommand {
  readonly how: TellingWay;
  readonly at: Date;
}

const readTextToTell = protectedRead({
  ...onRead(),
  find: async (_tx, { input: { noticeId } }) => ({
    fields: [{ rowId: noticeId, columnName: 'text' }],
    answer: ([field]) => textOf(field?.content) ?? '',
  }),
});

/** What commands on a notice have in common. */
function onNotice(action: Action) {
  return {
    action,
    noun: 'notice',
    load: (tx: Db, { noticeId }: NoticeCommand) => lockNotice(tx, noticeId),
    facts: noticeFacts,
  };
}

interface Held {
  readonly notice: Notice;
  readonly standing: Standing;
}

/** For commands that look again at what bears the facts. */
function onStanding() {
  return {
    complete: async (tx: Db, notice: Notice, { at }: { readonly at: Moment }): Promise<Held> => {
      const enquiry = await lockEnquiry(tx, notice.enquiryId);
      if (!enquiry) throw refused('notice');
      return { notice, standing: await standingOf(tx, enquiry, at.now) };
    },
    version: ({ notice }: Held) => notice.version,
  };
}

function subjectOf(input: NoticeCommand) {
  const { noticeId: objectId, commandId, version } = input;
  return { objectId, commandId, version, body: input };
}

async function keep(tx: Db, notice: Notice): Promise<NoticeAnswer> {
  const version = await updateNotice(tx, notice);
  return { noticeId: notice.id, state: notice.state, version };
}

export interface OpenedNotice {
  readonly notice: Notice;
  readonly text: string | null;
  readonly outOfTurn: string | null;
  readonly names: ReadonlyMap<string, string>;
}

interface AskedNotice {
  readonly noticeId: NoticeId;
}

/** One notice with its words. */
export const readNotice = protectedRead({
  ...onRead(),
  find: async (tx, { loaded: notice }): Promise<Found<OpenedNotice>> => {
    const [outOfTurn = null] = (await listOutOfTurn(tx, [notice.id])).values();
    const names = await namesOf(tx, [notice]);
    return {
      fields: [{ rowId: notice.id, columnName: 'text' }],
      answer: ([field]) => ({ notice, text: textOf(field?.content), outOfTurn, names }),
    };
  },
});

/** What reads of one notice have in common. */
function onRead() {
  return {
    action: 'notice.read' as const,
    noun: 'notice',
    objectId: ({ noticeId }: AskedNotice) => noticeId,
    load: (tx: Db, { noticeId }: AskedNotice) => findNotice(tx, noticeId),
    facts: noticeFacts,
  };
}

/** Every notice of one enquiry, newest first, with its words. */
export function readNoticesOfEnquiry(
  ctx: Context,
  { enquiryId }: { readonly enquiryId: EnquiryId },
): Promise<readonly OpenedNotice[]> {
  return lookInside(ctx, { action: 'notice.read', objectId: enquiryId }, async (tx) => {
    const notices = (await listNoticesOfEnquiry(tx, enquiryId)).filter((notice) =>
      decide(ctx, 'notice.read', noticeFacts(notice)),
    );
    const ids = notices.map(({ id }) => id);
    const names = await namesOf(tx, notices);
    const reasons = await listOutOfTurn(tx, ids);
    return {
      fields: ids.map((rowId) => ({ rowId, columnName: 'text' })),
      answer: (opened) => {
        const texts = textsOf(opened);
        return notices.map((notice) => ({
          notice,
          text: texts.get(notice.id) ?? null,
          outOfTurn: reasons.get(notice.id) ?? null,
          names,
        }));
      },
    };
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
export async function toldToFamily(
  ctx: Context,
  enquiryId: EnquiryId,
): Promise<readonly { on: string; how: TellingWay; text: string | null }[]> {
  const unlocked = await ctx.broker.unlocked();
  return lookInside(ctx, { action: 'notice.read', objectId: enquiryId }, async (tx) => {
    const told = (await listNoticesOfEnquiry(tx, enquiryId)).filter((notice) =>
      decide(ctx, 'notice.read', noticeFacts(notice)),
    );
    const readable = unlocked ? told.filter((notice) => !notice.grave) : [];
    return {
      fields: readable.map(({ id }) => ({ rowId: id, columnName: 'told_text' })),
      answer: (opened) => {
        const texts = textsOf(opened);
        return told.flatMap(({ id, toldAt, toldHow: how }) =>
          toldAt && how
            ? [{ on: toldAt.toISOString().slice(0, 10), how, text: texts.get(id) ?? null }]
            : [],
        );
      },
    };
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

function textsOf(opened: readonly OpenedField[]): ReadonlyMap<string, string | null> {
  return new Map(opened.map((field) => [field.rowId, textOf(field.content)]));
}
