import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textKeys } from '../scripts/text-keys.ts';
import { filesOf } from './texts.ts';

/** Keys that more than one file holds. */
function repeated(files: readonly { readonly texts: object }[]): readonly string[] {
  const keys = files.flatMap(({ texts }) => Object.keys(texts));
  return keys.filter((key, at) => keys.indexOf(key) !== at);
}

describe.each(['desk', 'family'] as const)('the text files of %s', (folder) => {
  it.each(['uk', 'ru', 'en'])('hold each key once in %s', (language) => {
    expect(repeated(filesOf(language, folder))).toEqual([]);
  });

  it.each(['uk', 'ru'])('are the same files in %s as in English', (language) => {
    const names = (each: string) => filesOf(each, folder).map(({ name }) => name);
    expect(names(language).sort()).toEqual(names('en').sort());
  });
});

it('a key in two files would be found', () => {
  expect(repeated([{ texts: { a: 'x', b: 'y' } }, { texts: { b: 'z' } }])).toEqual(['b']);
});

it('the list of text keys is fresh: npm run texts', () => {
  const written = readFileSync(join(import.meta.dirname, '..', 'texts', 'keys.ts'), 'utf8');
  expect(written).toBe(textKeys());
});
