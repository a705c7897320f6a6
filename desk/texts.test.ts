import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, test } from 'vitest';
import { catalogueOf, reasonsOf } from '../test/texts.ts';

const here = import.meta.dirname;
const languages = { uk: 'uk-UA', ru: 'ru-RU', en: 'en-GB' } as const;
const forms = { uk: ['one', 'few', 'many', 'other'], ru: ['one', 'few', 'many', 'other'] } as const;
interface Part {
  readonly type: number;
  readonly value?: unknown;
  readonly options?: Readonly<Record<string, { readonly value: readonly Part[] }>>;
}

/** Names of the values in a message; type 0 is plain text, 7 the number sign. */
function valuesOf(text: string): readonly string[] {
  const walk = (parts: readonly Part[]): string[] =>
    parts.flatMap((part) => [
      ...(part.type === 0 || part.type === 7 ? [] : [String(part.value)]),
      ...Object.values(part.options ?? {}).flatMap((option) => walk(option.value)),
    ]);
  return [...new Set(walk(new IntlMessageFormat(text, 'en').getAst() as readonly Part[]))].sort();
}

function sources(folder = here): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

/** The values that the program inserts at the place of the pattern. */
function found(pattern: RegExp): readonly string[] {
  return [...sources(join(here, '..', 'src')).matchAll(pattern)].map(([, name = '']) => name);
}

describe('the texts of the desk', () => {
  test('has the same keys in every language', () => {
    const keys = Object.keys(catalogueOf('en', 'desk')).sort();
    expect(keys.length).toBeGreaterThan(50);
    for (const language of ['uk', 'ru'] as const) {
      expect(Object.keys(catalogueOf(language, 'desk')).sort()).toEqual(keys);
    }
  });

  test.each(['uk', 'ru', 'en'] as const)(
    'can be said in %s, with every plural form',
    (language) => {
      for (const [key, text] of Object.entries(catalogueOf(language, 'desk'))) {
        expect(() => new IntlMessageFormat(text, languages[language]), key).not.toThrow();
        if (!text.includes(', plural,') || language === 'en') continue;
        for (const form of forms[language]) expect(text, key).toContain(`${form} {`);
      }
    },
  );

  test('asks for the same values in every language', () => {
    const english = catalogueOf('en', 'desk');
    for (const language of ['uk', 'ru'] as const) {
      for (const [key, text] of Object.entries(catalogueOf(language, 'desk'))) {
        expect(valuesOf(text), key).toEqual(valuesOf(english[key] ?? ''));
      }
    }
  });
});

test('every text of the desk is used by a screen', () => {
  const source = sources();
  const families = new Set(
    [...source.matchAll(/(?:word|useOptions)\(\s*'(\w+)'/g)].map(([, name]) => name),
  );
  // Composed from a prop, or from the code of a refusal.
  for (const family of ['custody', 'life', 'take', 'problem']) families.add(family);
  const unused = Object.keys(catalogueOf('en', 'desk')).filter((key) => {
    const [family] = key.split('.');
    return !source.includes(`'${key}'`) && !source.includes(`"${key}"`) && !families.has(family);
  });
  expect(unused).toEqual([]);
});

test('every refusal that the server names has words', () => {
  const problems = catalogueOf('en', 'desk');
  const codes = found(/(?:new Problem|impossible|invalid|overloaded)\(\s*'([a-z]+\.?[a-z_]*)'/g);
  const wordless = [...new Set(codes)].filter((code) => {
    // The family site has its own words for passphrases.
    if (code.startsWith('passphrase.')) return false;
    // Open collections occur only in a terminal, in English; the desk never shows them.
    if (code.startsWith('collection.')) return false;
    return !(`problem.${code}` in problems) && !(`problem.any.${code.split('.')[1]}` in problems);
  });
  expect(codes.length).toBeGreaterThan(30);
  expect(wordless).toEqual([]);
});

test('every feature that the matcher compares has a name, and every level has words', () => {
  const table = readFileSync(join(here, '..', 'src/matching/comparing/levels.ts'), 'utf8');
  const features = [...table.matchAll(/^ {2}(\w+): \[([^\]]*)\]/gm)];
  expect(features.length).toBeGreaterThan(10);
  const names = catalogueOf('en', 'desk');
  const words = reasonsOf('en');
  const missing = features.flatMap(([, feature = '', levels = '']) => [
    ...(`feature.${feature}` in names ? [] : [`feature.${feature}`]),
    ...[...levels.matchAll(/'(\w+)'/g)]
      .map(([, level]) => `${feature}.${level}`)
      .filter((key) => !(key in words)),
  ]);
  expect(missing).toEqual([]);
});
