import type { WrittenName } from '../../kernel/description.ts';
import { givenName } from './given-names.ts';
import { analyseName, givenRule, patronymicRule } from './names.ts';
import { scriptOf } from './script.ts';
import type { Word } from './words.ts';

/** One word of a name as it was read. */
export interface ReadWord {
  readonly part: 'surname' | 'given' | 'patronymic';
  /** As the word was found: in lower case, in one script, with look-alike letters repaired. */
  readonly from: string;
  /** The same with a capital, as names are shown. */
  readonly written: string;
  readonly script: string;
  /** In the one sound alphabet for all scripts (`sound.ts`). */
  readonly sound: string;
  /** The given names that it or the father's name can mean; empty if the table has none. */
  readonly means: readonly string[];
  /**
   * The rule by which it was read: `full-form`, `diminutive`, `near-form`, `initial`, `unknown` or
   * `best-fit`.
   */
  readonly rule: string;
}

/** A name as it was read: words in the order surname, given name, patronymic. */
export interface ReadName {
  readonly words: readonly ReadWord[];
  /** Another word that could be the surname; null if there is no doubt. */
  readonly alternative: string | null;
}

/** Splits a written name into parts and names the rule for each word. Never throws. */
export function readName(name: WrittenName): ReadName {
  const { surnames, given, patronymic, alternative, rule } = analyseName(name);
  const words = surnames.map((word) => readAs('surname', word, { means: [], rule }));
  if (given) {
    const means = given.given?.ids ?? [];
    words.push(readAs('given', given, { means, rule: givenRule(given) }));
  }
  if (patronymic) {
    const means = patronymic.fathers;
    words.push(readAs('patronymic', patronymic, { means, rule: patronymicRule(patronymic) }));
  }
  return { words, alternative: alternative?.raw ?? null };
}

function readAs(
  part: ReadWord['part'],
  word: Word,
  { means, rule }: { readonly means: readonly number[]; readonly rule: string },
): ReadWord {
  return {
    part,
    from: word.raw,
    written: word.raw.charAt(0).toUpperCase() + word.raw.slice(1),
    script: scriptOf(word.raw),
    sound: word.sound,
    means: means.flatMap((id) => givenName(id)?.main ?? []),
    rule,
  };
}
