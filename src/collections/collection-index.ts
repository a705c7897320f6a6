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
 * The index in PostgreSQL: the same answers as the one in memory over the same rows. The database
 * proposes; what is compared, weighed and explained is the same code.
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

  /** Opens a collection for questions; refuses one that is half loaded or was read by other rules. */
  static async open(bulk: Bulk, name: string): Promise<CollectionIndex> {
    const collection = await findCollection(bulk, name);
    if (!collection) throw noSuchCollection();
    requireAskable(collection);
    return new CollectionIndex(bulk, name, collection.cards);
  }

  /** Cards that may speak of the same person, likeliest first; empty where nothing is worth a look. */
  async find(description: Description, options: FindOptions = {}): Promise<readonly Candidate[]> {
    const left = sideOf(description);
    const [common, proposed] = await Promise.all([
      this.#frequencies(left.analysis),
      this.#proposed(left.analysis, firstTier),
    ]);
    const registry = { common, size: this.size };
    const found = await this.#ranked(left.analysis, proposed, { ...registry, ...options });
    // What is not worth a look, or comes after the last that is wanted, is not asked for.
    const most = (options.top ?? topDefault) + (options.exclude?.size ?? 0);
    const cards = await this.#cards(found.slice(0, most));
    const idOf = (number: number) => cards.get(number)?.id ?? '';
    return chosen(found.slice(0, most), idOf, options).map(({ id, number }) => {
      const right = sideOf(readSaid(cards.get(number)?.said ?? '[[]]'));
      return { id, ...explained(left, right, registry) };
    });
  }

  /** Those proposed, and where none of them is likely those of a wider circle. */
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

  /** How common everything is that may be asked for while cards are compared with this description. */
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
  // What is said is JSON, and no packed reading begins as JSON does.
  return { number, analysis: read.startsWith('[') ? analyse(readSaid(read)) : unpack(read) };
}

function sideOf(description: Description): Side {
  return { analysis: analyse(description), quoted: quotedOf(description) };
}
