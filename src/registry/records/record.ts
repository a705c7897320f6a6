import type { OfficeId, PersonId, RecordId, SourceId } from '../../kernel/ids.ts';

/** What the source says about the person: held, sought, or only mentioned. */
export const sides = ['held', 'sought', 'spoken_of'] as const;
export type Side = (typeof sides)[number];

/** Matched as soon as staff add it, at the next fixed hour, or not at all (ruling 6). */
export type MatchAt = 'arrival' | 'fixed_hour' | 'never';

/** What one source says about one person, as stated and never overwritten; its words are sealed. */
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

/** The source of a record, as far as it may be shown beside it. */
export interface RecordSource {
  readonly sourceId: SourceId;
  readonly kind: string;
  readonly reliability: string;
  readonly asOf: string | null;
  readonly recordedAt: Date;
  readonly label: string | null;
}
