import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

type File = 'surnames_male' | 'names_male' | 'names_female';

/** One list of the package `russian_name` (ISC), a development dependency. */
export function readPackage(file: File): readonly string[] {
  const path = createRequire(import.meta.url).resolve(`russian_name/json/${file}.json`);
  const rows = JSON.parse(readFileSync(path, 'utf8')) as readonly Record<string, string>[]; // Rows of one text.
  return rows.flatMap((row) => Object.values(row));
}
