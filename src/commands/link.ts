import { once } from 'node:events';
import { createReadStream, createWriteStream, renameSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { readModel } from '../matching/learning/training-report.ts';
import { clustersOf, type Link, oneToOne } from '../matching/linking/clusters.ts';
import { Linker, type List } from '../matching/linking/link.ts';
import { type Model, model } from '../matching/weighing/model.ts';
import { layOut } from '../matching/weighing/weigh.ts';
import { limitHeapGrowth } from '../supervisor/limit-heap-growth.ts';
import { lockFile } from '../supervisor/lock-file.ts';
import { startDigest } from '../vault/random.ts';
import { clusterLines } from './link-lines.ts';
import { type Batch, WorkFile } from './link-work.ts';
import { readInto, type Streams } from './match.ts';
import { Progress } from './progress.ts';

const usage =
  'homeward link <list> [<other list>] [--out FILE] [--at 0.9] [--one-to-one] [--model FILE | --unlabelled] [--explain]\n' +
  'One list is searched for rows that speak of one person; two lists are laid against each other.\n' +
  'With --unlabelled what agreement is worth is learnt from the lists themselves, and columns that\n' +
  'are no part of a description are compared as text: for lists with other fields than ours.\n' +
  'One JSON object a line comes out, a proposal each: only people judge. With --out a run that was\n' +
  'interrupted goes on where it stopped, and nobody else writes the file meanwhile.\n';

interface Wanted {
  readonly paths: readonly string[];
  readonly out: string | null;
  /** Probability from which two rows are proposed as one person. */
  readonly at: number;
  /** The weights to use; the program's own by default. */
  readonly model: Model;
  /** Weights are learned from the lists. */
  readonly isUnlabelled: boolean;
  readonly isOneToOne: boolean;
  readonly isExplained: boolean;
}

/**
 * `homeward link`: clusters of rows that may be one person, in one registry or across two lists.
 * Returns the exit code: 1 if a list has no rows, 2 for an invalid call.
 */
export async function runLink(args: readonly string[], streams: Streams): Promise<number> {
  const wanted = await understand(args);
  if (!wanted) {
    streams.stderr.write(usage);
    return 2;
  }
  limitHeapGrowth();
  const lock = wanted.out === null ? null : await lockFile(wanted.out, 'homeward link');
  try {
    return await linkLists(wanted, streams);
  } finally {
    lock?.release();
  }
}

async function linkLists(wanted: Wanted, streams: Streams): Promise<number> {
  const linker = new Linker(layOut(wanted.model));
  for (const [at, path] of wanted.paths.entries()) {
    const list = at === 0 ? 1 : 2;
    const rows = await readListInto(linker, { path, list, wanted }, streams);
    if (rows > 0) continue;
    streams.stderr.write(`${path} has no rows that could be linked\n`);
    return 1;
  }
  linker.mergePending();
  if (wanted.isUnlabelled && !linker.learn()) {
    streams.stderr.write(
      'Too few rows stand out as one person: these lists cannot teach weights.\n',
    );
    return 1;
  }
  const links = await linkAll(linker, wanted, streams);
  const shown = await write(linker, links, { wanted, streams });
  streams.stderr.write(
    `${links.length} links from ${wanted.at} on, ${shown.clusters} clusters proposed, ` +
      `${shown.conflicts} conflicts in them, ` +
      `memory ${Math.round(process.memoryUsage().rss / 1_048_576)} MiB\n` +
      'These are proposals. Only people judge whether two rows speak of one person.\n',
  );
  return 0;
}

async function understand(args: readonly string[]): Promise<Wanted | null> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      at: { type: 'string' },
      'one-to-one': { type: 'boolean', default: false },
      model: { type: 'string' },
      unlabelled: { type: 'boolean', default: false },
      explain: { type: 'boolean', default: false },
    },
  });
  const at = Number(values.at ?? 0.9);
  if (positionals.length < 1 || positionals.length > 2 || !(at > 0 && at < 1)) return null;
  if (values.model && values.unlabelled) return null;
  // A list linked with itself has no two sides.
  if (values['one-to-one'] && positionals.length < 2) return null;
  return {
    paths: positionals,
    out: values.out ?? null,
    at,
    model: values.model ? readModel(await readFile(values.model, 'utf8')) : model,
    isUnlabelled: values.unlabelled,
    isOneToOne: values['one-to-one'],
    isExplained: values.explain,
  };
}

