import { stringify } from 'csv-stringify/sync';

/** Characters that make a spreadsheet compute a cell, in ASCII, full width and small form. */
const formulaStart = '=+\\-@＝＋－＠﹢﹣﹦﹫';
/** What programs drop or skip before they look at the first character of a cell. */
const ignored = '\\p{Cc}\\p{Cf}\\p{Z}';
const hazard = `(?:\\p{Cc}|[${ignored}]*[${formulaStart}])`;
const startsWithHazard = new RegExp(`^${hazard}`, 'u');
const guardMark = new RegExp(`^'(?=${hazard})`, 'u');

/**
 * Keeps a spreadsheet from computing a cell: a list may carry a formula that sends its neighbours
 * elsewhere. Judges the value of the cell, before it is quoted, and behind any invisible start.
 */
export function guardCell(text: string): string {
  return startsWithHazard.test(text) ? `'${text}` : text;
}

/** Takes the mark of `guardCell` off again, so that a corrected list is read as it was sent. */
export function unguardCell(text: string): string {
  return text.replace(guardMark, '');
}

/**
 * Rows as CSV for a spreadsheet, quoted by RFC 4180. Every kind of line break and every usual
 * delimiter is quoted, whatever the reading program takes for the end of a row or a cell.
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
