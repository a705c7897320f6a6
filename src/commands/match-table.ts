import type { Candidate } from '../matching/matching.ts';
import { sentence } from '../matching/weighing/explain.ts';

/** A page of candidates for a person at a terminal: the query, the candidates, and the reasons. */
export function printTable(
  out: NodeJS.WritableStream,
  asked: { readonly qid: string; readonly raw: string; readonly candidates: readonly Candidate[] },
): void {
  out.write(`\n${asked.qid}  ${printable(asked.raw)}\n`);
  if (asked.candidates.length === 0) out.write('   nothing worth a look\n');
  for (const { id, probability, reasons } of asked.candidates) {
    out.write(`   ${(probability * 100).toFixed(1).padStart(5)} %  ${id}\n`);
    for (const reason of reasons) {
      if (reason.verdict === 'absent') continue;
      const sign = reason.verdict === 'agrees' ? '+' : '−';
      out.write(`            ${sign} ${printable(sentence(reason))}\n`);
    }
  }
}

/** A list must not be able to move the terminal's cursor. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '');
}
