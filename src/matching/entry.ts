/**
 * `homeward/matching`: reading and comparing names for other programs, without server or database.
 * Everything here is pure: the same input gives the same answer, and nothing it is given makes it
 * throw.
 *
 * ```js
 * import { MatchIndex, readName, nameProbability } from 'homeward/matching';
 *
 * readName({ full: 'IVANENKO ALEKSANDR P.' });
 * nameProbability({ text: 'Олександр Іваненко' }, { text: 'Ivanenko Aleksandr' });
 * const index = new MatchIndex();
 * index.add('row 1', { names: [{ full: 'IVANENKO ALEKSANDR P.' }] });
 * index.find({ names: [{ full: 'Олександр Іваненко' }] });
 * ```
 */
export type { Description, WrittenName } from '../kernel/description.ts';
export { readDate } from './dates.ts';
export { sentence } from './explain.ts';
export {
  type Candidate,
  type FindOptions,
  MatchIndex,
  type Model,
  model,
  type Reason,
} from './matching.ts';
export { type ReadName, type ReadWord, readName } from './name-reading.ts';
export { readNumber } from './numbers.ts';
export { nameProbability, type SpeltName } from './pairs.ts';
export { readPlace } from './places.ts';
export { readRank } from './ranks.ts';
export { readUnit } from './units.ts';
