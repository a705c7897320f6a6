import { initialsMeet } from '../comparing/compare-names.ts';
import { likeness } from '../reading/likeness.ts';
import { orthographiesOf } from '../reading/orthography.ts';
import { wordsOf } from '../reading/script.ts';
import { skeletonOf } from '../reading/sound.ts';
import { readWord, type Word, wordLikeness } from '../reading/words.ts';
import { pairWeights } from './pair-model.ts';

/** One name as it is written, with the language that its list declares, if any. */
export interface SpeltName {
  readonly text: string;
  readonly language?: string | undefined;
}

/**
 * The probability that two spellings are one name, with even prior odds. Only names are compared.
 * Words are aligned, and the fit of the worst pair has the most weight.
 */
export function nameProbability(left: SpeltName, right: SpeltName): number {
  let score = 0;
  for (const [term, value] of pairTerms(left, right)) score += (pairWeights[term] ?? 0) * value;
  return 1 / (1 + Math.exp(-score));
}

/** Name words with little meaning: articles, "son of", "family of". */
const particles = new Set(
  'al el ul bin ben ibn bint abu abd van von der den de da di du la le los dos y e i und mr dr shaykh sheikh haji'.split(
    ' ',
  ),
);
const wordsMax = 8;

/** A word at its position: the same word may occur twice. */
interface Standing {
  readonly word: Word;
  /** The word follows «bin» or «ibn»: it is the father's name. */
  readonly son: boolean;
}

interface Pairing {
  readonly one: Word;
  readonly other: Word;
  /** One side marks the word as the father's name and the other does not. */
  readonly turned: boolean;
  readonly like: number;
  readonly kind: 'word' | 'given' | 'father' | 'initial';
}

type Add = (term: string, value?: number) => void;

/** The terms of the probability, by name, and their values. */
export function pairTerms(left: SpeltName, right: SpeltName): ReadonlyMap<string, number> {
  const [standing, facing] = [wordsIn(left), wordsIn(right)];
  const one = standing.map(({ word }) => word);
  const other = facing.map(({ word }) => word);
  const terms = new Map<string, number>([['bias', 1]]);
  const add: Add = (term, value = 1) => terms.set(term, (terms.get(term) ?? 0) + value);
  if (one.length === 0 || other.length === 0) {
    add('empty');
    return terms;
  }
  const pairs = align(standing, facing);
  const shape = shapeOf(one, other);
  spellingTerms(add, pairs, shape);
  const extra = Math.abs(one.length - other.length);
  add(`extra ${Math.min(3, extra)} beyond ${Math.min(3, pairs.length)}`);
  if (extra > 1) add('words left out beyond one', extra - 1);
  const exact = pairs.filter(({ like }) => like >= sameFrom).length;
  add(`all but ${Math.min(3, pairs.length - exact)} of ${Math.min(3, pairs.length)} the same`);
  const whole = wholeLikeness(one, other);
  steps(add, `whole ${shape}`, whole);
  if (whole >= sameFrom) add('the same run together');
  if (pairs.length === 1 && extra > 1) add('one word of many');
  for (const conflict of conflictsOf(one, other, pairs)) add(conflict);
  return terms;
}

/** How well the aligned words fit; the worst pair matters most. */
function spellingTerms(add: Add, pairs: readonly Pairing[], shape: string): void {
  for (const { kind, like } of pairs) {
    if (kind === 'initial') add(like > 0 ? 'initials meet' : 'initials differ');
  }
  // Initials tell little about spelling; full words are used where there are any.
  const spelt = pairs.filter(({ kind }) => kind !== 'initial');
  if (spelt.length === 0) add('initials alone');
  const [worst, rest] = [...(spelt.length > 0 ? spelt : pairs)].sort((a, b) => a.like - b.like);
  if (!worst) return;
  steps(add, `worst ${shape}`, worst.like);
  steps(add, `worst of ${roleOf(worst)}`, worst.like);
  if (rest) steps(add, `second ${shape}`, rest.like);
  const poor = spelt.filter(({ like }) => like < poorBelow).length;
  add(`poor ${Math.min(3, poor)} of ${Math.min(3, spelt.length)}`);
  // Each word without a partner counts again: long names often differ in one word of many.
  if (poor > 0) add('words without their like', poor);
  const cost = spelt.reduce((sum, pairing) => sum + costOf(pairing), 0);
  for (let step = 1; step <= Math.min(costSteps, cost * 4); step += 1) {
    add(`cost ${shape} ${step}`);
  }
  if (worst.kind !== 'initial') residueTerms(add, worst);
}

