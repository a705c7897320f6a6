import { strToU8, zipSync } from 'fflate';

type Value =
  | string
  | number
  | { readonly formula: string; readonly cached: string }
  | { readonly serial: number };

/** Makes a small real workbook: inline and shared strings, dates by style, formulas with cached values. */
export function workbook(
  rows: readonly (readonly Value[])[],
  extra: Record<string, Uint8Array> = {},
): Uint8Array {
  const shared: string[] = [];
  const cellXml = (value: Value, at: string): string => {
    if (typeof value === 'string') {
      shared.push(value);
      return `<c r="${at}" t="s"><v>${shared.length - 1}</v></c>`;
    }
    if (typeof value === 'number') return `<c r="${at}"><v>${value}</v></c>`;
    if ('serial' in value) return `<c r="${at}" s="1"><v>${value.serial}</v></c>`;
    return `<c r="${at}" t="str"><f>${escapeXml(value.formula)}</f><v>${escapeXml(value.cached)}</v></c>`;
  };
  const sheet = rows
    .map(
      (row, r) =>
        `<row r="${r + 1}">${row.map((value, c) => cellXml(value, `${String.fromCharCode(65 + c)}${r + 1}`)).join('')}</row>`,
    )
    .join('');
  const strings = shared
    .map((text) => `<si><t xml:space="preserve">${escapeXml(text)}</t></si>`)
    .join('');
  return zipSync({
    '[Content_Types].xml': strToU8('<Types/>'),
    'xl/workbook.xml': strToU8(
      '<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>',
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
    ),
    'xl/styles.xml': strToU8(
      '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    ),
    'xl/sharedStrings.xml': strToU8(`<sst>${strings}</sst>`),
    'xl/worksheets/sheet1.xml': strToU8(`<worksheet><sheetData>${sheet}</sheetData></worksheet>`),
    ...extra,
  });
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
