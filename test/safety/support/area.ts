/** How often a guess by time alone is right: 0.5 reveals nothing. Equal times count half. */
export function areaUnderCurve(positive: readonly number[], negative: readonly number[]): number {
  const all = [
    ...positive.map((ms) => ({ ms, one: 1 })),
    ...negative.map((ms) => ({ ms, one: 0 })),
  ].sort((a, b) => a.ms - b.ms);
  let ranks = 0;
  for (let at = 0; at < all.length; ) {
    let end = at;
    while (end < all.length && all[end]?.ms === all[at]?.ms) end += 1;
    const rank = (at + 1 + end) / 2;
    for (const { one } of all.slice(at, end)) ranks += one * rank;
    at = end;
  }
  const { length } = positive;
  return (ranks - (length * (length + 1)) / 2) / (length * negative.length);
}

/** Three and a half standard errors of random guessing, for this many of each class. */
export function boundFor(each: number): number {
  return 3.5 * Math.sqrt((2 * each + 1) / (12 * each * each));
}

export function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
