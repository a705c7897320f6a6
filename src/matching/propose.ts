import type { Analysis } from './analysis.ts';
import type { NameAnalysis } from './names.ts';
import { skeletonOf } from './sound.ts';

/**
 * The keys by which a description is found: cheap, several, each made to survive another kind of
 * error. A key is 29 bits of hash; a clash only costs one comparison.
 */
export function keysOf(analysis: Analysis): readonly number[] {
  const keys = new Set<number>();
  for (const name of analysis.names) nameKeys(keys, name, analysis);
  dateKeys(keys, analysis);
  return [...keys];
}

function nameKeys(keys: Set<number>, name: NameAnalysis, analysis: Analysis): void {
  const year = analysis.birth?.year ?? null;
  const givens = givenKeys(name);
  const fathers = name.patronymic?.ids ?? [];
  for (const surname of surnamesOf(name)) {
    const { sound, skeleton } = surname;
    keys.add(hash('K', skeleton));
    keys.add(hash('V', sound.slice(0, 6)));
    if (sound.length > 6) keys.add(hash('E', sound.slice(-6)));
    if (year !== null) {
      keys.add(hash('Y', `${year}|${skeleton}`));
      keys.add(hash('B', `${year}|${sound.slice(0, 3)}`));
      for (const near of deletions(skeleton)) keys.add(hash('O', `${year}|${near}`));
    }
    for (const given of givens) {
      keys.add(hash('S', `${skeleton}|${given}`));
      keys.add(hash('X', `${sound.slice(0, 3)}|${given}`));
      for (const near of deletions(skeleton)) keys.add(hash('N', `${near}|${given}`));
    }
    for (const father of fathers) keys.add(hash('Z', `${skeleton}|${father}`));
    const first = name.given?.sound.charAt(0) ?? '';
    const second = name.patronymic?.sound.charAt(0) ?? '';
    if (first && second) keys.add(hash('I', `${skeleton}|${first}${second}`));
  }
  for (const given of givens) {
    for (const father of fathers) {
      const [surname] = name.surnames;
      if (surname) keys.add(hash('Q', `${given}|${father}|${surname.skeleton.slice(0, 2)}`));
      if (year !== null) keys.add(hash('G', `${year}|${given}|${father}`));
    }
  }
}

function dateKeys(keys: Set<number>, analysis: Analysis): void {
  const { birth } = analysis;
  if (!birth || birth.month === null || birth.day === null) return;
  const low = Math.min(birth.month, birth.day);
  const high = Math.max(birth.month, birth.day);
  keys.add(hash('W', `${birth.year}|${low}|${high}`));
  for (const name of analysis.names) {
    for (const surname of surnamesOf(name)) {
      keys.add(hash('M', `${birth.month}-${birth.day}|${surname.skeleton}`));
    }
    for (const given of givenKeys(name))
      keys.add(hash('H', `${birth.month}-${birth.day}|${given}`));
  }
}

/** Given names by their number in the table, or by sound where the table does not know them. */
function givenKeys(name: NameAnalysis): readonly string[] {
  const { given } = name;
  if (!given || given.rule === 'initial') return [];
  if (given.ids.length > 0) return given.ids.slice(0, 6).map(String);
  return [skeletonOf(given.sound)];
}

export function surnamesOf(name: NameAnalysis) {
  return name.alternative ? [...name.surnames, name.alternative] : name.surnames;
}

/** The skeleton and every form of it with one sound left out. */
function deletions(skeleton: string): readonly string[] {
  const forms = new Set([skeleton]);
  if (skeleton.length >= 3) {
    for (let at = 0; at < skeleton.length; at += 1) {
      forms.add(skeleton.slice(0, at) + skeleton.slice(at + 1));
    }
  }
  return [...forms];
}

/** FNV-1a over the UTF-16 units, folded to 29 bits. */
function hash(family: string, text: string): number {
  let state = 0x811c9dc5 ^ family.charCodeAt(0);
  state = Math.imul(state, 0x01000193);
  for (let at = 0; at < text.length; at += 1) {
    state ^= text.charCodeAt(at);
    state = Math.imul(state, 0x01000193);
  }
  state ^= state >>> 15;
  state = Math.imul(state, 0x2c1b3c6d);
  return (state ^ (state >>> 13)) >>> 3;
}

/** The key that counts how common a surname is. */
export function surnameKey(skeleton: string): number {
  return hash('K', skeleton);
}