const sameFrom = 0.985;
const poorBelow = 0.72;
/** Quarter letters, the unit of the total edit cost. */
const costSteps = 15;

/** The cost of turning one word into the other, in letters. */
function costOf({ one, other, like }: Pairing): number {
  return (1 - like) * Math.max(one.plain.length, other.plain.length);
}

/**
 * One term for each step of likeness reached. Neighbouring steps share what they learn, so few
 * examples suffice.
 */
function steps(add: Add, family: string, like: number): void {
  const reached = like >= sameFrom ? 20 : Math.floor(like * 20);
  for (let step = leastStep; step <= reached; step += 1) add(`${family} ${step}`);
}

/** Words below this likeness count as unlike. */
const leastStep = 6;

const sonOf = new Set('bin ben ibn bint'.split(' '));

function wordsIn({ text, language }: SpeltName): readonly Standing[] {
  // A capital inside a word marks two joined words: «VladimirPutin».
  const torn = text.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ');
  const raws = wordsOf(torn);
  const orthographies = orthographiesOf(raws, language);
  const words = raws
    .map((raw, at, all) => ({
      word: readWord(raw, orthographies),
      son: sonOf.has(all[at - 1] ?? ''),
    }))
    .filter(({ word }) => word.sound !== '');
  const heavy = words.filter(({ word }) => !particles.has(word.raw));
  return (heavy.length > 0 ? heavy : words).slice(0, wordsMax);
}

/** Aligns the words, most likely pair first, until the shorter name has none left. */
function align(one: readonly Standing[], other: readonly Standing[]): readonly Pairing[] {
  const all = one.flatMap((left) =>
    other.map((right) => {
      const turned = left.son !== right.son;
      return { left, right, pairing: { ...pairingOf(left.word, right.word), turned } };
    }),
  );
  all.sort((a, b) => b.pairing.like - a.pairing.like);
  const pairs: Pairing[] = [];
  const used = new Set<Standing>();
  for (const { left, right, pairing } of all) {
    if (used.has(left) || used.has(right)) continue;
    used.add(left).add(right);
    pairs.push(pairing);
  }
  return pairs;
}

/** Two names of the table that sound this alike may be one name, misspelt: «Harry» and «Larry». */
const misspeltFrom = 0.75;

const han = /^\p{Script=Han}{1,4}$/u;

function pairingOf(one: Word, other: Word): Omit<Pairing, 'turned'> {
  if (one.initial || other.initial) {
    const like = initialsMeet(one, other) ? (one.initial && other.initial ? 0.95 : 0.9) : 0;
    return { one, other, like, kind: 'initial' };
  }
  const like = wordLikeness(one, other);
  // In Han script another character is another name, however alike the sound.
  if (like < 1 && han.test(one.raw) && han.test(other.raw)) {
    return { one, other, like: Math.min(like, 0.7), kind: 'word' };
  }
  if (
    one.given &&
    other.given &&
    one.given.rule !== 'near-form' &&
    other.given.rule !== 'near-form'
  ) {
    if (one.given.ids.some((id) => other.given?.ids.includes(id))) {
      const full = one.given.rule === 'full-form' && other.given.rule === 'full-form';
      return { one, other, like: Math.max(like, full ? 0.99 : 0.95), kind: 'given' };
    }
    if (one.given.rule !== 'other-orthography' && other.given.rule !== 'other-orthography') {
      return { one, other, like: Math.min(like, like >= misspeltFrom ? 0.8 : 0.7), kind: 'given' };
    }
  }
  if (one.patronymic && other.patronymic && one.fathers.length > 0 && other.fathers.length > 0) {
    const shared = one.fathers.some((id) => other.fathers.includes(id));
    return {
      one,
      other,
      like: shared ? Math.max(like, 0.99) : Math.min(like, 0.7),
      kind: 'father',
    };
  }
  return { one, other, like, kind: 'word' };
}

