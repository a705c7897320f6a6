import { analyseName } from '../../matching/reading/names.ts';

/**
 * How many people a cell of names speaks of. Lists put two people into one cell when lines wrap or a
 * scan joins them; taking such a cell for one name would make a person who never lived. "Surname,
 * Given Patronymic", a maiden name in brackets and two spellings of one word are one person.
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

/** Two words and more, among them a given name or a patronymic: enough to be a person. */
function isWhole(group: string): boolean {
  const words = group.split(/\s+/u).filter((word) => /\p{L}{2}/u.test(word));
  if (words.length < 2) return false;
  const { surnames, given, patronymic } = analyseName({ full: group });
  const named = (given !== null && given.given !== null) || patronymic !== null;
  // «Данила Остапович» says who his father is, not which family: half a person.
  return named && surnames.some((word) => !word.patronymic || word.fathers.length === 0);
}

/** Two of them in one run of at least five words: nobody has two fathers. */
function patronymicsIn(text: string): number {
  const words = text.split(/[\s,]+/u).filter((word) => /\p{L}{2}/u.test(word));
  if (words.length < 5) return 1;
  return words.filter((word) => /(?:ович|евич|йович|івна|ївна|овна|евна)$/iu.test(word)).length;
}
