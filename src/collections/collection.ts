import type { Description } from '../kernel/description.ts';
import { Problem } from '../kernel/problem.ts';
import { readingVersion } from '../matching/index/version.ts';
import { secondTier } from '../matching/proposing/bounds.ts';

/**
 * An open collection: historical or public cards, kept in clear in a database of its own. Never for
 * what a bureau learns of living captives, which is sealed.
 */
export interface Collection {
  readonly name: string;
  /** How its cards were read; another reading gives other keys. */
  readonly version: string;
  /** Into how many partitions each table is laid; 1 is a plain table. */
  readonly partitions: number;
  readonly cards: number;
  /** False while cards are loaded whose keys are not yet in their place. */
  readonly settled: boolean;
}

/** One file that was loaded, or whose loading was interrupted. */
export interface LoadedFile {
  readonly digest: string;
  readonly path: string;
  /** Rows taken so far, good or not. */
  readonly rows: number;
  readonly cards: number;
  readonly leftOut: number;
  readonly finished: boolean;
}

/** One card on its way in. */
export interface CardRow {
  readonly id: string;
  readonly line: number;
  readonly description: Description;
}

/** A row that is no card: its line and why. */
export interface LeftOut {
  readonly line: number;
  readonly reason: string;
}

export const nameShape = /^[a-z][a-z0-9_]{0,39}$/;
export const idMax = 200;
export const partitionsMax = 256;

/** How the tables are laid out; one more when that changes. */
const layout = 1;

/** What a collection must have been loaded with to be asked today. */
export function currentVersion(): string {
  return `${layout}-${secondTier.listMax}-${readingVersion()}`;
}

/** Refuses what cannot be asked: a half-loaded collection, or one of another reading of names. */
export function requireAskable(collection: Collection): void {
  requireCurrent(collection);
  if (!collection.settled) {
    throw new Problem(
      'collection.not_loaded',
      409,
      'The collection was not loaded to its end. Load the same files again: it goes on where it stopped.',
    );
  }
}

/** Cards read by other rules have other keys, and would silently not be found. */
export function requireCurrent(collection: Collection): void {
  if (collection.version === currentVersion()) return;
  throw new Problem(
    'collection.other_version',
    409,
    'The collection was loaded with another version of the matcher. Drop it and load it again.',
  );
}

export function noSuchCollection(): Problem {
  return new Problem('collection.not_found', 404, 'There is no collection of this name.');
}
