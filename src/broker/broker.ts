import type { Facts } from '../access/decide.ts';
import type { BrokerWork, Permission } from '../access/permission.ts';
import { type DeclaredField, fieldName } from '../access/sealed-field.ts';
import { listErased } from '../access/upload-queries.ts';
import { uploadSubject } from '../access/uploads.ts';
import type {
  AdoptIntakeRequest,
  Asking,
  BrokerPort,
  FoundRecord,
  MaskedMatch,
  MaskedRecord,
  MaskedRow,
  MaskRequest,
  OpenedField,
  OpenedMatch,
  OpenMatchRequest,
  OpenRequest,
  SealedItem,
  SealItem,
  SearchRequest,
} from '../audit/context.ts';
import type { Db } from '../db/connect.ts';
import { requireNoTransaction } from '../db/open-transaction.ts';
import { inTransaction } from '../db/transaction.ts';
import { assert } from '../kernel/assert.ts';
import type { Description } from '../kernel/description.ts';
import type { EnquiryId, OfficeId } from '../kernel/ids.ts';
import { refused } from '../kernel/problem.ts';
import { maskName } from '../matching/reading/mask.ts';
import { randomBytes } from '../vault/random.ts';
import { permit, type Request } from './authority.ts';
import { bandOf } from './band.ts';
import { openIntake, splitIntake } from './intake.ts';
import { currentIntakeKey } from './intake-keys.ts';
import type { KeyRing } from './key-ring.ts';
import { deleteDataKeys, getSalts, type KeystoreDb } from './keystore.ts';
import type { Matcher, MatcherCandidate } from './matcher.ts';
import { publicSigningKey } from './node-keys.ts';
import type { Policy } from './policy.ts';
import {
  findIntake,
  findServed,
  listPersonsOf,
  listSealed,
  type OwnedSealedRow,
  type ServedEnquiry,
  systemRows,
} from './queries.ts';
import { SearchedNames } from './searched-names.ts';

/** What the broker must know of the modules. */
export interface Declarations {
  readonly permissions: ReadonlyMap<string, Permission>;
  readonly sealedFields: ReadonlyMap<string, DeclaredField>;
}

/** The state of a running broker. Tests pass their own connection (ruling 27). */
export interface BrokerParts {
  readonly db: Db;
  readonly keystore: KeystoreDb;
  readonly ring: KeyRing;
  readonly matcher: Matcher;
  readonly policy: Policy;
  /** What the modules declare: permissions with what they open, and sealed fields. */
  readonly declared: Declarations;
  readonly clock: () => Date;
}

/** The broker's public interface: it opens only what was decided, counted and logged. */
export function makeBroker(parts: BrokerParts): BrokerPort {
  const names = new SearchedNames();
  return outsideTransactions({
    salts: (objectIds) => salts(parts, objectIds),
    sealMany: (items) => sealMany(parts, items),
    open: (request) => open(parts, request),
    mask: (request) => mask(parts, request),
    maskMatches: (request) => maskMatches(parts, request),
    search: (request) => search(parts, request, names),
    openMatch: (request) => openMatch(parts, request),
    adoptIntake: (request) => adoptIntake(parts, request),
    forgetUploads: (uploadIds) => forgetUploads(parts, uploadIds),
    intakeKey: () => currentIntakeKey(parts.keystore),
    signingKey: () => publicSigningKey(parts.keystore),
    unlocked: async () => parts.ring.unlocked,
  });
}

/** As over the socket: a caller with an open transaction is refused, also in process. */
function outsideTransactions(port: BrokerPort): BrokerPort {
  const calls = Object.entries(port).map(([name, call]: [string, Call]) => {
    const guarded: Call = async (argument) => {
      requireNoTransaction(`the broker's ${name}`);
      return call(argument as never);
    };
    return [name, guarded];
  });
  return Object.fromEntries(calls) as BrokerPort; // The same names, each with its own call.
}

type Call = (argument: never) => Promise<unknown>;

