import type { Chance } from './random.ts';

/** The writer of the list determines its typical mistakes. */
export type Orthography = 'official' | 'transcribed' | 'ocr' | 'social' | 'query';

/** How often a word of a name contains a mistake; counted on the development registry. */
export const mistakeRate: Readonly<Record<Orthography, number>> = {
  official: 0.07,
  transcribed: 0.125,
  ocr: 0.18,
  social: 0.15,
  query: 0.06,
};

const heard = pairs(
  'а:о о:а и:е е:и и:ы ы:и і:и и:і д:т т:д в:ф ф:в г:х х:г ш:щ о:у б:п п:б з:с с:з є:е е:є э:е ё:о я:а a:o o:a i:e e:i y:i i:y v:f d:t t:d g:h h:g k:c s:z',
);
const seen = pairs(
  'и:н н:и л:п п:л м:н т:г г:т е:с с:е о:с р:о н:п п:н к:н в:8 о:0 і:1 з:3 б:6 ш:щ й:и ї:і к:х р:г и:й а:о у:v m:n n:u l:i i:l e:c c:e o:0 b:6 v:y h:b r:f u:v',
);
const copied = pairs('й:и ё:е ї:і ґ:г и:ы ы:и і:и и:і є:е е:є ь:_ y:i i:y h:g g:h');
const rows = ['йцукенгшщзхї', 'фівапролджє', 'ячсмитьбю', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const alike = pairs('і:i а:a о:o е:e с:c р:p х:x у:y');

/** One word with one mistake typical of this writer. */
export function spoil(word: string, orthography: Orthography, chance: Chance): string {
  if (word.length < 3) return word;
  const kind = chance.share();
  if (orthography === 'ocr')
    return kind < 0.85 ? swapLetter(word, seen, chance) : slip(word, chance);
  if (orthography === 'social')
    return kind < 0.75 ? slip(word, chance) : swapLetter(word, heard, chance);
  if (orthography === 'transcribed') {
    return kind < 0.75 ? swapLetter(word, heard, chance) : slip(word, chance);
  }
  if (kind < 0.35) return swapLetter(word, copied, chance);
  if (kind < 0.6) return swapLetter(word, heard, chance);
  return kind < 0.68 ? swapLetter(word, alike, chance) : slip(word, chance);
}

/** Letters omitted, doubled, swapped or replaced by a neighbouring key. */
function slip(word: string, chance: Chance): string {
  const at = chance.below(word.length);
  const [head, letter, tail] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)];
  const kind = chance.share();
  if (kind < 0.35) return head + tail;
  if (kind < 0.55) return head + letter + letter.toLowerCase() + tail;
  if (kind < 0.75 && tail !== '') {
    return recase(head + tail.charAt(0) + letter + tail.slice(1), word);
  }
  const row = rows.find((each) => each.includes(letter.toLowerCase()));
  if (!row) return head + tail;
  const place = row.indexOf(letter.toLowerCase());
  const beside = row.charAt(place === 0 ? 1 : place - 1);
  return recase(head + beside + tail, word);
}

function swapLetter(
  word: string,
  table: ReadonlyMap<string, readonly string[]>,
  chance: Chance,
): string {
  const start = chance.below(word.length);
  for (let step = 0; step < word.length; step += 1) {
    const at = (start + step) % word.length;
    const others = table.get(word.charAt(at).toLowerCase());
    if (!others) continue;
    const other = chance.of(others);
    return recase(word.slice(0, at) + (other === '_' ? '' : other) + word.slice(at + 1), word);
  }
  return slip(word, chance);
}

/** A capital stays a capital. */
function recase(word: string, like: string): string {
  const first = like.charAt(0);
  return first === first.toUpperCase() ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}

function pairs(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const pair of text.split(' ')) {
    const [from, to] = pair.split(':');
    if (!from || !to) continue;
    const all = found.get(from);
    if (all) all.push(to);
    else found.set(from, [to]);
  }
  return found;
}
