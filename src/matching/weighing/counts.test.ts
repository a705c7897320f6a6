import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Counts } from './counts.ts';

describe('counts without their texts', () => {
  it('are those of a map, through every growth', () => {
    const counts = new Counts();
    const known = new Map<string, number>();
    for (let at = 0; at < 20_000; at += 1) {
      const text = `сім'я ${(at * 7_919) % 6_007}`;
      counts.add(text);
      known.set(text, (known.get(text) ?? 0) + 1);
    }
    for (const [text, count] of known) expect(counts.get(text)).toBe(count);
    expect(counts.get('nobody')).toBe(0);
    expect(counts.get('')).toBe(0);
  });

  it('are set as well as added to, for any text', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.nat(9))), (puts) => {
        const counts = new Counts();
        const known = new Map<string, number>();
        for (const [text, count] of puts) {
          counts.set(text, count + 1);
          counts.add(text);
          known.set(text, count + 2);
        }
        for (const [text, count] of known) expect(counts.get(text)).toBe(count);
      }),
    );
  });
});