/** Seals what is declared and fits its declaration; anything else is a bug. */
async function sealMany(
  { declared, ring, clock }: BrokerParts,
  items: readonly SealItem[],
): Promise<readonly SealedItem[]> {
  for (const item of items) {
    const name = fieldName(item);
    const field = declared.sealedFields.get(name);
    if (!field) throw new Error(`The sealed field ${name} is not declared by any module.`);
    if (field.compartment !== item.compartment || !field.fits(item.content)) {
      throw new Error(`What is to be sealed as ${name} does not fit its declaration.`);
    }
  }
  return ring.seal(items, clock());
}

async function salts(parts: BrokerParts, objectIds: readonly string[]): Promise<readonly string[]> {
  if (objectIds.length === 0) return [];
  const unique = [...new Set(objectIds)];
  const found = await getSalts(
    parts.keystore,
    unique,
    unique.map(() => randomBytes(16)),
  );
  return objectIds.map((id) => {
    const salt = found.get(id);
    assert(salt, 'every object has a salt after asking');
    return salt.toString('hex');
  });
}

/** Facts of a missing object: no actor belongs to this office. */
const nowhere: Facts = { officeId: '' as OfficeId }; // No office has an empty id.

/** Rows per page (ruling 15); larger requests cost more pages. */
const pageRows = 20;

function pagesOf(rows: number): { readonly pages: number } {
  return { pages: Math.max(1, Math.ceil(rows / pageRows)) };
}

/** Identifies, decides, spends and logs; returns what was loaded. */
function permitted<Loaded>(
  parts: BrokerParts,
  asking: Asking,
  request: Request<Loaded>,
): Promise<Loaded> {
  const { permissions } = parts.declared;
  return permit({ ...parts, permissions, salts: (ids) => salts(parts, ids) }, asking, request);
}

async function open(parts: BrokerParts, request: OpenRequest): Promise<readonly OpenedField[]> {
  parts.ring.kek(); // When locked, refuse before anything is spent or logged.
  const intake = { tableName: 'enquiries', columnName: 'intake' } as const;
  const { rows, boxed } = await permitted(parts, request, {
    load: (tx) => readFields(tx, request.fields),
    facts: (found) => {
      const filed = found.boxed.map((row) => ({ ...row, ...intake }));
      const facts = [...found.rows, ...filed].map(fieldFacts);
      // Requested but missing: the same refusal as for another office's object.
      return facts.length > 0 ? facts : [nowhere];
    },
    cost: (found) => ({ records: subjectsOf(found).size }),
    opened: async (found) => [
      ...found.rows.map(({ rowId }) => rowId),
      ...found.boxed.map(({ enquiryId }) => enquiryId),
      ...(request.alsoSeen ?? []),
    ],
  });
  const contents = await parts.ring.open(rows.map(bare));
  const opened = rows.map((row, at) => ({
    rowId: row.rowId,
    columnName: row.columnName,
    content: contents[at],
  }));
  const intakes = await Promise.all(boxed.map((row) => openIntake(parts, row)));
  return [
    ...opened,
    ...boxed.map((row, at) => ({
      rowId: row.enquiryId,
      columnName: 'intake',
      content: intakes[at],
    })),
  ];
}

function subjectsOf({ rows, boxed }: Awaited<ReturnType<typeof readFields>>): ReadonlySet<string> {
  return new Set([
    ...rows.map(({ subjectId }) => subjectId),
    ...boxed.map(({ enquiryId }) => enquiryId),
  ]);
}

/** Rows of `sealed_fields`, and filings still in the intake box because the broker was locked. */
async function readFields(tx: Db, fields: OpenRequest['fields']) {
  const rows = await listSealed(tx, fields);
  const found = new Set(rows.map((row) => `${row.rowId}|${row.columnName}`));
  const boxed = [];
  for (const field of fields) {
    if (field.columnName !== 'intake' || found.has(`${field.rowId}|intake`)) continue;
    const intake = await findIntake(tx, field.rowId);
    if (intake) boxed.push(intake);
  }
  return { rows, boxed };
}

