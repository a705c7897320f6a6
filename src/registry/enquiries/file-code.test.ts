import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeFromSeed, hashCode, newCodeSeed, printCode, readCode } from './file-code.ts';

describe('a file code that was typed', () => {
  it.each([
    ['nothing', ''],
    ['too short', 'AAAA-BBBB'],
    ['too long', 'A'.repeat(25)],
    ['letters the alphabet leaves out', 'UUUU-UUUU-UUUU-UUUU-UUUU-UUUU'],
    ['a very long text', 'A'.repeat(100_000)],
    ['only spaces', ' '.repeat(24)],
  ])('is refused when it cannot be one: %s', (_what, typed) => {
    expect(readCode(typed)).toBeNull();
  });

  it('is read however it is written: small, spaced, dashed', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const code = codeFromSeed(seed);
        expect(readCode(printCode(code))).toBe(code);
        expect(readCode(` ${printCode(code).toLowerCase().replaceAll('-', ' ')} `)).toBe(code);
        expect(readCode(printCode(code).replaceAll('-', '–'))).toBe(code);
      }),
    );
  });

  it('is read with look-alike letters of a Ukrainian keyboard, and with O, I and L', () => {
    expect(readCode('АВСЕ-НКМР-ТХОІ-OILA-AAAA-AAAA')).toBe('ABCEHKMPTX01011AAAAAAAAA');
  });

  it('never fails, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (typed) => {
        expect(readCode(typed)?.length ?? 24).toBe(24);
      }),
    );
  });
});

describe('a new file code', () => {
  it('has 24 letters in six groups and follows from its seed alone', () => {
    const seed = newCodeSeed();
    expect(printCode(codeFromSeed(seed))).toMatch(
      /^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/,
    );
    expect(codeFromSeed(seed)).toBe(codeFromSeed(seed));
  });

  it('is another each time, over the whole alphabet', () => {
    const codes = Array.from({ length: 2000 }, () => codeFromSeed(newCodeSeed()));
    expect(new Set(codes).size).toBe(2000);
    expect(new Set(codes.join('')).size).toBe(32);
  });

  it('is stored as a digest that does not contain it', () => {
    const code = codeFromSeed('x');
    expect(hashCode(code)).toHaveLength(32);
    expect(hashCode(code).toString('latin1')).not.toContain(code);
  });
});
