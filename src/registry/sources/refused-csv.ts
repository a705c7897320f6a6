import { stringify } from 'csv-stringify/sync';

/** Characters that make a spreadsheet compute a cell, in ASCII, full width and small form. */
const formulaStart = '=+\\-@＝＋－＠﹢﹣﹦﹫';
/** Characters that programs drop or skip before the first character of a cell. */
const ignored = '\\p{Cc}\\p{Cf}\\p{Z}';
const hazard = `(?:\\p{Cc}|[${ignored}]*[${formulaStart}])`;
const startsWithHazard = new RegExp(`^${hazard}`, 'u');
const guardMark = new RegExp(`^'(?=${hazard})`, 'u');

/**
 * Keeps a spreadsheet from computing a cell: a formula in a list may send its neighbours elsewhere.
 * Checks the value of the cell, before it is quoted, and behind any invisible characters.
 */
export function guardCell(text: string): string {
  return startsWithHazard.test(text) ? `'${text}` : text;
}

/** Removes the prefix of `guardCell`, so that a corrected list is read as it was sent. */
export function unguardCell(text: string): string {
  return text.replace(guardMark, '');
}

/**
 * Rows as CSV for a spreadsheet, quoted by RFC 4180. Every kind of line break and every usual
 * delimiter is quoted, whatever the reading program uses.
 */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => row.map(guardCell)),
    {
      bom: true,
      delimiter: ';',
      record_delimiter: 'windows',
      quoted_match: /[\p{Cc}\u2028\u2029",;|]/u,
    },
  );
}
