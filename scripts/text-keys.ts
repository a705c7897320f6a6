/** Writes `texts/keys.ts`: the keys of every text, read from the English files of each folder. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const texts = join(import.meta.dirname, '..', 'texts');

/** The content of `texts/keys.ts` for the files that are there. */
export function textKeys(): string {
  const union = (folder: string) =>
    readdirSync(join(texts, 'en', folder))
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => `\n  | keyof typeof import('./en/${folder}/${name}')`)
      .join('');
  return `// Written by \`npm run texts\` from the names of the files; not to be edited.
export type DeskKey =${union('desk')};
export type FamilyKey =${union('family')};
`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(join(texts, 'keys.ts'), textKeys());
