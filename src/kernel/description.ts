import type { DateReading } from './partial-date.ts';

/**
 * What one source says about one person, unchanged. This is the content of a record and the input
 * of the matcher; every text is raw. Its analysis is derived (`matching/reading`) and never
 * replaces it. An absent field means that the source does not give it.
 */
export interface Description {
  readonly names: readonly WrittenName[];
  readonly sex?: Sex;
  readonly birth?: DateReading;
  readonly birthplace?: string;
  readonly unit?: string;
  readonly rank?: string;
  readonly callsign?: string;
  readonly captured?: DateReading;
  readonly capturedPlace?: string;
  readonly lastContact?: DateReading;
  readonly lastSeenPlace?: string;
  /** Full or first name of the father, if the source gives it separately from the patronymic. */
  readonly father?: string;
  readonly motherMaidenName?: string;
  readonly relatives?: readonly string[];
  /** Army, regimental, personal or serial number (GC III 17, 122). */
  readonly armyNumber?: string;
  /** The Power on which the person depends (GC III 122). */
  readonly power?: string;
  /** Contact details of those who are to be informed (GC III 122). */
  readonly kinAddress?: string;
  /** The number that the source itself gives the person or the entry. */
  readonly sourceNumber?: string;
  readonly taxNumber?: string;
  /** Passport, military card or prisoner number, as written. */
  readonly documents?: readonly string[];
  readonly note?: string;
}

export type Sex = 'm' | 'f';

/**
 * One name as a source writes it; in columns only if the source had columns (they may be swapped).
 */
export interface WrittenName {
  readonly full: string;
  readonly surname?: string;
  readonly given?: string;
  readonly patronymic?: string;
  /** ISO 639-1 as the source declares it; may be wrong. */
  readonly language?: string;
  readonly kind?: 'main' | 'alias' | 'maiden' | 'former';
}