async function mask(parts: BrokerParts, request: MaskRequest): Promise<readonly MaskedRow[]> {
  parts.ring.kek();
  const field = parts.declared.sealedFields.get(request.field);
  const show = field?.show;
  if (!field || !show) throw new Error(`The field ${request.field} declares no mask.`);
  const { columnName } = field;
  const wanted = request.ids.map((rowId) => ({ rowId, columnName }));
  const rows = await permitted(parts, request, {
    load: async (tx) => (await listSealed(tx, wanted)).filter(isOf(request, field)),
    facts: (found) => workFacts(request, found, 'mask'),
    cost: () => pagesOf(request.ids.length),
    opened: async (found) => found.map(({ rowId }) => rowId),
  });
  const contents = await parts.ring.open(rows.map(bare));
  return rows.map(({ rowId }, at) => ({ rowId, shown: show(contents[at]) }));
}

/**
 * Rows of the caller's own office and of exactly this field: another table may have a column of the
 * same name.
 */
function isOf({ actor }: Asking, { tableName }: DeclaredField) {
  return (row: OwnedSealedRow) => row.officeId === actor.officeId && row.tableName === tableName;
}

async function maskMatches(
  parts: BrokerParts,
  request: MatchMaskRequest,
): Promise<readonly MaskedMatch[]> {
  parts.ring.kek();
  const fields = request.ids.map((rowId) => ({ rowId, columnName: 'pair' }));
  const pairs = await permitted(parts, request, {
    load: (tx) => listSealed(tx, fields),
    facts: (found) => workFacts(request, found, 'mask'),
    cost: () => pagesOf(request.ids.length),
    opened: async (found) => [
      ...found.map(({ rowId }) => rowId),
      ...(await openPairs(parts, found)).flatMap(recordsOf),
    ],
  });
  const opened = await openPairs(parts, pairs);
  const rows = await describeApart(parts, request.actor.officeId, opened.flatMap(recordsOf));
  const contents = await parts.ring.open(rows.map(bare));
  const byId = new Map(rows.map((row, at) => [row.rowId, masked(row.rowId, contents[at])]));
  return opened.flatMap((pair, at) => {
    const left = byId.get(pair.leftRecordId);
    const right = byId.get(pair.rightRecordId);
    const matchId = pairs[at]?.rowId;
    return left && right && matchId ? [{ matchId, left, right }] : [];
  });
}

type MatchMaskRequest = Omit<MaskRequest, 'field'>;

interface Pair {
  readonly leftRecordId: string;
  readonly rightRecordId: string;
}

/**
 * The two records that a match joins. The ids have no meaning outside, and the entry names them.
 */
async function openPairs(
  parts: BrokerParts,
  rows: readonly OwnedSealedRow[],
): Promise<readonly Pair[]> {
  return (await parts.ring.open(rows.map(bare))) as readonly Pair[]; // Sealed by the matching run.
}

function recordsOf({ leftRecordId, rightRecordId }: Pair): readonly string[] {
  return [leftRecordId, rightRecordId];
}

