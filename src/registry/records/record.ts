import type { OfficeId, PersonId, RecordId, SourceId } from '../../kernel/ids.ts';

/** What the source says of the person: held by somebody, sought by somebody, or merely spoken of. */
export const sides = ['held', 'sought', 'spoken_of'] as const;
export type Side = (typeof sides)[number];

/** Matched as soon as staff bring it in, at the next fixed hour, or not at all (settled 6). */
export type MatchAt = 'arrival' | 'fixed_hour' | 'never';

/** What one source says of one person, kept as said and never overwritten; its words are sealed. */
export interface PersonRecord {
  readonly id: RecordId;
  readonly officeId: OfficeId;
  readonly sourceId: SourceId;
  readonly personId: PersonId;
  readonly side: Side;
  readonly matchAt: MatchAt;
  readonly importId: string | null;
  readonly line: number | null;
  readonly supersedesId: RecordId | null;
  readonly supersededAt: Date | null;
  readonly recordedAt: Date;
}

/** Where a record comes from, as much as may be shown beside it. */
export interface RecordSource {
  readonly sourceId: SourceId;
  readonly kind: string;
  readonly reliability: string;
  readonly asOf: string | null;
  readonly recordedAt: Date;
  readonly label: string | null;
}
