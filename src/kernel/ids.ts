/**
 * Ids are 128 random bits written as a uuid; they have no meaning outside the system. The
 * brand prevents passing an id of one type where another is expected.
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
export type CommandId = Id<'command'>;

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True if the text has the form of an id; it may not exist. */
export function isId(text: string): boolean {
  return shape.test(text);
}

/** Formats 16 random bytes as an id. The caller supplies the randomness. */
export function idFromBytes<Noun extends string>(bytes: Uint8Array): Id<Noun> {
  if (bytes.length !== 16) throw new RangeError('an id is 16 bytes');
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  const text = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return text as Id<Noun>; // The brand does not exist at run time; the line above made the form.
}

/**
 * Reads external text as an id of the type that the caller names, or null if it has another form.
 */
export function parseId<Noun extends string>(text: string): Id<Noun> | null {
  return isId(text) ? (text as Id<Noun>) : null; // The form is checked; whether it exists is for the reader to find out.
}