async function search(
  parts: BrokerParts,
  request: SearchRequest,
  names: SearchedNames,
): Promise<readonly FoundRecord[]> {
  parts.ring.kek();
  const { enquiryId } = request.purpose;
  if (!enquiryId) throw refused('enquiry'); // a search serves an enquiry.
  const now = parts.clock();
  const name = request.query === 'filing' ? enquiryId : Object.values(request.query).join(' ');
  const searched = { session: request.sessionToken ?? '', name, now };
  let found: readonly MatcherCandidate[] = [];
  const asking = { ...request, objectId: enquiryId };
  const served = await permitted(parts, asking, {
    load: (tx) => findServed(tx, enquiryId),
    facts: (filed) => {
      // Anyone can file, so an unverified filing permits no search for an arbitrary name.
      const serves = filed && (filed.verified || request.query === 'filing');
      return [serves ? { ...factsOf({ ...filed, enquiryId }), work: 'search' } : nowhere];
    },
    cost: () => ({ ...pagesOf(request.limit), names: names.has(searched) ? 0 : 1 }),
    opened: async (filed) => {
      const query =
        request.query === 'filing'
          ? filed && (await filedName(parts, { ...filed, enquiryId }))
          : request.query;
      if (query) {
        found = await parts.matcher.find(queryDescription(query), { top: request.limit });
      }
      return [enquiryId, ...found.map(({ id }) => id)];
    },
  });
  assert(served, 'a search that is allowed serves an enquiry');
  names.add(searched);
  // The office of the enquiry, which was decided by; never the one that the request claims.
  const { officeId } = served;
  const persons = await personsOf(
    parts,
    officeId,
    found.map((each) => each.id),
  );
  const sides = new Map(persons.map((row) => [row.id, row.side]));
  const rows = await describeApart(parts, officeId, [...sides.keys()]);
  const contents = await parts.ring.open(rows.map(bare));
  const byId = new Map(rows.map((row, at) => [row.rowId, masked(row.rowId, contents[at])]));
  return found.flatMap((candidate) => {
    const row = byId.get(candidate.id);
    const band = bandOf(candidate.probability);
    // For a filing the answer is only whether another family asks, never that a person is held.
    const isShown =
      request.query !== 'filing' || (sides.get(candidate.id) === 'sought' && band !== 'weak');
    return row && isShown ? [{ ...row, band }] : [];
  });
}

/** The person whom a filing seeks, read here so that no external name can replace it. */
async function filedName(
  parts: BrokerParts,
  of: ServedEnquiry & { readonly enquiryId: string },
): Promise<{ readonly name: string; readonly birth?: string } | null> {
  const { enquiryId, recordId, officeId } = of;
  const sought = recordId
    ? (await openedDescriptions(parts, officeId, [recordId]))[0]
    : await filedDescription(parts, { officeId, enquiryId });
  const name = sought?.names[0]?.full;
  if (!name) return null;
  const birth = sought.birth?.value;
  return { name, ...(birth ? { birth } : {}) };
}

async function openedDescriptions(parts: BrokerParts, officeId: string, ids: readonly string[]) {
  const rows = await describeApart(parts, officeId, ids);
  return (await parts.ring.open(rows.map(bare))) as readonly Description[]; // Sealed as such.
}

async function filedDescription(
  parts: BrokerParts,
  of: { readonly officeId: string; readonly enquiryId: string },
): Promise<Description | undefined> {
  const fields = [{ rowId: of.enquiryId, columnName: 'intake' }];
  const { rows, boxed } = await inTransaction(parts.db, systemRows(of.officeId), (tx) =>
    readFields(tx, fields),
  );
  const [content] = [
    ...(await parts.ring.open(rows.map(bare))),
    ...(await Promise.all(boxed.map((row) => openIntake(parts, row)))),
  ];
  return (content as { sought?: Description } | undefined)?.sought; // Sealed by fileEnquiry.
}

function queryDescription(query: { readonly name: string; readonly birth?: string }): Description {
  const name = { full: query.name };
  if (!query.birth) return { names: [name] };
  return {
    names: [name],
    birth: { raw: query.birth, value: query.birth as never, rule: 'iso' }, // Parsed by the route.
  };
}

async function openMatch(parts: BrokerParts, request: OpenMatchRequest): Promise<OpenedMatch> {
  parts.ring.kek();
  const { matchId } = request;
  const fields = [{ rowId: matchId, columnName: 'pair' }];
  const pairs = await permitted(
    parts,
    { ...request, objectId: matchId },
    {
      load: (tx) => listSealed(tx, fields),
      facts: ([row]) => [row ? fieldFacts(row) : nowhere],
      cost: () => ({ records: 2 }),
      opened: async (found) => (await openPairs(parts, found)).flatMap(recordsOf),
    },
  );
  const [pair] = await openPairs(parts, pairs);
  const [row] = pairs;
  assert(pair && row, 'a match that may be read is there');
  const { officeId } = row;
  const rows = await describeApart(parts, officeId, recordsOf(pair));
  const contents = await parts.ring.open(rows.map(bare));
  const contentOf = (id: string) => {
    const at = rows.findIndex((row) => row.rowId === id);
    assert(at >= 0, 'both records of a match are there');
    return contents[at] as Description; // Sealed by us as a description.
  };
  const left = contentOf(pair.leftRecordId);
  const right = contentOf(pair.rightRecordId);
  const compared = await parts.matcher.compare(left, right);
  return { ...pair, left, right, ...compared };
}

