import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { nameProbability } from '../matching/linking/pairs.ts';
import type { Terminal } from './control.ts';

/**
 * `homeward compare <pairs.tsv>`: the probability that the two spellings on each line are one name.
 * Input: a table with a heading that names `pair_id`, `left` and `right`, or these three columns
 * without a heading. Output: `pair_id<TAB>probability`.
 */
export async function runCompare(args: readonly string[], terminal: Terminal): Promise<number> {
  const at = args.indexOf('--out');
  const out = at >= 0 ? args[at + 1] : undefined;
  const [file] = args.filter((arg, place) => !arg.startsWith('--') && (at < 0 || place !== at + 1));
  if (!file) throw new Error('Usage: homeward compare <pairs.tsv> [--out FILE]');
  const target = out ? createWriteStream(out) : terminal.stdout;
  let columns: Columns = { id: 0, left: 1, right: 2, leftLanguage: -1, rightLanguage: -1 };
  let number = 0;
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  for await (const line of lines) {
    number += 1;
    const cells = line.split('\t');
    const heading = number === 1 ? columnsOf(cells) : null;
    if (heading) columns = heading;
    if (heading || line.trim() === '') continue;
    const [id, left, right] = [cells[columns.id], cells[columns.left], cells[columns.right]];
    if (!id || left === undefined || right === undefined) {
      throw new Error(`Line ${number} has no two spellings.`);
    }
    const probability = nameProbability(
      { text: left, language: cells[columns.leftLanguage] },
      { text: right, language: cells[columns.rightLanguage] },
    );
    target.write(`${id}\t${probability.toFixed(6)}\n`);
  }
  if (out) await new Promise<void>((resolve) => void target.end(() => resolve()));
  return 0;
}

interface Columns {
  readonly id: number;
  readonly left: number;
  readonly right: number;
  /** The columns of the languages; -1 if the table has none. */
  readonly leftLanguage: number;
  readonly rightLanguage: number;
}

function columnsOf(cells: readonly string[]): Columns | null {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const columns = {
    id: names.indexOf('pair_id'),
    left: names.indexOf('left'),
    right: names.indexOf('right'),
    leftLanguage: names.indexOf('left_lang'),
    rightLanguage: names.indexOf('right_lang'),
  };
  return columns.id >= 0 && columns.left >= 0 && columns.right >= 0 ? columns : null;
}
