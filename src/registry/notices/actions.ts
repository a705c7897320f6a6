import { command, onOffice, protectedRead, staffOf } from '../../access/command.ts';
import { decide } from '../../access/decide.ts';
import type { Permission } from '../../access/permission.ts';
import { queuePermissions } from '../../access/permissions.ts';
import type { Context, Moment } from '../../audit/context.ts';
import type { Found } from '../../audit/read.ts';
import type { Db } from '../../db/connect.ts';
import { insertSealed } from '../../db/sealed-rows.ts';
import type { CommandId, EnquiryId, NoticeId } from '../../kernel/ids.ts';
import type { Page } from '../../kernel/page.ts';
import { impossible, invalid, refused } from '../../kernel/problem.ts';
import { newId } from '../../vault/random.ts';
import type { Enquiry } from '../enquiries/enquiry.ts';
import { findEnquiry, insertContact, lockEnquiry } from '../enquiries/queries.ts';
import { listEventsOfPerson } from '../events/queries.ts';
import { type Standing, standing } from '../events/standing.ts';
import { listStaffNames } from '../persons/queries.ts';
import { listRecords } from '../records/queries.ts';
import { noticeFacts } from './facts.ts';
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
import { noticePermissions } from './permissions.ts';
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
import { sealedNoticeText, sealedToldText } from './sealed.ts';
import { type OutOfTurnReason, requireTurn } from './turn.ts';

const textMax = 4_000;

export interface ComposeNotice {
  readonly enquiryId: EnquiryId;
  readonly cleared: readonly ClearedFact[];
  readonly text: string;
  readonly grave: boolean;
  /** Why this relative is told before the primary contact, if that is so. */
  readonly outOfTurn?: OutOfTurnReason | null;
  readonly commandId: CommandId;
}

