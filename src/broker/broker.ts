import type { Facts } from '../access/decide.ts';
import { listErased } from '../access/upload-queries.ts';
import { uploadSubject } from '../access/uploads.ts';
import type {
  AdoptIntakeRequest,
  BrokerPort,
  Context,
  FoundRecord,
  MaskedMatch,
  MaskedRecord,
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
import { type Asking, type Cost, permit, recognise } from './authority.ts';
import { bandOf } from './band.ts';
import { openIntake, splitIntake } from './intake.ts';
import { currentIntakeKey } from './intake-keys.ts';
import type { KeyRing } from './key-ring.ts';
import { deleteDataKeys, getSalts, type KeystoreDb } from './keystore.ts';
import type { Matcher } from './matcher.ts';
import { publicSigningKey } from './node-keys.ts';
import type { Policy } from './policy.ts';
import {
  findIntake,
  findServed,
  listPersonsOf,
  listSealed,
  type OwnedSealedRow,
  systemRows,
} from './queries.ts';
import { SearchedNames } from './searched-names.ts';

/** What the broker holds while it runs. Tests hand it their own connection (settled 27). */
export interface BrokerParts {
  readonly db: Db;
  readonly keystore: KeystoreDb;
  readonly ring: KeyRing;
  readonly matcher: Matcher;
  readonly policy: Policy;
  readonly clock: () => Date;
}

/** The broker as everybody else sees it: nothing is opened but what was decided, counted and entered. */
export function makeBroker(parts: BrokerParts): BrokerPort {
  const names = new SearchedNames();
  return outsideTransactions({
    salts: (objectIds) => salts(parts, objectIds),
    sealMany: (items: readonly SealItem[]) => parts.ring.seal(items, parts.clock()),
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

/** As over the socket: who holds an open transaction is not answered, in process either. */
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

/** Facts of what is not there: no actor belongs to this office. */
const nowhere: Facts = { officeId: '' as OfficeId }; // No office has an empty id.

/** Rows of a page (settled 15); whoever asks for more spends more pages. */
const pageRows = 20;

function pagesOf(rows: number): { readonly pages: number } {
  return { pages: Math.max(1, Math.ceil(rows / pageRows)) };
}

/** Recognises, decides, spends and enters; answers the context that holds from here on. */
async function permitted(
  parts: BrokerParts,
  asking: Asking,
  asked: { readonly facts: readonly Facts[]; readonly cost: Cost },
): Promise<Context> {
  const now = parts.clock();
  const actor = await recognise(parts.db, asking, now);
  const ctx: Context = {
    actor,
    purpose: asking.purpose,
    now,
    db: parts.db,
    broker: { ...refusingPort, salts: (ids) => salts(parts, ids) },
  };
  await permit(ctx, parts.policy, { asking, ...asked });
  return ctx;
}

async function open(parts: BrokerParts, request: OpenRequest): Promise<readonly OpenedField[]> {
  parts.ring.kek(); // Locked: say so before anything is spent or entered.
  const { rows, boxed } = await readFields(parts, request);
  const intake = { tableName: 'enquiries', columnName: 'intake' } as const;
  const facts = [...rows, ...boxed.map((row) => ({ ...row, ...intake }))].map(fieldFacts);
  // Asked for and not there: the same refusal as for what is another's.
  if (facts.length === 0) facts.push(nowhere);
  const subjects = new Set([
    ...rows.map((row) => row.subjectId),
    ...boxed.map((row) => row.enquiryId),
  ]);
  await permitted(parts, request, { facts, cost: { records: subjects.size } });
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

/** Rows of `sealed_fields`, and filings still in their box because the broker was locked. */
async function readFields(
  parts: BrokerParts,
  request: Pick<OpenRequest, 'fields'> & { readonly actor: { readonly officeId: string } },
) {
  return inTransaction(parts.db, systemRows(request.actor.officeId), async (tx) => {
    const rows = await listSealed(tx, request.fields);
    const found = new Set(rows.map((row) => `${row.rowId}|${row.columnName}`));
    const boxed = [];
    for (const field of request.fields) {
      if (field.columnName !== 'intake' || found.has(`${field.rowId}|intake`)) continue;
      const intake = await findIntake(tx, field.rowId);
      if (intake) boxed.push(intake);
    }
    return { rows, boxed };
  });
}

async function mask(parts: BrokerParts, request: MaskRequest): Promise<readonly MaskedRecord[]> {
  parts.ring.kek();
  const rows = await describe(parts, request.actor.officeId, request.ids);
  await permitted(parts, request, {
    facts: officeFacts(request, rows),
    cost: pagesOf(request.ids.length),
  });
  const contents = await parts.ring.open(rows.map(bare));
  return rows.map((row, at) => masked(row.rowId, contents[at]));
}

async function maskMatches(
  parts: BrokerParts,
  request: MaskRequest,
): Promise<readonly MaskedMatch[]> {
  parts.ring.kek();
  const pairs = await inTransaction(parts.db, systemRows(request.actor.officeId), (tx) =>
    listSealed(
      tx,
      request.ids.map((rowId) => ({ rowId, columnName: 'pair' })),
    ),
  );
  await permitted(parts, request, {
    facts: officeFacts(request, pairs),
    cost: pagesOf(request.ids.length),
  });
  const opened = (await parts.ring.open(pairs.map(bare))).map(asPair);
  const ids = opened.flatMap((pair) => [pair.leftRecordId, pair.rightRecordId]);
  const rows = await describe(parts, request.actor.officeId, ids);
  const contents = await parts.ring.open(rows.map(bare));
  const byId = new Map(rows.map((row, at) => [row.rowId, masked(row.rowId, contents[at])]));
  return opened.flatMap((pair, at) => {
    const left = byId.get(pair.leftRecordId);
    const right = byId.get(pair.rightRecordId);
    const matchId = pairs[at]?.rowId;
    return left && right && matchId ? [{ matchId, left, right }] : [];
  });
}

async function search(
  parts: BrokerParts,
  request: SearchRequest,
  names: SearchedNames,
): Promise<readonly FoundRecord[]> {
  parts.ring.kek();
  const { enquiryId } = request.purpose;
  if (!enquiryId) throw refused('enquiry'); // a search serves an enquiry.
  const { officeId } = request.actor;
  const asking = { ...request, action: 'person.search', objectId: enquiryId };
  const served = await inTransaction(parts.db, systemRows(officeId), (tx) =>
    findServed(tx, enquiryId),
  );
  // Anybody can file: a filing that nobody verified opens no search for a name of one's choice.
  const serves = served && (served.verified || request.query === 'filing');
  const now = parts.clock();
  const name = request.query === 'filing' ? enquiryId : Object.values(request.query).join(' ');
  const searched = { session: request.sessionToken ?? '', name, now };
  await permitted(parts, asking, {
    facts: [serves ? { ...factsOf({ ...served, enquiryId }), field: 'masked' } : nowhere],
    cost: { ...pagesOf(request.limit), names: names.has(searched) ? 0 : 1 },
  });
  assert(served, 'a search that is allowed serves an enquiry');
  names.add(searched);
  const query =
    request.query === 'filing' ? await filedName(parts, { ...served, enquiryId }) : request.query;
  if (!query) return [];
  const found = await parts.matcher.find(queryDescription(query), { top: request.limit });
  const persons = await personsOf(
    parts,
    officeId,
    found.map((each) => each.id),
  );
  const sides = new Map(persons.map((row) => [row.id, row.side]));
  const rows = await describe(parts, officeId, [...sides.keys()]);
  const contents = await parts.ring.open(rows.map(bare));
  const byId = new Map(rows.map((row, at) => [row.rowId, masked(row.rowId, contents[at])]));
  return found.flatMap((candidate) => {
    const row = byId.get(candidate.id);
    const band = bandOf(candidate.probability);
    // Of a filing it is said only whether another family asks: never that somebody is held.
    const isShown =
      request.query !== 'filing' || (sides.get(candidate.id) === 'sought' && band !== 'weak');
    return row && isShown ? [{ ...row, band }] : [];
  });
}

/** Whom a filing asks about, read here so that no name from outside can take its place. */
async function filedName(
  parts: BrokerParts,
  of: { readonly officeId: string; readonly enquiryId: string; readonly recordId: string | null },
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
  const rows = await describe(parts, officeId, ids);
  return (await parts.ring.open(rows.map(bare))) as readonly Description[]; // Sealed as such.
}

async function filedDescription(
  parts: BrokerParts,
  of: { readonly officeId: string; readonly enquiryId: string },
): Promise<Description | undefined> {
  const fields = [{ rowId: of.enquiryId, columnName: 'intake' }];
  const { rows, boxed } = await readFields(parts, { actor: of, fields });
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
  const { officeId } = request.actor;
  const [pairRow] = await inTransaction(parts.db, systemRows(officeId), (tx) =>
    listSealed(tx, [{ rowId: request.matchId, columnName: 'pair' }]),
  );
  const asking = { ...request, action: 'match.read', objectId: request.matchId };
  const facts = pairRow ? [fieldFacts(pairRow)] : [nowhere];
  await permitted(parts, asking, { facts, cost: { records: 2 } });
  assert(pairRow, 'a match that may be read is there');
  const [content] = await parts.ring.open([bare(pairRow)]);
  const pair = asPair(content);
  const rows = await describe(parts, officeId, [pair.leftRecordId, pair.rightRecordId]);
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
  const [field] = await open(parts, {
    ...request,
    action: 'enquiry.check',
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

function describe(parts: BrokerParts, officeId: string, recordIds: readonly string[]) {
  const fields = [...new Set(recordIds)].map((rowId) => ({ rowId, columnName: 'description' }));
  return inTransaction(parts.db, systemRows(officeId), (tx) => listSealed(tx, fields)).then(
    (rows) => rows.filter((row) => row.officeId === officeId),
  );
}

function personsOf(parts: BrokerParts, officeId: string, ids: readonly string[]) {
  return inTransaction(parts.db, systemRows(officeId), (tx) => listPersonsOf(tx, ids)).then(
    (rows) => rows.filter((row) => row.officeId === officeId),
  );
}

function factsOf(row: { officeId: string; enquiryId: string | null }): Facts {
  return { officeId: row.officeId as OfficeId, enquiryId: row.enquiryId as EnquiryId | null };
}

/** The facts with the field's own name; pieces of one list, `file.0` and on, are one field. */
function fieldFacts(
  row: Pick<OwnedSealedRow, 'officeId' | 'enquiryId' | 'tableName' | 'columnName'>,
): Facts {
  const column = row.columnName.replace(/\.\d+$/, '');
  return { ...factsOf(row), field: `${row.tableName}.${column}` };
}

/** An empty page is still decided and entered, on the asker's own office. */
function officeFacts(request: MaskRequest, rows: readonly OwnedSealedRow[]): readonly Facts[] {
  const facts = rows.length > 0 ? rows.map(factsOf) : [{ officeId: request.actor.officeId }];
  return facts.map((each) => ({ ...each, field: 'masked' }));
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

function asPair(content: unknown): { leftRecordId: string; rightRecordId: string } {
  return content as { leftRecordId: string; rightRecordId: string }; // Sealed by the matcher's round.
}

/** The address and the seal alone, without what the seal does not bind. */
function bare(row: OwnedSealedRow) {
  const { rowId, tableName, columnName, subjectId, compartment, keyVersion, sealed } = row;
  return { rowId, tableName, columnName, subjectId, compartment, keyVersion, sealed };
}

/** Inside the broker an entry needs salts and nothing else; whatever else is asked is a mistake. */
const never = async (): Promise<never> => {
  throw new Error('Invariant broken: the broker does not ask itself');
};
const refusingPort: BrokerPort = {
  salts: never,
  sealMany: never,
  open: never,
  mask: never,
  maskMatches: never,
  search: never,
  openMatch: never,
  adoptIntake: never,
  forgetUploads: never,
  intakeKey: never,
  signingKey: never,
  unlocked: never,
};
