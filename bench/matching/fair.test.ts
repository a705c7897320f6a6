import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { groups } from './fair/groups.ts';
import { bothOf, inPlainLatin } from './fair/spelling.ts';
import { Chance } from './growth/random.ts';

const folder = join(import.meta.dirname, 'fair');

describe('the labelled set by groups of names', () => {
  it('reads no table of the matcher', () => {
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts'))) {
      const imports =
        readFileSync(join(folder, file), 'utf8').match(/src\/matching\/[\w/-]+/g) ?? [];
      expect(imports.filter((path) => path !== 'src/matching/reading/listed-row')).toEqual([]);
    }
  });

  it('has names enough of men, of women and of families for each group', () => {
    for (const { name, names } of groups) {
      if (name === 'ukrainian' || name === 'russian') continue;
      expect([name, names.m.length >= 25]).toEqual([name, true]);
      expect([name, names.f.length >= 18]).toEqual([name, true]);
      expect([name, names.s.length >= 40]).toEqual([name, true]);
    }
  });

  it.each([
    ['hu', 'Nagy', 'Надь', 'Надь'],
    ['az', 'Quliyev', 'Гулиев', 'Гулієв'],
    ['ro', 'Țurcanu', 'Цуркану', 'Цуркану'],
    ['es', 'Muñoz', 'Муньос', 'Муньос'],
    ['pl', 'Szczepański', 'Щепаньский', 'Щепаньський'],
    ['kk', 'Серікбаев', 'Серикбаев', 'Серікбаєв'],
    ['ru', 'Айрат', 'Айрат', 'Айрат'],
  ])('writes %s %s as clerks do', (orthography, own, ru, uk) => {
    const always = new Chance(1);
    const seen = Array.from({ length: 40 }, () => bothOf(own, orthography, always));
    expect(seen.map((both) => both.ru)).toContain(ru);
    expect(seen.map((both) => both.uk)).toContain(uk);
  });

  it('writes Latin of its own hand without marks', () => {
    const chance = new Chance(3);
    const seen = Array.from({ length: 40 }, () => inPlainLatin('Məmmədov', 'az', chance));
    expect(seen).toContain('Mammadov');
  });
});