async function readListInto(
  linker: Linker,
  { path, list, wanted }: { readonly path: string; readonly list: List; readonly wanted: Wanted },
  streams: Streams,
): Promise<number> {
  let twice = 0;
  const { rows, broken } = await readInto(path, streams, (id, { line, description, others }) => {
    const cells = wanted.isUnlabelled ? others : {};
    if (linker.add({ list, id }, description, cells)) return;
    twice += 1;
    streams.stderr.write(
      `${path}, line ${line}: the id ${id} stands twice; the line is left out\n`,
    );
  });
  streams.stderr.write(`${path}: ${rows - twice} rows, ${broken + twice} left out\n`);
  return rows - twice;
}

/** Intermediate results are in a file beside the result. */
function workPath(out: string): string {
  return `${out}.work`;
}

const batchRows = 500;

/** Every link, row by row; links that an earlier run found are reused. */
async function linkAll(
  linker: Linker,
  wanted: Wanted,
  { stderr }: Streams,
): Promise<readonly Link[]> {
  const work = wanted.out ? new WorkFile(workPath(wanted.out), await runOf(wanted)) : null;
  const links: Link[] = [];
  let from = linker.firstAsked;
  for (const batch of work ? takenOver(linker, work, wanted) : []) {
    links.push(...batch.links);
    from = batch.upTo;
  }
  if (from > linker.firstAsked) stderr.write(`going on after ${from} rows of an earlier run\n`);
  const progress = new Progress(stderr, { total: linker.size, done: from });
  while (from < linker.size) {
    const batch = linkBatch(linker, from, wanted.at);
    work?.add(batch);
    links.push(...batch.links);
    from = batch.upTo;
    progress.tell(from);
  }
  progress.end();
  work?.close();
  return links;
}

function linkBatch(linker: Linker, from: number, at: number): Batch {
  const upTo = Math.min(linker.size, from + batchRows);
  const links: Link[] = [];
  for (let row = from; row < upTo; row += 1) links.push(...linker.linksOf(row, at));
  return { upTo, links };
}

/**
 * The results of an earlier run, if its last batch gives the same results again. If not, the
 * program has changed since, and the run starts from the beginning.
 */
function takenOver(linker: Linker, work: WorkFile, { at }: Wanted): readonly Batch[] {
  const last = work.found.at(-1);
  if (!last) return [];
  const from = work.found.at(-2)?.upTo ?? linker.firstAsked;
  if (JSON.stringify(linkBatch(linker, from, at)) === JSON.stringify(last)) return work.found;
  work.startOver();
  return [];
}

/** What identifies a run: the bytes of the lists, the matcher and the options. */
async function runOf({
  paths,
  at,
  isUnlabelled,
}: Wanted): Promise<Readonly<Record<string, unknown>>> {
  const lists: string[] = [];
  for (const path of paths) {
    const digest = startDigest();
    for await (const part of createReadStream(path)) digest.add(part as Buffer); // No encoding is set.
    lists.push(digest.end().toString('hex'));
  }
  return { homewardLink: 1, model, at, isUnlabelled, lists };
}

async function write(
  linker: Linker,
  links: readonly Link[],
  { wanted, streams }: { readonly wanted: Wanted; readonly streams: Streams },
): Promise<{ readonly clusters: number; readonly conflicts: number }> {
  const { kept, lost } = wanted.isOneToOne ? oneToOne(links) : { kept: links, lost: [] };
  const clusters = clustersOf(kept, (one, other) => linker.contradict(one, other));
  const beside = wanted.out ? `${wanted.out}.part` : null;
  const out = beside ? createWriteStream(beside) : streams.stdout;
  for (const line of clusterLines(linker, { clusters, lost, isExplained: wanted.isExplained })) {
    if (!out.write(`${JSON.stringify(line)}\n`)) await once(out, 'drain');
  }
  if (wanted.out && beside) {
    out.end();
    await finished(out);
    // The result appears complete or not at all, and the work file is removed after it.
    renameSync(beside, wanted.out);
    rmSync(workPath(wanted.out), { force: true });
  }
  const conflicts = new Set(
    clusters.flatMap((cluster) => cluster.conflicts.map(({ link }) => link)),
  );
  return { clusters: clusters.length, conflicts: conflicts.size };
}
