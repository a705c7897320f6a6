const alphabet = 'aeioubpvfgHhkdtszcCSZlmnrjwxyq';
const width = 128;

/** Sounds that are heard or written for one another. */
const classes = ['bp', 'vf', 'gHh', 'dt', 'szcCSZ', 'k', 'l', 'm', 'n', 'r'];
const classOf = new Map(
  classes.flatMap((letters, at) => [...letters].map((letter) => [letter, at])),
);
const vowels = 'aeiou';

/** Costs by the codes of two letters; letters outside the alphabet are unlike all others. */
const gapCosts = new Float32Array(width).fill(0.9);
const swapCosts = new Float32Array(width * width).fill(1);
for (let code = 0; code < width; code += 1) swapCosts[code * width + code] = 0;
for (const one of alphabet) {
  gapCosts[one.charCodeAt(0)] = gapCost(one);
  for (const other of alphabet) {
    swapCosts[one.charCodeAt(0) * width + other.charCodeAt(0)] = swapCost(one, other);
  }
}

function gapCost(letter: string): number {
  if (letter === 'i') return 0.35;
  return vowels.includes(letter) ? 0.6 : 0.9;
}

function swapCost(left: string, right: string): number {
  if (left === right) return 0;
  const vowel = vowels.includes(left);
  if (vowel !== vowels.includes(right)) return 1;
  if (vowel) return 0.35;
  return classOf.has(left) && classOf.get(left) === classOf.get(right) ? 0.3 : 1;
}

const lengthMax = 40;
/** Below this, the exact likeness is never needed. */
const leastLike = 0.55;
const stride = lengthMax + 1;
/** Three rows of the edit table, reused in turn. */
const rows = new Float64Array(3 * stride);

/**
 * Bits of the consonant classes by letter, and a bound on the cost of a class without a partner.
 */
const classBits = new Uint16Array(width);
for (const [letter, at] of classOf) classBits[letter.charCodeAt(0)] = 1 << at;
const lostClassCost = 0.9;

/** The consonant classes of a sound as bits: words that share few need no closer comparison. */
function classesOf(sound: string): number {
  let bits = 0;
  for (let at = 0; at < sound.length; at += 1) bits |= classBits[codeAt(sound, at)] as number; // In width.
  return bits;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count += 1;
  return count;
}

/**
 * Likeness of two sounds from 0 to 1. Edits are weighted by how easily one sound is heard or read
 * as the other; swapped neighbours cost less than two edits (Damerau's distance, restricted). Words
 * less alike than `least` return 0, mostly without a full comparison.
 */
export function likeness(one: string, other: string, least = leastLike): number {
  const longest = Math.max(one.length, other.length);
  if (longest === 0 || longest > lengthMax) return 0;
  const most = longest * (1 - least);
  if (Math.abs(one.length - other.length) * 0.35 > most) return 0;
  const [left, right] = [classesOf(one), classesOf(other)];
  const lost = Math.max(bitCount(left & ~right), bitCount(right & ~left));
  if (lost * lostClassCost > most) return 0;
  const cost = editCost(one, other, most);
  return cost > most ? 0 : 1 - cost / longest;
}

/** The cost of the cheapest edits; stops with a value above `most` once that is certain. */
function editCost(one: string, other: string, most: number): number {
  const [lengthOne, lengthOther] = [one.length, other.length];
  rows[0] = 0;
  for (let j = 1; j <= lengthOther; j += 1)
    rows[j] = at(rows, j - 1) + at(gapCosts, codeAt(other, j - 1));
  for (let i = 1; i <= lengthOne; i += 1) {
    const left = codeAt(one, i - 1);
    const gap = at(gapCosts, left);
    const row = (i % 3) * stride;
    const before = ((i + 2) % 3) * stride;
    const twoBefore = ((i + 1) % 3) * stride;
    let least = at(rows, before) + gap;
    rows[row] = least;
    for (let j = 1; j <= lengthOther; j += 1) {
      const right = codeAt(other, j - 1);
      let cost = at(rows, before + j - 1) + at(swapCosts, left * width + right);
      const leave = at(rows, before + j) + gap;
      if (leave < cost) cost = leave;
      const put = at(rows, row + j - 1) + at(gapCosts, right);
      if (put < cost) cost = put;
      if (i > 1 && j > 1 && left === codeAt(other, j - 2) && codeAt(one, i - 2) === right) {
        const exchange = at(rows, twoBefore + j - 2) + 0.6;
        if (exchange < cost) cost = exchange;
      }
      rows[row + j] = cost;
      if (cost < least) least = cost;
    }
    if (least > most) return least;
  }
  return at(rows, (lengthOne % 3) * stride + lengthOther);
}

/** The code of a letter; all letters outside the tables share one. */
function codeAt(sound: string, index: number): number {
  return sound.charCodeAt(index) & (width - 1);
}

/** A cell that exists: every index above is within its array. */
function at(cells: Float64Array | Float32Array, index: number): number {
  return cells[index] as number;
}
