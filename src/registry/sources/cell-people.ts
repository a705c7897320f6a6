import { analyseName } from '../../matching/reading/names.ts';

/**
 * How many people a cell of names describes. Lists put two people into one cell when lines wrap or
 * a scan joins them; reading such a cell as one name would create a person who never existed.
 * "Surname, Given Patronymic", a maiden name in brackets and two spellings of one word are one
 * person.
 */
export function peopleIn(text: string): number {
  const bare = text.replace(/\([^)]*\)/gu, ' ').trim();
  const numbered = bare.match(/(?:^|\s)\d{1,3}[.)]\s*\p{Lu}/gu)?.length ?? 0;
  if (numbered > 1) return numbered;
  const groups = bare
    .split(/[\n\r;/|+&]|,\s|\s(?:та|и|і|й|and|und)\s/u)
    .map((group) => group.trim())
    .filter((group) => group !== '');
  const whole = groups.filter(isWhole).length;
  if (whole > 1) return whole;
  return Math.max(1, patronymicsIn(bare));
}

/** Two words or more, among them a given name or a patronymic: enough for a person. */
function isWhole(group: string): boolean {
  const words = group.split(/\s+/u).filter((word) => /\p{L}{2}/u.test(word));
  if (words.length < 2) return false;
  const { surnames, given, patronymic } = analyseName({ full: group });
  const named = (given !== null && given.given !== null) || patronymic !== null;
  // «Данила Остапович» gives the father but not the surname: an incomplete person.
  return named && surnames.some((word) => !word.patronymic || word.fathers.length === 0);
}

/** Two of them in one run of at least five words: one person cannot have two patronymics. */
function patronymicsIn(text: string): number {
  const words = text.split(/[\s,]+/u).filter((word) => /\p{L}{2}/u.test(word));
  if (words.length < 5) return 1;
  return words.filter((word) => /(?:ович|евич|йович|івна|ївна|овна|евна)$/iu.test(word)).length;
}
