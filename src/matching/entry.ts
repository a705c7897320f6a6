/**
 * `homeward/matching`: reads and compares names for other programs, without a server or a database.
 * Everything here is pure: the same input gives the same result, and no input makes it throw.
 *
 * ```js
 * import { MatchIndex, readName, nameProbability } from 'homeward/matching';
 *
 * readName({ full: 'IVANENKO ALEKSANDR P.' });
 * nameProbability({ text: 'Олександр Іваненко' }, { text: 'Ivanenko Aleksandr' });
 *
 * const index = new MatchIndex();
 * index.add('row 1', { names: [{ full: 'IVANENKO ALEKSANDR P.' }] });
 * index.find({ names: [{ full: 'Олександр Іваненко' }] });
 * ```
 */
export type { Description, WrittenName } from '../kernel/description.ts';
export { nameProbability, type SpeltName } from './linking/pairs.ts';
export {
  type Candidate,
  type FindOptions,
  MatchIndex,
  type Model,
  model,
  type Reason,
} from './matching.ts';
export { readDate } from './reading/dates.ts';
export { type ReadName, type ReadWord, readName } from './reading/name-reading.ts';
export { readNumber } from './reading/numbers.ts';
export { readPlace } from './reading/places.ts';
export { readRank } from './reading/ranks.ts';
export { readUnit } from './reading/units.ts';
export { sentence } from './weighing/explain.ts';