async function adoptIntake(
  parts: BrokerParts,
  request: AdoptIntakeRequest,
): Promise<readonly SealedItem[]> {
  if (!parts.declared.permissions.get(request.action)?.broker?.includes('adopt_intake')) {
    throw refused('enquiry');
  }
  const [field] = await open(parts, {
    ...request,
    objectId: request.enquiryId,
    fields: [{ rowId: request.enquiryId, columnName: 'intake' }],
  });
  assert(field, 'the intake of an open enquiry is there');
  return parts.ring.seal(splitIntake(field.content, request), parts.clock());
}

/** An upload has a key of its own, so nothing else is lost with it. */
async function forgetUploads(parts: BrokerParts, uploadIds: readonly string[]): Promise<void> {
  const erased = await inTransaction(parts.db, systemRows(''), (tx) => listErased(tx, uploadIds));
  const subjects = erased.map(uploadSubject);
  await deleteDataKeys(
    parts.keystore,
    subjects.flatMap((subjectId) => [
      { subjectId, compartment: 'work' },
      { subjectId, compartment: 'contact' },
    ]),
  );
}

async function describe(
  tx: Db,
  officeId: string,
  recordIds: readonly string[],
): Promise<readonly OwnedSealedRow[]> {
  const fields = [...new Set(recordIds)].map((rowId) => ({ rowId, columnName: 'description' }));
  return (await listSealed(tx, fields)).filter((row) => row.officeId === officeId);
}

/** Descriptions in a transaction of their own, after the decision, for the objects decided on. */
function describeApart(parts: BrokerParts, officeId: string, recordIds: readonly string[]) {
  return inTransaction(parts.db, systemRows(officeId), (tx) => describe(tx, officeId, recordIds));
}

function personsOf(parts: BrokerParts, officeId: string, ids: readonly string[]) {
  return inTransaction(parts.db, systemRows(officeId), (tx) => listPersonsOf(tx, ids)).then(
    (rows) => rows.filter((row) => row.officeId === officeId),
  );
}

function factsOf(row: { officeId: string; enquiryId: string | null }): Facts {
  return { officeId: row.officeId as OfficeId, enquiryId: row.enquiryId as EnquiryId | null };
}

/** The facts with the field's own name; pieces of one list, `file.0` and so on, are one field. */
function fieldFacts(
  row: Pick<OwnedSealedRow, 'officeId' | 'enquiryId' | 'tableName' | 'columnName'>,
): Facts {
  return { ...factsOf(row), field: fieldName(row) };
}

/** Facts for broker work over rows; an empty page is still decided, for the caller's own office. */
function workFacts(
  { actor: { officeId } }: Asking,
  rows: readonly OwnedSealedRow[],
  work: BrokerWork,
): readonly Facts[] {
  const facts = rows.length > 0 ? rows.map(factsOf) : [{ officeId }];
  return facts.map((each) => ({ ...each, work }));
}

function masked(recordId: string, content: unknown): MaskedRecord {
  const description = content as Description; // Sealed by us as a description.
  const birth = description.birth?.value ?? null;
  return {
    recordId,
    initials: maskName(description.names),
    birthYear: birth === null ? null : birth.slice(0, 4),
  };
}

/** Only the address and the seal, without columns that the seal does not bind. */
function bare(row: OwnedSealedRow) {
  const { rowId, tableName, columnName, subjectId, compartment, keyVersion, sealed } = row;
  return { rowId, tableName, columnName, subjectId, compartment, keyVersion, sealed };
}
