const basis = 0x811c9dc5;
const prime = 0x01000193;

/** FNV-1a over the UTF-16 units of a text from `from` to before `to`, as a signed 32-bit number. */
export function hashOf(text: string, from = 0, to = text.length): number {
  let state = basis;
  const end = Math.min(to, text.length);
  for (let at = from; at < end; at += 1) state = Math.imul(state ^ text.charCodeAt(at), prime);
  return state;
}

/** The hash of a text with one unit left out. */
export function hashWithout(text: string, out: number): number {
  let state = basis;
  for (let at = 0; at < text.length; at += 1) {
    if (at !== out) state = Math.imul(state ^ text.charCodeAt(at), prime);
  }
  return state;
}

/** Spreads two numbers over 32 bits, unsigned: neighbouring inputs give unrelated outputs. */
export function mix(one: number, other: number): number {
  let state = Math.imul(one ^ Math.imul(other, 0x9e3779b1), 0x85ebca6b);
  state ^= state >>> 15;
  state = Math.imul(state ^ (other >>> 3), 0x2c1b3c6d);
  state ^= state >>> 13;
  return state >>> 0;
}
