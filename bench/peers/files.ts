import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A row of a registry or a query, with the fields of the development set. */
export interface Row {
  readonly id: string;
  readonly qid?: string;
  readonly name?: string;
  readonly dob?: string;
  readonly birthplace?: string;
  readonly unit?: string;
}

export interface Answer {
  readonly qid: string;
  readonly candidates: readonly { readonly id: string; readonly probability: number }[];
}

export function readLines<T>(path: string): readonly T[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as T); // The caller names the type of the content.
}

export function writeLines(path: string, rows: readonly unknown[]): void {
  writeFileSync(path, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
}

/** A table with a heading; cells hold no tabs. */
export function readTable(path: string): readonly Readonly<Record<string, string>>[] {
  const [heading = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const names = heading.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}

export function writeTable(path: string, rows: readonly (readonly string[])[]): void {
  const clean = (cell: string) => cell.replace(/[\t\n"]/g, ' ');
  writeFileSync(path, `${rows.map((row) => row.map(clean).join('\t')).join('\n')}\n`);
}

/** Comma-separated with quotes, as in the anchor files. */
export function readCommaTable(path: string): readonly Readonly<Record<string, string>>[] {
  const [heading = [], ...rows] = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
      ),
    );
  return rows.map((cells) =>
    Object.fromEntries(heading.map((name, at) => [name, cells[at] ?? ''])),
  );
}
