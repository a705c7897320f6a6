import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { isThere, queryLines, readPersons, registryLines } from './development-set.ts';
import { givenNames } from './growth/given.ts';
import { People } from './growth/people.ts';
import { Chance } from './growth/random.ts';
import { Requests } from './growth/requests.ts';
import { type Written, writeRow } from './growth/rows.ts';
import { Sink } from './growth/sink.ts';
import { Surnames } from './growth/surnames.ts';
import { type SourceRow, templatesOf } from './growth/templates.ts';

/**
 * Pads a registry with invented people, or makes one of nothing else:
 *
 * npm run bench:grow -- --rows 1000000 --out registry.ndjson.gz [--seed 41] [--alone] [--queries
 * 3000 --out-queries queries.ndjson --out-truth truth.ndjson] [--out-persons persons.tsv]
 *
 * Rows are streamed, so memory does not grow with them. The same seed gives the same bytes.
 */
const caveat =
  'These people and their misspellings are our own invention: forms and frequencies were learnt from\n' +
  'the development registry, the mistakes are plausible, not observed. Figures on them say how the\n' +
  'matcher fares among many, not how it fares on real lists.\n';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    out: { type: 'string' },
    seed: { type: 'string', default: '41' },
    alone: { type: 'boolean', default: false },
    queries: { type: 'string', default: '0' },
    'out-queries': { type: 'string' },
    'out-truth': { type: 'string' },
    'out-persons': { type: 'string' },
  },
});

if (!values.out) {
  process.stderr.write('grow --rows N --out FILE [--seed N] [--alone] [--queries N …]\n');
  process.exit(2);
}
await grow(values.out);

async function grow(path: string): Promise<void> {
  const started = performance.now();
  const source = readSource();
  const known = new Set(
    givenNames.flatMap(({ uk, ru, short }) => [uk, ru, ...short.uk, ...short.ru]),
  );
  const templates = templatesOf(source.rows, known);
  const surnames = new Surnames(source.rows, known);
  const people = new People(surnames, templates);
  const chance = new Chance(Number(values.seed));
  const wanted = Number(values.rows);
  const sink = new Sink(path);
  const persons = values['out-persons'] ? new Sink(values['out-persons']) : null;
  let rows = 0;
  if (!values.alone) {
    for (const line of source.lines.slice(0, wanted)) await sink.line(line);
    if (persons) {
      for (const [id, person] of readPersons().personOf) await persons.line(`${id}\t${person}`);
    }
    rows = Math.min(wanted, source.lines.length);
  }
  const base = rows;
  const requests = new Requests({
    people,
    templates: templatesOf(source.queries, known),
    wanted: Number(values.queries),
    chance: new Chance(Number(values.seed) + 1),
  });
  let invented = 0;
  while (rows < wanted) {
    const person = people.draw(chance);
    invented += 1;
    const ids: string[] = [];
    for (let copies = copiesOf(chance); copies > 0 && rows < wanted; copies -= 1) {
      const id = idOf(rows, Number(values.seed));
      ids.push(id);
      await sink.line(jsonOf('id', id, writeRow(person, chance.of(templates), chance)));
      await persons?.line(`${id}\tinvented ${invented}`);
      rows += 1;
    }
    requests.offer(person, ids, (rows - base) / (wanted - base));
  }
  await sink.end();
  await persons?.end();
  await writeRequests(requests);
  const seconds = (performance.now() - started) / 1000;
  process.stderr.write(
    `${caveat}${rows} rows (${base} of the ${source.name}, ${invented} invented people, ` +
      `${surnames.size} surnames to draw from), ${requests.lines.length} requests, ` +
      `${seconds.toFixed(1)} s, ${Math.round((rows - base) / seconds)} rows a second, ` +
      `${Math.round(process.memoryUsage().rss / 1_048_576)} MiB\n`,
  );
}

/**
 * Several lists name one person: the shares of one, two and three rows in the development registry.
 */
function copiesOf(chance: Chance): number {
  const at = chance.share();
  return at < 0.859 ? 1 : at < 0.969 ? 2 : 3;
}

/** Ids are unique and reveal nothing about their order. */
function idOf(row: number, seed: number): string {
  const mixed = (Math.imul(row + 1, 0x9e37_79b1) ^ Math.imul(seed, 0x85eb_ca6b)) >>> 0;
  return `G${mixed.toString(16).padStart(8, '0')}`;
}

interface Source {
  readonly name: string;
  readonly lines: readonly string[];
  readonly rows: readonly SourceRow[];
  readonly queries: readonly SourceRow[];
}

function readSource(): Source {
  const lines = registryLines();
  const parse = (line: string) => JSON.parse(line) as SourceRow; // Fields as data/README lists them.
  if (!isThere()) process.stderr.write('development set absent; the invented set is padded\n');
  return {
    name: isThere() ? 'development registry' : 'invented set',
    lines,
    rows: lines.map(parse),
    queries: queryLines().map(parse),
  };
}

async function writeRequests(requests: Requests): Promise<void> {
  if (values['out-queries']) {
    const sink = new Sink(values['out-queries']);
    for (const { qid, written } of requests.lines) await sink.line(jsonOf('qid', qid, written));
    await sink.end();
  }
  if (values['out-truth']) {
    const sink = new Sink(values['out-truth']);
    for (const { truth } of requests.lines) await sink.line(JSON.stringify(truth));
    await sink.end();
  }
}

/** Our names never contain a quote or a backslash, so lines are concatenated: this is faster. */
function jsonOf(key: string, id: string, written: Written): string {
  let line = `{"${key}":"${id}"`;
  for (const [field, value] of written) line += `,"${field}":"${value}"`;
  return `${line}}`;
}
