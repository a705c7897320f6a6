/**
 * Ids are 128 random bits written as a uuid; they mean nothing outside the system.
 * The brand keeps one noun's id from being passed where another's is wanted.
 */
export type Id<Noun extends string> = string & { readonly __noun: Noun };

export type OfficeId = Id<'office'>;
export type StaffId = Id<'staff'>;
export type AccountId = Id<'account'>;
export type SessionId = Id<'session'>;
export type PlaceId = Id<'place'>;
export type SourceId = Id<'source'>;
export type ImportId = Id<'import'>;
export type RecordId = Id<'record'>;
export type PersonId = Id<'person'>;
export type JudgementId = Id<'judgement'>;
export type EventId = Id<'event'>;
export type EnquiryId = Id<'enquiry'>;
export type PrimaryContactId = Id<'primaryContact'>;
export type DisputeId = Id<'dispute'>;
export type MatchId = Id<'match'>;
export type NoticeId = Id<'notice'>;
export type EntryId = Id<'entry'>;
export type CommandId = Id<'command'>;

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True when the text has the shape of an id; says nothing of whether it exists. */
export function isId(text: string): boolean {
  return shape.test(text);
}

/** Writes 16 random bytes as an id. The caller brings the randomness. */
export function idFromBytes<Noun extends string>(bytes: Uint8Array): Id<Noun> {
  if (bytes.length !== 16) throw new RangeError('an id is 16 bytes');
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  const text = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return text as Id<Noun>; // The brand has no run-time form; the line above made the shape.
}

/** Takes text from outside as an id of the noun the caller names, or null when it has no such shape. */
export function parseId<Noun extends string>(text: string): Id<Noun> | null {
  return isId(text) ? (text as Id<Noun>) : null; // Shape checked; existence is the reader's question.
}
