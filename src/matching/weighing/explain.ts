import english from '../../../texts/en/matching.json' with { type: 'json' };
import type { Description } from '../../kernel/description.ts';
import { type Comparison, type Feature, features, levelsOf } from '../comparing/levels.ts';
import type { Quoted } from '../index/shorthand.ts';
import type { Analysis } from '../reading/analysis.ts';
import type { Word } from '../reading/words.ts';
import { ownWeights, type Reason, verdictOf, weightOf } from './weigh.ts';

/** One side of an explanation: its analysis, and the words that are quoted. */
export interface Side {
  readonly analysis: Analysis;
  readonly quoted: Quoted;
}

/** What an explanation quotes of a description. */
export function quotedOf(description: Description): Quoted {
  return {
    name: description.names[0]?.full ?? '',
    birth: description.birth?.raw ?? '',
    lost: (description.captured ?? description.lastContact)?.raw ?? '',
    rank: description.rank ?? '',
  };
}

/**
 * Every feature of a comparison with both values and its weight; with the prior they add up to the
 * score.
 */
export function reasonsOf(
  { left, right }: { readonly left: Side; readonly right: Side },
  comparison: Comparison,
  weights = ownWeights,
): readonly Reason[] {
  return features.map((feature, at) => {
    const level = levelsOf[feature][comparison.levels[at] ?? 0] ?? 'absent';
    const weight = weightOf(comparison, at, weights);
    return {
      feature,
      level,
      left: quotedValue(feature, left),
      right: quotedValue(feature, right),
      weight,
      verdict: verdictOf(level, weight),
    };
  });
}

function quotedValue(feature: Feature, { analysis, quoted }: Side): string | null {
  const [name] = analysis.names;
  const written = (word: Word | null | undefined) =>
    word ? asWritten(quoted.name, word.raw) : null;
  switch (feature) {
    case 'surname':
      return name ? written(name.surnames[0] ?? name.alternative) : null;
    case 'given':
      return written(name?.given);
    case 'patronymic':
      return written(name?.patronymic);
    case 'birth':
      return analysis.birth ? quoted.birth : null;
    case 'birthplace':
      return analysis.birthplace?.raw ?? null;
    case 'unit':
      return analysis.unit?.raw ?? null;
    case 'sex':
      return analysis.sex;
    case 'lost':
      return analysis.lost ? quoted.lost : null;
    case 'lostPlace':
      return analysis.lostPlace?.raw ?? null;
    case 'rank':
      return analysis.rank === null ? null : quoted.rank;
    case 'number':
      return analysis.extras?.numbers.map(({ text }) => text).join(', ') || null;
    case 'callsign':
      return analysis.extras?.callsign ?? null;
    case 'mother':
      return analysis.extras?.motherMaidenName?.raw ?? null;
    case 'relatives':
      return analysis.extras?.relatives.map(({ raw }) => raw).join(', ') || null;
    case 'pattern':
      return quoted.name || null;
  }
}

/** The word as the source wrote it, if it can still be found there. */
function asWritten(text: string, word: string): string {
  const at = text.toLowerCase().indexOf(word);
  return at < 0 ? word : text.slice(at, at + word.length);
}

type Said = Pick<Reason, 'level' | 'left' | 'right'> & {
  readonly feature: string;
  /** Heading of a column that is compared as text. */
  readonly column?: string;
};

/**
 * The words of a reason in English, for the command line. The screens have them in every language.
 */
export function sentence(reason: Said): string {
  const texts: Readonly<Record<string, string>> = english;
  const feature = reason.column === undefined ? reason.feature : 'column';
  const text = texts[textKey({ ...reason, feature })] ?? texts[`${feature}.other`] ?? feature;
  return text
    .replaceAll('{column}', reason.column ?? '')
    .replaceAll('{left}', reason.left ?? '—')
    .replaceAll('{right}', reason.right ?? '—');
}

/** The key of the sentence in `texts/<language>/matching.json`. */
function textKey(reason: Pick<Said, 'feature' | 'level'>): string {
  return `${reason.feature}.${reason.level}`;
}
