import type { Description } from '../kernel/description.ts';
import { Problem } from '../kernel/problem.ts';
import { readingVersion } from '../matching/index/version.ts';
import { secondTier } from '../matching/proposing/bounds.ts';

/**
 * An open collection: historical or public cards, in clear, in a database of its own. It must never
 * hold what a bureau learns about living captives, which is sealed.
 */
export interface Collection {
  readonly name: string;
  /** The reading rules of its cards; other rules give other keys. */
  readonly version: string;
  /** The number of partitions of each table; 1 is a plain table. */
  readonly partitions: number;
  readonly cards: number;
  /** False while loaded cards have keys that are not merged yet. */
  readonly settled: boolean;
}

/** One file that was loaded, or whose loading was interrupted. */
export interface LoadedFile {
  readonly digest: string;
  readonly path: string;
  /** Rows read so far, including rejected ones. */
  readonly rows: number;
  readonly cards: number;
  readonly leftOut: number;
  readonly finished: boolean;
}

/** One card to be loaded. */
export interface CardRow {
  readonly id: string;
  readonly line: number;
  readonly description: Description;
}

/** A row that is not a card: its line and the reason. */
export interface LeftOut {
  readonly line: number;
  readonly reason: string;
}

export const nameShape = /^[a-z][a-z0-9_]{0,39}$/;
export const idMax = 200;
export const partitionsMax = 256;

/** The version of the table layout. */
const layout = 1;

/** The versions that a collection must have been loaded with to be queried now. */
export function currentVersion(): string {
  return `${layout}-${secondTier.listMax}-${readingVersion()}`;
}

/**
 * Refuses a collection that is partly loaded or was read by another version of the reading rules.
 */
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

/** Cards read by other rules have other keys and would silently not be found. */
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
