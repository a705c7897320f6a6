/**
 * The possible results of a comparison: for each feature the levels from absent through agreement
 * to contradiction. The position in this list is the position in the model, so new levels go to the
 * end.
 */
export const levelsOf = {
  surname: ['absent', 'same', 'very_close', 'close', 'near', 'distant', 'different', 'similar'],
  given: [
    'absent', 'omitted', 'same', 'diminutive', 'close', 'near', 'initial_same',
    'initial_different', 'different', 'equivalent',
  ],
  patronymic: [
    'absent', 'omitted', 'same', 'close', 'near', 'initial_same', 'initial_different', 'different',
  ],
  birth: [
    'absent', 'same', 'swapped', 'one_digit', 'two_of_three', 'year_near', 'year_other',
    'partial_month', 'partial', 'year_same', 'near', 'apart', 'different', 'new_year',
  ],
  birthplace: ['absent', 'same', 'near', 'different'],
  unit: ['absent', 'same', 'number', 'different', 'close_number', 'kind'],
  sex: ['absent', 'same', 'different'],
  lost: ['absent', 'soon', 'season', 'later', 'before', 'weeks', 'slightly_before'],
  lostPlace: ['absent', 'same', 'near', 'different'],
  rank: ['absent', 'same', 'different', 'near'],
  number: ['absent', 'same', 'near', 'different', 'short'],
  callsign: ['absent', 'same', 'different'],
  mother: ['absent', 'same', 'near', 'different'],
  relatives: ['absent', 'same', 'different'],
  pattern: ['absent', 'brothers', 'father_and_son', 'namesakes'],
} as const satisfies Readonly<Record<string, readonly string[]>>; // biome-ignore format: one table

export type Feature = keyof typeof levelsOf;
export const features = Object.keys(levelsOf) as readonly Feature[]; // The keys of the table above.

type Codes<F extends Feature> = { readonly [L in (typeof levelsOf)[F][number]]: number };

/** The position of each feature in a vector of levels, and the positions of its levels. */
export function codesOf<F extends Feature>(feature: F): { readonly at: number } & Codes<F> {
  const codes = Object.fromEntries(levelsOf[feature].map((level, code) => [level, code]));
  return { at: features.indexOf(feature), ...codes } as { readonly at: number } & Codes<F>; // Above.
}

/** Levels of one comparison, feature by feature, and the rarity of each agreeing value. */
export interface Comparison {
  readonly levels: Uint8Array;
  /** Powers of ten by which the agreeing value is rarer than one in ten; 0 where nothing agrees. */
  readonly rarities: Float64Array;
}

/** A comparison to fill in. Levels of columns compared as text follow those of the features. */
export function emptyComparison(columns = 0): Comparison {
  return {
    levels: new Uint8Array(features.length + columns),
    rarities: new Float64Array(features.length + columns),
  };
}

/** Possible results for two cells of an unknown column, compared as text. */
export const textLevels = ['absent', 'same', 'slip', 'near', 'words', 'different'] as const;

/** The name of a column's feature, chosen so that no heading can equal a feature of ours. */
export function textFeature(heading: string): string {
  return `column ${heading}`;
}
