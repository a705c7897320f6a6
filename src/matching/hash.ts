/** FNV-1a over the UTF-16 units of a text, as a signed 32-bit number. */
export function hashOf(text: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  }
  return state;
}

/** Spreads two numbers over 32 bits, unsigned: neighbours in, strangers out. */
export function mix(one: number, other: number): number {
  let state = Math.imul(one ^ Math.imul(other, 0x9e3779b1), 0x85ebca6b);
  state ^= state >>> 15;
  state = Math.imul(state ^ (other >>> 3), 0x2c1b3c6d);
  state ^= state >>> 13;
  return state >>> 0;
}
