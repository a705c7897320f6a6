/** How well scores separate same from different. */
export interface PairFigures {
  readonly auc: number;
  readonly bestF1: number;
  readonly at: number;
}

export interface Scored {
  readonly score: number;
  readonly isSame: boolean;
}

export function pairFigures(pairs: readonly Scored[]): PairFigures {
  const sorted = [...pairs].sort((one, other) => other.score - one.score);
  const same = sorted.filter(({ isSame }) => isSame).length;
  let right = 0;
  let best = { bestF1: 0, at: 1 };
  let above = 0;
  let area = 0;
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    const score = sorted[start]?.score ?? 0;
    while (end < sorted.length && sorted[end]?.score === score) end += 1;
    const tied = sorted.slice(start, end);
    const tiedSame = tied.filter(({ isSame }) => isSame).length;
    // Ties count half: neither before nor after.
    area += (tied.length - tiedSame) * (right + tiedSame / 2);
    right += tiedSame;
    above = end;
    const f1 = (2 * right) / (above + same);
    if (f1 > best.bestF1) best = { bestF1: f1, at: score };
    start = end;
  }
  return { auc: area / (same * (sorted.length - same)), ...best };
}

/** Jaro-Winkler of two words, from zero to one. */
export function jaroWinkler(left: string, right: string): number {
  if (left === right) return 1;
  const reach = Math.max(0, Math.floor(Math.max(left.length, right.length) / 2) - 1);
  const taken = new Uint8Array(right.length);
  const hits: string[] = [];
  for (let at = 0; at < left.length; at += 1) {
    const stop = Math.min(right.length, at + reach + 1);
    for (let other = Math.max(0, at - reach); other < stop; other += 1) {
      if (taken[other] || left[at] !== right[other]) continue;
      taken[other] = 1;
      hits.push(left.charAt(at));
      break;
    }
  }
  if (hits.length === 0) return 0;
  const others = [...right].filter((_, at) => taken[at]);
  const turned = hits.filter((letter, at) => letter !== others[at]).length / 2;
  const size = hits.length;
  const jaro = (size / left.length + size / right.length + (size - turned) / size) / 3;
  let head = 0;
  while (head < 4 && head < left.length && left[head] === right[head]) head += 1;
  return jaro + head * 0.1 * (1 - jaro);
}

/**
 * The words of two names, aligned as well as possible; words missing in the shorter one cost
 * nothing.
 */
export function alignedWords(left: readonly string[], right: readonly string[]): number {
  const [few, many] = left.length <= right.length ? [left, [...right]] : [right, [...left]];
  if (few.length === 0) return 0;
  let sum = 0;
  for (const word of few) {
    let best = 0;
    let place = -1;
    many.forEach((other, at) => {
      const isInitial = word.length === 1 || other.length === 1;
      const score = isInitial ? (word[0] === other[0] ? 0.8 : 0) : jaroWinkler(word, other);
      if (score > best) [best, place] = [score, at];
    });
    if (place >= 0) many.splice(place, 1);
    sum += best;
  }
  return sum / few.length;
}
