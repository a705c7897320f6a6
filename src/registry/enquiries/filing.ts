import type { Description, WrittenName } from '../../kernel/description.ts';
import type { DateReading } from '../../kernel/partial-date.ts';
import { readDate } from '../../matching/reading/dates.ts';
import { type Kinship, kinships } from './enquiry.ts';

/** The enquirer and contact details; sealed, and never part of what leaves the bureau. */
export interface Enquirer {
  readonly name: string;
  readonly relationship: Kinship;
  readonly birth?: DateReading;
  readonly phone?: string;
  readonly email?: string;
  readonly address?: string;
  /** When it is safe to telephone, in the family's own words. */
  readonly callHours?: string;
}

/** Separate consents, each given by itself and revocable (domain 2.5). */
export interface Consents {
  readonly centralAgency: boolean;
  readonly otherBureau: boolean;
  readonly contact: boolean;
}

/** What a family sends, sealed before it is stored. */
export interface Intake {
  readonly sought: Description;
  readonly enquirer: Enquirer;
  readonly circumstances: string;
  readonly consents: Consents;
}

interface FieldRule {
  readonly max: number;
  readonly lines?: true;
  readonly required?: true;
}

/** Every field of the form with its maximum length. Unlisted fields are not read. */
export const filingFields = {
  surname: { max: 100 },
  given: { max: 100 },
  patronymic: { max: 100 },
  otherNames: { max: 600, lines: true },
  sex: { max: 1 },
  birth: { max: 60 },
  birthplace: { max: 200 },
  father: { max: 200 },
  motherMaidenName: { max: 100 },
  lastContact: { max: 60 },
  lastSeenPlace: { max: 200 },
  unit: { max: 120 },
  rank: { max: 80 },
  callsign: { max: 80 },
  documentNumber: { max: 60 },
  circumstances: { max: 4000, lines: true },
  enquirerName: { max: 200, required: true },
  relationship: { max: 20, required: true },
  enquirerBirth: { max: 60 },
  phone: { max: 40 },
  email: { max: 200 },
  address: { max: 300 },
  callHours: { max: 200 },
} as const satisfies Readonly<Record<string, FieldRule>>;

export type FilingField = keyof typeof filingFields;
export type FilingTexts = Readonly<Partial<Record<string, string>>>;

export type FilingProblemCode =
  | 'missing'
  | 'too_long'
  | 'invisible_marks'
  | 'not_a_date'
  | 'not_a_choice'
  | 'not_an_email'
  | 'not_a_phone';

export interface FilingProblem {
  readonly field: FilingField;
  readonly code: FilingProblemCode;
}

export type FilingReading =
  | { readonly ok: true; readonly intake: Intake }
  | { readonly ok: false; readonly problems: readonly FilingProblem[] };

/** Reads a filled form. Only its form is checked, never whether the person is known. */
export function readFiling(texts: FilingTexts): FilingReading {
  const values = cleanTexts(texts);
  const problems = [...shapeProblems(texts, values), ...meaningProblems(values)];
  const first = new Map<FilingField, FilingProblem>();
  for (const problem of problems) if (!first.has(problem.field)) first.set(problem.field, problem);
  if (first.size > 0) return { ok: false, problems: [...first.values()] };
  return { ok: true, intake: buildIntake(values, texts) };
}

type Values = Readonly<Record<FilingField, string>>;

/** The fields as they are stored: NFC, trimmed, without invisible characters. */
export function cleanTexts(texts: FilingTexts): Values {
  const entries = fieldNames.map((field) => {
    const rule: FieldRule = filingFields[field];
    const text = (texts[field] ?? '').normalize('NFC');
    return [
      field,
      (rule.lines ? text.replace(/\r\n?/g, '\n') : text).replace(marks(rule), '').trim(),
    ];
  });
  return Object.fromEntries(entries) as Values; // One entry for each field name.
}

const fieldNames = Object.keys(filingFields) as FilingField[]; // The keys of a literal.

