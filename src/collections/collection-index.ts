import type { Bulk } from '../db/bulk.ts';
import type { Description } from '../kernel/description.ts';
import { unpack } from '../matching/index/packed.ts';
import { type Bounds, firstTier, keyWeight, secondTier } from '../matching/proposing/bounds.ts';
import { keysOf } from '../matching/proposing/propose.ts';
import {
  type Candidate,
  chosen,
  explained,
  type FindOptions,
  type Found,
  type Index,
  inOneOrder,
  isPoor,
  type Registry,
  rank,
  topDefault,
} from '../matching/ranking.ts';
import { type Analysis, analyse } from '../matching/reading/analysis.ts';
import { quotedOf, type Side } from '../matching/weighing/explain.ts';
import { countedKinds, eachAsked, Frequencies } from '../matching/weighing/frequencies.ts';
import { noSuchCollection, requireAskable } from './collection.ts';
import { listCounts, listProposed, listSaid, type ProposedCard } from './find-queries.ts';
import { findCollection } from './queries.ts';
import { readSaid } from './serialization.ts';

/**
 * The index in PostgreSQL. It gives the same results as the one in memory over the same rows: the
 * database proposes candidates, and the same code compares, weighs and explains them.
 */
export class CollectionIndex implements Index {
  readonly #bulk: Bulk;
  readonly #name: string;
  readonly #weights: string;
  readonly size: number;

  private constructor(bulk: Bulk, name: string, size: number) {
    this.#bulk = bulk;
    this.#name = name;
    this.size = size;
    const weights = Array.from({ length: secondTier.listMax }, (_, at) => keyWeight(size, at + 1));
    this.#weights = `{${weights.join(',')}}`;
  }

  /**
   * Opens a collection for queries. Refuses one that is partly loaded or was read by other rules.
   */
  static async open(bulk: Bulk, name: string): Promise<CollectionIndex> {
    const collection = await findCollection(bulk, name);
    if (!collection) throw noSuchCollection();
    requireAskable(collection);
    return new CollectionIndex(bulk, name, collection.cards);
  }

  /**
   * Cards that may be the same person, most likely first; empty if there is no plausible candidate.
   */
  async find(description: Description, options: FindOptions = {}): Promise<readonly Candidate[]> {
    const left = sideOf(description);
    const [common, proposed] = await Promise.all([
      this.#frequencies(left.analysis),
      this.#proposed(left.analysis, firstTier),
    ]);
    const registry = { common, size: this.size };
    const found = await this.#ranked(left.analysis, proposed, { ...registry, ...options });
    // Implausible candidates and those beyond the requested number are not fetched.
    const most = (options.top ?? topDefault) + (options.exclude?.size ?? 0);
    const cards = await this.#cards(found.slice(0, most));
    const idOf = (number: number) => cards.get(number)?.id ?? '';
    return chosen(found.slice(0, most), idOf, options).map(({ id, number }) => {
      const right = sideOf(readSaid(cards.get(number)?.said ?? '[[]]'));
      return { id, ...explained(left, right, registry) };
    });
  }

  /** The candidates of the first tier; if none is likely, also those of the second. */
  async #ranked(
    asked: Analysis,
    proposed: readonly ProposedCard[],
    ask: Registry & FindOptions,
  ): Promise<readonly Found[]> {
    const found = rank(asked, proposed.map(readBack), ask);
    const cards = ask.exclude ? await this.#cards(found.slice(0, ask.exclude.size + 1)) : null;
    if (!isPoor(found, (number) => cards?.get(number)?.id ?? '', ask)) return found;
    const known = new Set(proposed.map(({ number }) => number));
    const more = (await this.#proposed(asked, secondTier)).filter(
      ({ number }) => !known.has(number),
    );
    return inOneOrder(found, rank(asked, more.map(readBack), ask));
  }

  #proposed(asked: Analysis, bounds: Bounds): Promise<readonly ProposedCard[]> {
    const keys = keysOf(asked);
    return listProposed(this.#bulk, this.#name, { keys, weights: this.#weights, bounds });
  }

  async #cards(found: readonly { readonly number: number }[]) {
    const numbers = found.map(({ number }) => number);
    const rows = numbers.length > 0 ? await listSaid(this.#bulk, this.#name, numbers) : [];
    return new Map(rows.map((row) => [row.number, row]));
  }

  /**
   * The frequency of every value that may be needed when cards are compared with this description.
   */
  async #frequencies(asked: Analysis): Promise<Frequencies> {
    const values = new Set<string>();
    eachAsked(asked, (_, value) => values.add(value));
    const common = new Frequencies(this.size);
    if (values.size === 0) return common;
    for (const { kind, value, count } of await listCounts(this.#bulk, this.#name, [...values])) {
      const counted = countedKinds[kind];
      if (counted) common.set(counted, value, count);
    }
    return common;
  }
}

function readBack({ number, read }: ProposedCard) {
  // Descriptions are JSON, and no packed reading starts as JSON does.
  return { number, analysis: read.startsWith('[') ? analyse(readSaid(read)) : unpack(read) };
}

function sideOf(description: Description): Side {
  return { analysis: analyse(description), quoted: quotedOf(description) };
}
