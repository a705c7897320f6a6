/**
 * Prints quality by group of names, language and sex on a labelled set of its own, in one table:
 * `npm run bench:fair [-- --write] [-- --look GROUP]`. Fails if recall among ten has fallen below
 * the recorded interval. `--look` shows the misses, for the half that may be inspected.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Description } from '../../src/kernel/description.ts';
import { parsePartialDate } from '../../src/kernel/partial-date.ts';
import { MatchIndex } from '../../src/matching/matching.ts';
import { readName } from '../../src/matching/reading/name-reading.ts';
import { isThere } from './development-set.ts';
import { type FairQuestion, fairSet } from './fair/set.ts';

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    look: { type: 'string' },
  },
});
const expectedPath = join(import.meta.dirname, 'fair/expected.json');
/** No group may be further below the whole. */
const gapMax = 0.03;

interface Answered extends FairQuestion {
  readonly place: number;
  /** The same, queried with the name and the year of birth alone. */
  readonly barePlace: number;
}

interface Line {
  readonly name: string;
  readonly n: number;
  readonly first: number;
  readonly ten: number;
  readonly low: number;
  readonly high: number;
  readonly bareTen: number;
}

const set = fairSet();
const index = new MatchIndex();
for (const { id, description } of set.rows) index.add(id, description);
index.mergePending();
const answered: readonly Answered[] = set.questions.map((question) => {
  const { asked } = question;
  const placeOf = (description: Description) =>
    index.find(description, { top: 10, from: 0 }).findIndex(({ id }) => question.ids.includes(id));
  return { ...question, place: placeOf(asked), barePlace: placeOf(bareOf(asked)) };
});

const whole = lineOf('the whole', answered);
const lines: readonly (readonly Line[])[] = [
  [whole],
  linesBy(({ group }) => group),
  linesBy(({ sex }) => (sex === 'f' ? 'women' : 'men')),
  linesBy(({ listed }) => `listed in ${listed}`),
  linesBy(({ filed }) => `filed in ${filed}`),
  linesBy(({ asked }) => (isKnown(asked) ? 'given name in the table' : 'given name not in it')),
  linesBy(({ half }) => `the ${half} half`),
];
print();
if (values.look !== undefined) look(values.look);
else judge();

/**
 * True if our own table has the given name: the two lists were made separately, but by the same
 * people.
 */
function isKnown({ names: [name] }: Description): boolean {
  const given = name ? readName(name).words.find(({ part }) => part === 'given') : undefined;
  return given !== undefined && given.means.length > 0 && given.rule !== 'near-form';
}

function bareOf({ names, birth }: Description): Description {
  const value = birth ? parsePartialDate(birth.value?.slice(0, 4) ?? '') : null;
  return { names, ...(birth && value ? { birth: { ...birth, value } } : {}) };
}

function linesBy(keyOf: (each: Answered) => string): readonly Line[] {
  const parts = new Map<string, Answered[]>();
  for (const each of answered) {
    const known = parts.get(keyOf(each));
    if (known) known.push(each);
    else parts.set(keyOf(each), [each]);
  }
  return [...parts].map(([name, all]) => lineOf(name, all));
}

function lineOf(name: string, all: readonly Answered[]): Line {
  const ten = all.filter(({ place }) => place >= 0).length;
  const first = all.filter(({ place }) => place === 0).length / all.length;
  const bareTen = all.filter(({ barePlace }) => barePlace >= 0).length / all.length;
  return { name, n: all.length, first, ten: ten / all.length, ...wilson(ten, all.length), bareTen };
}

/** The 95 % interval of a share (Wilson 1927). */
function wilson(hits: number, n: number) {
  const z = 1.96;
  const share = hits / n;
  const centre = share + (z * z) / (2 * n);
  const reach = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return { low: (centre - reach) / scale, high: (centre + reach) / scale };
}

function print(): void {
  const text = [
    `${index.size} records, ${isThere() ? 'development' : 'invented'} background`,
    'group                        n   R@1    R@10   95 % interval  gap to the whole   name and year alone: R@10',
  ];
  for (const part of lines) {
    for (const { name, n, first, ten, low, high, bareTen } of part) {
      const gap = ten - whole.ten;
      const cells = [first, ten].map((each) => each.toFixed(3)).join('  ');
      text.push(
        `${name.padEnd(24)} ${String(n).padStart(5)}  ${cells}  ${low.toFixed(3)}-${high.toFixed(3)}  ` +
          `${(gap * 100).toFixed(1).padStart(5)}${gap < -gapMax ? '  LAGS' : '      '}   ${bareTen.toFixed(3)}`,
      );
    }
    text.push('');
  }
  process.stdout.write(`${text.join('\n')}\n`);
}

/** The queries missed or not first, of the half that may be inspected. */
function look(group: string): void {
  for (const each of answered) {
    if (each.half !== 'seen' || each.place === 0) continue;
    if (group !== 'all' && each.group !== group) continue;
    process.stdout.write(
      `${each.group} ${each.place}\n  asked  ${each.text.asked}\n${each.text.listed
        .map((line) => `  listed ${line}\n`)
        .join('')}`,
    );
  }
}

/** A figure may not fall below the interval that was recorded. */
function judge(): void {
  const now = Object.fromEntries(lines.flat().map(({ name, ten, low }) => [name, { ten, low }]));
  if (values.write) writeFileSync(expectedPath, `${JSON.stringify(now, null, 1)}\n`);
  if (!isThere() || !existsSync(expectedPath)) return;
  const expected = JSON.parse(readFileSync(expectedPath, 'utf8')) as typeof now;
  const fallen = Object.entries(expected).filter(([name, { low }]) => (now[name]?.ten ?? 0) < low);
  for (const [name, { low }] of fallen) {
    process.stderr.write(`${name}: ${now[name]?.ten.toFixed(3)} is below ${low.toFixed(3)}\n`);
  }
  if (fallen.length > 0) process.exitCode = 1;
}