// Control characters, directional marks and overrides, lone surrogates. Also zero-width joiners:
// none of the languages here needs them, and they make two names look like one.
const singleLineMarks = /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
const multiLineMarks =
  /(?![\n\t])[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

function marks(rule: FieldRule): RegExp {
  return rule.lines ? multiLineMarks : singleLineMarks;
}

function shapeProblems(texts: FilingTexts, values: Values): FilingProblem[] {
  const problems: FilingProblem[] = [];
  for (const field of fieldNames) {
    const rule: FieldRule = filingFields[field];
    const raw = (texts[field] ?? '').replace(/\r\n?/g, '\n');
    if (values[field].length > rule.max) problems.push({ field, code: 'too_long' });
    else if (raw.search(marks(rule)) >= 0) problems.push({ field, code: 'invisible_marks' });
    else if (rule.required && values[field] === '') problems.push({ field, code: 'missing' });
  }
  return problems;
}

function meaningProblems(values: Values): FilingProblem[] {
  const problems: FilingProblem[] = [];
  if (values.surname === '' && values.given === '') {
    problems.push({ field: 'surname', code: 'missing' });
  }
  if (values.sex !== '' && values.sex !== 'm' && values.sex !== 'f') {
    problems.push({ field: 'sex', code: 'not_a_choice' });
  }
  if (values.relationship !== '' && !asKinship(values.relationship)) {
    problems.push({ field: 'relationship', code: 'not_a_choice' });
  }
  for (const field of ['birth', 'lastContact', 'enquirerBirth'] as const) {
    if (values[field] !== '' && !readDate(values[field]).value) {
      problems.push({ field, code: 'not_a_date' });
    }
  }
  if (values.email !== '' && !/^[^\s@]{1,64}@[^\s@]{1,130}$/.test(values.email)) {
    problems.push({ field: 'email', code: 'not_an_email' });
  }
  if (values.phone !== '' && !/^\+?[\d\s().-]{5,39}$/.test(values.phone)) {
    problems.push({ field: 'phone', code: 'not_a_phone' });
  }
  return problems;
}

function asKinship(text: string): Kinship | undefined {
  return kinships.find((kinship) => kinship === text);
}

function buildIntake(values: Values, texts: FilingTexts): Intake {
  const ticked = (field: string) => texts[field] === 'yes';
  return {
    sought: buildSought(values),
    enquirer: {
      name: values.enquirerName,
      relationship: asKinship(values.relationship) ?? 'other',
      ...(values.enquirerBirth ? { birth: readDate(values.enquirerBirth) } : {}),
      ...said('phone', values.phone),
      ...said('email', values.email),
      ...said('address', values.address),
      ...said('callHours', values.callHours),
    },
    circumstances: values.circumstances,
    consents: {
      centralAgency: ticked('consentAgency'),
      otherBureau: ticked('consentOtherBureau'),
      contact: ticked('consentContact'),
    },
  };
}

function buildSought(values: Values): Description {
  return {
    names: buildNames(values),
    ...(values.sex === 'm' || values.sex === 'f' ? { sex: values.sex } : {}),
    ...(values.birth ? { birth: readDate(values.birth) } : {}),
    ...said('birthplace', values.birthplace),
    ...said('father', values.father),
    ...said('motherMaidenName', values.motherMaidenName),
    ...(values.lastContact ? { lastContact: readDate(values.lastContact, { of: 'event' }) } : {}),
    ...said('lastSeenPlace', values.lastSeenPlace),
    ...said('unit', values.unit),
    ...said('rank', values.rank),
    ...said('callsign', values.callsign),
    ...(values.documentNumber ? { documents: [values.documentNumber] } : {}),
  };
}

function buildNames(values: Values): readonly WrittenName[] {
  const main: WrittenName = {
    full: [values.surname, values.given, values.patronymic].filter(Boolean).join(' '),
    ...said('surname', values.surname),
    ...said('given', values.given),
    ...said('patronymic', values.patronymic),
    kind: 'main',
  };
  const others = values.otherNames
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(0, 5)
    .map((full): WrittenName => ({ full, kind: 'alias' }));
  return [main, ...others];
}

/** Empty fields are omitted: the source does not give them. */
function said<Name extends string>(name: Name, text: string): { [key in Name]?: string } {
  return text === '' ? {} : ({ [name]: text } as { [key in Name]?: string }); // One key, as typed.
}

export type GentleFinding = 'unit' | 'callsign' | 'position';

// Words that often accompany what should not be in free text; they cause a question, not a refusal.
const gentleWords: readonly (readonly [GentleFinding, RegExp])[] = [
  ['callsign', /позивн|позывн|call ?sign/iu],
  [
    'unit',
    /в\/ч|бригад|батальйон|батальон|дивізі[яї]|дивизи[яи]|військов\S{0,3} частин|воинск\S{0,3} част|brigade|battalion|(?<!\p{L})(?:ом|ош|от|оаем|одш|омп|пд)бр(?!\p{L})|(?<!\p{L})обр(?:мп|тро)(?!\p{L})/iu,
  ],
  [
    'position',
    // Four decimals are coordinates, unless they are the year of a date.
    /координат|coordinates|позиці[яїю]|позици[яию]|(?<![\d.,])\d{1,2}[.,](?!(?:19|20)\d\d(?!\d))\d{4,}/iu,
  ],
];

/** Every text field but the unit's own: a unit is often written beside the name or the rank. */
const freeBoxes = [
  'circumstances',
  'lastSeenPlace',
  'surname',
  'given',
  'patronymic',
  'otherNames',
  'rank',
  'birthplace',
] as const satisfies readonly FilingField[];

/**
 * What should not be in free text: a unit has its own field, a callsign or a position can harm a
 * prisoner (domain 4.2 rule 5). The form asks once; if it is sent again, it is accepted.
 */
export function gentleFindings(texts: FilingTexts): readonly GentleFinding[] {
  const text = freeBoxes.map((box) => (texts[box] ?? '').slice(0, 4000)).join('\n');
  return gentleWords.filter(([, words]) => words.test(text)).map(([finding]) => finding);
}
