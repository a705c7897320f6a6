import { z } from 'zod';
import {
  commandShape,
  type DeskRoute,
  deskRoute,
  idShape,
  offsetShape,
  reasonShape,
  textShape,
} from '../../access/desk-route.ts';
import { queuePermissions } from '../../access/permissions.ts';
import type { Description } from '../../kernel/description.ts';
import { type DateReading, parsePartialDate } from '../../kernel/partial-date.ts';
import { readDate } from '../../matching/reading/dates.ts';
import { searchRecords, withdrawJudgement } from '../persons/actions.ts';
import { judgementPermissions, personPermissions } from '../persons/permissions.ts';
import { withdrawalReasons } from '../persons/person.ts';
import { readUnmatchedCustody } from '../records/actions.ts';
import { recordPermissions } from '../records/permissions.ts';
import { correctRecord, readPerson, recordEvent } from './actions.ts';
import { type Grade, parseGrade } from './event.ts';
import { eventKinds } from './event-kinds.ts';
import { eventPermissions } from './permissions.ts';
import { presentPersonForDesk } from './present.ts';

const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((text) => parsePartialDate(text) !== null);
const grade = z
  .string()
  .refine((text) => parseGrade(text) !== null)
  .transform((text) => text as Grade); // Shape checked.
const reason = textShape(400).pipe(z.string().min(1));

function writeRoutes(): readonly DeskRoute[] {
  return [
    deskRoute({
      method: 'post',
      path: '/judgements/:id/withdraw',
      permission: judgementPermissions.withdraw,
      versioned: true,
      body: reasonShape(withdrawalReasons),
      run: ({ ctx, id, body, version }) =>
        withdrawJudgement(ctx, { judgementId: id<'judgement'>(), version, ...body }),
    }),
    deskRoute({
      method: 'post',
      path: '/records/:id/events',
      permission: eventPermissions.record,
      body: z.object({
        kind: z.enum(eventKinds.map(({ kind }) => kind)),
        occurredFrom: day.nullish(),
        occurredTo: day.nullish(),
        grade,
        correctsId: idShape<'event'>().nullish(),
        commandId: commandShape,
      }),
      run: ({ ctx, id, body }) =>
        recordEvent(ctx, {
          recordId: id<'record'>(),
          kind: body.kind,
          occurredFrom: body.occurredFrom ?? null,
          occurredTo: body.occurredTo ?? null,
          grade: body.grade,
          correctsId: body.correctsId ?? null,
          commandId: body.commandId,
        }),
    }),
    deskRoute({
      method: 'post',
      path: '/records/:id/correct',
      permission: recordPermissions.correct,
      body: z.object({ description: describedShape, reason, commandId: commandShape }),
      run: ({ ctx, id, body }) =>
        correctRecord(ctx, {
          ...body,
          recordId: id<'record'>(),
          description: described(body.description),
        }),
    }),
  ];
}

const words = textShape(300);
const partialDateShape = z.string().transform((text, context) => {
  const date = parsePartialDate(text);
  if (date) return date;
  context.addIssue({ code: 'custom', message: 'no date' });
  return z.NEVER;
});
/**
 * A date as it is written, or with the reading that its list gave it: unchanged dates are not read
 * again.
 */
const dateShape = z.union([
  words,
  z.strictObject({
    raw: words,
    value: partialDateShape.nullable(),
    alternative: partialDateShape.optional(),
    rule: z.string().max(60),
  }),
]);
const describedShape = z.strictObject({
  names: z
    .array(
      z.strictObject({
        full: words.pipe(z.string().min(1)),
        surname: words.optional(),
        given: words.optional(),
        patronymic: words.optional(),
        language: z.string().max(8).optional(),
        kind: z.enum(['main', 'alias', 'maiden', 'former']).optional(),
      }),
    )
    .min(1)
    .max(12),
  sex: z.enum(['m', 'f']).optional(),
  birth: dateShape.optional(),
  birthplace: words.optional(),
  unit: words.optional(),
  rank: words.optional(),
  callsign: words.optional(),
  captured: dateShape.optional(),
  capturedPlace: words.optional(),
  lastContact: dateShape.optional(),
  lastSeenPlace: words.optional(),
  father: words.optional(),
  motherMaidenName: words.optional(),
  relatives: z.array(words).max(20).optional(),
  kinAddress: words.optional(),
  power: words.optional(),
  armyNumber: words.optional(),
  sourceNumber: words.optional(),
  taxNumber: words.optional(),
  documents: z.array(words).max(20).optional(),
  note: textShape(4_000).optional(),
});

type GivenDate = z.output<typeof dateShape>;

function dateOf(given: GivenDate, of?: 'event'): DateReading {
  if (typeof given === 'string') return readDate(given, of ? { of } : {});
  const { alternative, ...reading } = given;
  return alternative ? { ...reading, alternative } : reading;
}

/** Dates are sent as they are written and read here, by the one date reader. */
function described(given: z.output<typeof describedShape>): Description {
  const { birth, captured, lastContact, ...rest } = given;
  const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    ...(said as unknown as Omit<Description, 'birth' | 'captured' | 'lastContact'>), // Parsed by the schema above.
    ...(birth ? { birth: dateOf(birth) } : {}),
    ...(captured ? { captured: dateOf(captured, 'event') } : {}),
    ...(lastContact ? { lastContact: dateOf(lastContact, 'event') } : {}),
  };
}

/** Persons with their records, judgements and events; search; listed people without an enquiry. */
export const personRoutes: readonly DeskRoute[] = [
  deskRoute({
    method: 'get',
    path: '/persons/:id',
    permission: personPermissions.read,
    query: z.object({ asOf: day.optional() }),
    run: async ({ ctx, id, query }) => {
      // To the end of the requested day.
      const asOf = query.asOf ? { asOf: new Date(`${query.asOf}T23:59:59.999Z`) } : {};
      return presentPersonForDesk(await readPerson(ctx, { personId: id<'person'>(), ...asOf }));
    },
  }),
  deskRoute({
    method: 'get',
    path: '/unmatched',
    permission: queuePermissions.read,
    query: z.object({ after: offsetShape }),
    run: ({ ctx, query }) => readUnmatchedCustody(ctx, { after: query.after }),
  }),
  deskRoute({
    method: 'post',
    path: '/search',
    permission: personPermissions.search,
    body: z.object({
      name: textShape(200).pipe(z.string().min(2)),
      birth: z.string().max(40).optional(),
    }),
    run: async ({ ctx, body }) => {
      const birth = body.birth ? readDate(body.birth).value : null;
      const rows = await searchRecords(ctx, { name: body.name, ...(birth ? { birth } : {}) });
      return {
        rows: rows.map((row) => ({
          recordId: row.recordId,
          personId: row.personId,
          initials: row.initials,
          birthYear: row.birthYear,
          band: row.band,
          side: row.side,
        })),
      };
    },
  }),
  ...writeRoutes(),
];
