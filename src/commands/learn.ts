import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Config } from '../config.ts';
import { answersMin, cellMin, type Lessons } from '../matching/learning/training-report.ts';
import { type Terminal, withBroker } from './control.ts';

const usage = 'homeward learn [--out FILE]\n';
const changesShown = 20;

/**
 * `homeward learn`: reports how the desk's confirmed answers would change the matcher's weights.
 * The report itself changes nothing. With `--out` the refined model is written to a file that
 * people can read, try (`homeward match --model FILE`) and activate (`HOMEWARD_MODEL=FILE`).
 */
export async function runLearn(
  args: readonly string[],
  config: Config,
  terminal: Terminal,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { out: { type: 'string' } },
  });
  if (positionals.length > 0) {
    terminal.stdout.write(usage);
    return 2;
  }
  const lessons = (await withBroker(config, (broker) => broker.control('learn', null))) as Lessons; // The broker's own answer.
  terminal.stdout.write(wordsOf(lessons));
  if (lessons.kind === 'too_few') return 3;
  if (values.out) {
    await writeFile(values.out, `${JSON.stringify(lessons.model, null, 2)}\n`, { mode: 0o600 });
    terminal.stdout.write(
      `\nWritten to ${values.out}. Try it on a list whose answers you know with\n` +
        '`homeward match --model FILE`; it is in force when the program is started with\n' +
        '`HOMEWARD_MODEL=FILE`, and the log says so.\n',
    );
  }
  return 0;
}

function wordsOf(lessons: Lessons): string {
  const answers = `${told(lessons.same)} pairs answered "same", ${told(lessons.different)} "different".\n`;
  if (lessons.kind === 'too_few') {
    return `${answers}Too few to learn from: at least ${answersMin} of each are needed.\n`;
  }
  const { now, after, turned, changes } = lessons;
  const figure = (value: number) => value.toFixed(2);
  const lines = changes
    .slice(0, changesShown)
    .map(
      ({ feature, level, from, to, pairs }) =>
        `  ${`${feature} ${level}`.padEnd(32)}${from.toFixed(2).padStart(7)} → ` +
        `${to.toFixed(2).padStart(6)}   ${told(pairs)} pairs\n`,
    );
  return [
    answers,
    'Nothing has changed. Measured on answers that the weights had not seen:\n',
    `  surprise, bits an answer   ${figure(now.surprise)} → ${figure(after.surprise)}\n`,
    `  same before different      ${figure(now.order)} → ${figure(after.order)}\n`,
    `${told(turned)} answered pairs would come to the other side of one half.\n`,
    changes.length === 0 ? 'No weight would move.\n' : 'Weights that would move most:\n',
    ...lines,
  ].join('');
}

/** Counts are in whole tens (R-58). */
function told(count: number): string {
  return count < cellMin ? `fewer than ${cellMin}` : `some ${count}`;
}