/** How much there is to compare, and in which script. */
function shapeOf(one: readonly Word[], other: readonly Word[]): string {
  if (one.some(({ abjad }) => abjad) !== other.some(({ abjad }) => abjad)) return 'abjad';
  return one.length === 1 && other.length === 1 ? 'single' : 'several';
}

function roleOf({ kind, one, other }: Pairing): string {
  if (kind !== 'word') return kind;
  if (one.patronymic && other.patronymic) return 'father';
  return one.given || other.given ? 'name' : 'surname';
}

/** The rest of the worst pair without common beginning and ending: a typing error is short. */
function residueTerms(add: Add, { one, other, like }: Pairing): void {
  if (like >= sameFrom || one.abjad || other.abjad) return;
  const [left, right] = [one.plain, other.plain];
  const least = Math.min(left.length, right.length);
  let from = 0;
  while (from < least && left[from] === right[from]) from += 1;
  let end = 0;
  while (end < least - from && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  const pieces = [left.slice(from, left.length - end), right.slice(from, right.length - end)].sort(
    (a, b) => a.length - b.length,
  );
  const [short = '', long = ''] = pieces;
  if (short.length > 1 && sorted(short) === sorted(long)) add('letters exchanged');
  if (short !== '' && consonantsOf(short) === consonantsOf(long)) add('residue of kindred sounds');
  else add(`residue of ${pieces.map(soundsOf).sort().join(' and ')}`);
  add(`residue ${Math.min(4, short.length)} and ${Math.min(5, long.length)}`);
  add(end === 0 ? 'other ending' : from === 0 ? 'other beginning' : 'other middle');
  add(
    `length ${Math.min(9, Math.max(left.length, right.length))} residue ${Math.min(4, long.length)}`,
  );
}

function sorted(letters: string): string {
  return [...letters].sort().join('');
}

/** Classes of consonants that are heard or written for one another, without vowels. */
function consonantsOf(piece: string): string {
  return skeletonOf(piece).replace(/^a/u, '');
}

/** The letters of a part of a word. */
function soundsOf(piece: string): string {
  if (piece === '') return 'nothing';
  const vowels = piece.replace(/[^aeiou]/gu, '').length;
  if (vowels === piece.length) return 'vowels';
  if (vowels > 0) return 'both';
  return piece.length === 1 ? 'consonant' : 'consonants';
}

/** Likeness of all words joined together, for names where words were joined or split. */
function wholeLikeness(one: readonly Word[], other: readonly Word[]): number {
  const run = (words: readonly Word[]) =>
    words
      .map(({ plain }) => plain)
      .join('')
      .slice(0, runMax);
  const sorted = (words: readonly Word[]) =>
    [...words].sort((left, right) => (left.plain < right.plain ? -1 : 1));
  return Math.max(likeness(run(one), run(other)), likeness(run(sorted(one)), run(sorted(other))));
}

/** Longest joined text that is compared. */
const runMax = 40;

function conflictsOf(
  one: readonly Word[],
  other: readonly Word[],
  pairs: readonly Pairing[],
): readonly string[] {
  const conflicts: string[] = [];
  for (const { kind, like, one: left, other: right } of pairs) {
    const sure = left.given?.rule === 'full-form' && right.given?.rule === 'full-form';
    if (kind === 'given' && like < 0.75)
      conflicts.push(sure ? 'two given names' : 'two small names');
    if (kind === 'father' && like < 0.75) conflicts.push('two fathers');
  }
  const turned = pairs.filter((each) => each.turned && each.like >= 0.9).length;
  if (turned > 1) conflicts.push('turned round');
  if (fatherOf(one, other) || fatherOf(other, one)) conflicts.push('father and son');
  return conflicts;
}

function fatherOf(father: readonly Word[], son: readonly Word[]): boolean {
  return father.some(({ given, patronymic }) =>
    son.some(
      (word) =>
        word.patronymic &&
        !patronymic &&
        given?.ids.some((id) => word.fathers.includes(id)) === true,
    ),
  );
}