/** Composes a notice from cleared facts. Nothing reaches the family by this. */
export const composeNotice = command({
  permission: noticePermissions.compose,
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
    // Before identity and kinship are proven there is no one to tell.
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
    return {
      id,
      sealed: await ctx.broker.sealMany([textField(sealedNoticeText, { id, enquiryId }, text)]),
    };
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

function textField(
  field: typeof sealedNoticeText,
  { id, enquiryId }: Pick<Notice, 'id' | 'enquiryId'>,
  text: string,
) {
  return field.item({ rowId: id, subjectId: enquiryId }, { text });
}

/** What is known about the person this family seeks. */
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

/** Submits the notice to the second person. */
export const submitNotice = changing(noticePermissions.compose, submit);

export const refuseNotice = changing(noticePermissions.refuse, refuse);

export const withdrawNotice = changing(noticePermissions.withdraw, withdraw);

function changing(permission: Permission, step: (notice: Notice) => Notice) {
  return command({
    ...onNotice(permission),
    subject: (input: NoticeCommand) => subjectOf(input),
    version: ({ version }) => version,
    step: (notice) => step(notice),
    write: (tx, { next }) => keep(tx, next),
  });
}

/** Another person approves. The basis of the facts is checked again, since it may have changed. */
export const approveNotice = command({
  ...onNotice(noticePermissions.approve),
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
 * Records that a person told the family, when and how. Only now does the family's page change: the
 * ladder rises, and the family can read the words of a notice that is not grave.
 */
export const tellNotice = command({
  ...onNotice(noticePermissions.tell),
  ...onStanding(),
  subject: (input: TellNotice) => subjectOf(input),
  step: ({ notice, standing: known }, input, at) => {
    // A judgement withdrawn since the approval may have removed the basis of the notice.
    requireBorne(notice.cleared, known);
    return tell(notice, { staffId: staffOf(at), at: input.at, how: input.how }, at.now);
  },
  prepare: async (ctx, told) => {
    const text = await readTextToTell(ctx, { noticeId: told.id });
    return told.grave ? [] : ctx.broker.sealMany([textField(sealedToldText, told, text)]);
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
  opens: true,
  find: async (_tx, { input: { noticeId } }) => ({
    fields: [sealedNoticeText.of(noticeId)],
    answer: (opened) => sealedNoticeText.read(opened, noticeId)?.text ?? '',
  }),
});

/** The common parts of commands on a notice. */
function onNotice(permission: Permission) {
  return {
    permission,
    noun: 'notice',
    load: (tx: Db, { noticeId }: NoticeCommand) => lockNotice(tx, noticeId),
    facts: noticeFacts,
  };
}

interface Held {
  readonly notice: Notice;
  readonly standing: Standing;
}

/** For commands that check the basis of the facts again. */
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

interface NoticeRequest {
  readonly noticeId: NoticeId;
}

/** One notice with its words. */
export const readNotice = protectedRead({
  ...onRead(),
  opens: true,
  find: async (tx, { loaded: notice }): Promise<Found<OpenedNotice>> => {
    const [outOfTurn = null] = (await listOutOfTurn(tx, [notice.id])).values();
    const names = await namesOf(tx, [notice]);
    return {
      fields: [sealedNoticeText.of(notice.id)],
      answer: (opened) => {
        const text = sealedNoticeText.read(opened, notice.id)?.text ?? null;
        return { notice, text, outOfTurn, names };
      },
    };
  },
});

/** The common parts of reads of one notice. */
function onRead() {
  return {
    permission: noticePermissions.read,
    noun: 'notice',
    objectId: ({ noticeId }: NoticeRequest) => noticeId,
    load: (tx: Db, { noticeId }: NoticeRequest) => findNotice(tx, noticeId),
    facts: noticeFacts,
  };
}

/**
 * Every notice of one enquiry, newest first, with its words; part of a read that decides and logs.
 */
export async function findNoticesOfEnquiry(
  tx: Db,
  enquiryId: EnquiryId,
): Promise<Found<readonly OpenedNotice[]>> {
  const notices = await listNoticesOfEnquiry(tx, enquiryId);
  const ids = notices.map(({ id }) => id);
  const names = await namesOf(tx, notices);
  const reasons = await listOutOfTurn(tx, ids);
  return {
    fields: ids.map((rowId) => sealedNoticeText.of(rowId)),
    answer: (opened) =>
      notices.map((notice) => ({
        notice,
        text: sealedNoticeText.read(opened, notice.id)?.text ?? null,
        outOfTurn: reasons.get(notice.id) ?? null,
        names,
      })),
  };
}

interface NoticesRequest {
  readonly enquiryId: EnquiryId;
}

/** The common parts of reads of all notices of one enquiry. */
function ofEnquiry<Asked extends NoticesRequest>() {
  return {
    permission: noticePermissions.read,
    noun: 'enquiry',
    objectId: ({ enquiryId }: Asked) => enquiryId,
    load: (tx: Db, { enquiryId }: Asked) => findEnquiry(tx, enquiryId),
    facts: ({ officeId, enquiryId }: Enquiry) => ({ officeId, enquiryId }),
  };
}

interface QueueRequest {
  readonly state: NoticeState;
  readonly offset: number;
}

type NoticeQueue = Page<Notice> & { readonly names: ReadonlyMap<string, string> };

/** A queue of notices; nothing sealed is opened. */
export const readNotices = protectedRead({
  ...onOffice('notice'),
  permission: queuePermissions.read,
  find: async (tx, { input }: { readonly input: QueueRequest }): Promise<Found<NoticeQueue>> => {
    const page = await listNotices(tx, { ...input, limit: 20 });
    const names = await namesOf(tx, page.rows);
    return { fields: [], answer: () => ({ ...page, names }) };
  },
});

interface ToldNotice {
  readonly on: string;
  readonly how: TellingWay;
  readonly text: string | null;
}

/** What a family was told, as it may read it again; empty if nothing was told. */
export async function toldToFamily(
  ctx: Context,
  enquiryId: EnquiryId,
): Promise<readonly ToldNotice[]> {
  return readTold(ctx, { enquiryId, unlocked: await ctx.broker.unlocked() });
}

const readTold = protectedRead({
  ...ofEnquiry<NoticesRequest & { readonly unlocked: boolean }>(),
  opens: true,
  find: async (
    tx,
    { input: { enquiryId, unlocked } },
    at,
  ): Promise<Found<readonly ToldNotice[]>> => {
    const told = (await listNoticesOfEnquiry(tx, enquiryId)).filter((notice) =>
      decide(at, noticePermissions.read, noticeFacts(notice)),
    );
    const readable = unlocked ? told.filter((notice) => !notice.grave) : [];
    return {
      fields: readable.map(({ id }) => sealedToldText.of(id)),
      answer: (opened) => {
        const textOf = (id: string) => sealedToldText.read(opened, id)?.text ?? null;
        return told.flatMap(({ id, toldAt, toldHow: how }) =>
          toldAt && how ? [{ on: toldAt.toISOString().slice(0, 10), how, text: textOf(id) }] : [],
        );
      },
    };
  },
});

function namesOf(tx: Db, notices: readonly Notice[]) {
  const people = notices.flatMap((notice) => [
    notice.composedBy,
    ...(notice.approvedBy ? [notice.approvedBy] : []),
    ...(notice.toldBy ? [notice.toldBy] : []),
  ]);
  return listStaffNames(tx, people);
}
