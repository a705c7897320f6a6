import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', 'texts');
export type Catalogue = Readonly<Record<string, string>>;

/** Texts of one language by file, as the desk (`desk`) or the family site (`family`) loads them. */
export function filesOf(language: string, folder: 'desk' | 'family') {
  return readdirSync(join(root, language, folder)).map((name) => ({
    name,
    texts: read(language, folder, name),
  }));
}

/** Every text of the desk or the family site in one language. */
export function catalogueOf(language: string, folder: 'desk' | 'family'): Catalogue {
  return Object.assign({}, ...filesOf(language, folder).map(({ texts }) => texts)) as Catalogue; // A flat file, as its own test proves.
}

/** The sentences of the matcher's reasons. */
export function reasonsOf(language: string): Catalogue {
  return read(language, 'matching.json');
}

function read(...path: readonly string[]): Catalogue {
  return JSON.parse(readFileSync(join(root, ...path), 'utf8')) as Catalogue; // A flat file, as its own test proves.
}
