import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import {
  type CardRow,
  currentVersion,
  type LeftOut,
  nameShape,
  noSuchCollection,
  partitionsMax,
} from '../collections/collection.ts';
import { CollectionIndex } from '../collections/collection-index.ts';
import { type Loaded, loadFile, mergePendingCards, openCollection } from '../collections/load.ts';
import {
  deleteCollection,
  findCollection,
  listCollections,
  listFiles,
  measureCollection,
  takeCollection,
} from '../collections/queries.ts';
import type { Config } from '../config.ts';
import type { Bulk } from '../db/bulk.ts';
import { Problem } from '../kernel/problem.ts';
import { openCollectionDatabase } from './collection-database.ts';
import { digestOf, duration, estimateRows, grouped, Progress } from './collection-progress.ts';
import { readListed } from './listed-file.ts';
import { answerAll, countOf, type Streams, timesOf } from './match.ts';
import { onBrokenPipe } from './on-broken-pipe.ts';

const usage = `homeward collection <verb>

  make NAME [--partitions N]      makes an empty collection, for laying it over several servers
  load NAME FILE [FILE…]          loads cards: CSV, XLSX, NDJSON or NDJSON.gz; makes NAME if needed
  list                            what there is, with sizes
  match NAME QUERIES [--top 10] [--out FILE] [--explain]
  drop NAME [--yes]               asks for the name again, then it is gone

  --database URL                  a database of your own; without it the one that DATABASE_URL's server
                                  keeps for collections, or an embedded one in the data folder

Open collections are for historical or public cards, such as registers of earlier wars. They are kept
in clear and found by name. What a bureau learns of people who are captured or missing today never
belongs here: bring it in at the desk, where it is sealed.
`;

export interface CollectionTerminal extends Streams {
  readonly stdin: NodeJS.ReadableStream;
}

interface Call {
  readonly bulk: Bulk;
  readonly name: string;
  readonly files: readonly string[];
  readonly options: {
    readonly top?: string | undefined;
    readonly out?: string | undefined;
    readonly partitions?: string | undefined;
    readonly yes?: boolean | undefined;
  };
  readonly terminal: CollectionTerminal;
}

/** The subcommands, and the minimum and maximum number of files for each. */
const verbs: Readonly<
  Record<string, { run: (call: Call) => Promise<number>; least: number; most: number }>
> = {
  make: { run: makeIt, least: 0, most: 0 },
  load: { run: loadIt, least: 1, most: 1_000 },
  match: { run: matchIt, least: 1, most: 1 },
  drop: { run: dropIt, least: 0, most: 0 },
};

/** `homeward collection`: open collections in PostgreSQL. Exit code 2 for an invalid call. */
export async function runCollection(
  args: readonly string[],
  config: Config,
  terminal: CollectionTerminal,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...{ database: { type: 'string' }, top: { type: 'string' }, out: { type: 'string' } },
      ...{ explain: { type: 'boolean' }, yes: { type: 'boolean' }, help: { type: 'boolean' } },
      partitions: { type: 'string' },
    },
  });
  const [word = '', name = '', ...files] = positionals;
  const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  const understood =
    word === 'list'
      ? positionals.length === 1
      : verb && nameShape.test(name) && files.length >= verb.least && files.length <= verb.most;
  if (values.help || !understood || !areWhole(values)) {
    terminal.stderr.write(usage);
    return values.help ? 0 : 2;
  }
  const database = await openCollectionDatabase(config, values.database);
  // When the user stops it, the database stops too; a load resumes after its last batch.
  const stop = (code: number) => void database.stopNow().finally(() => process.exit(code));
  const onSignal = () => stop(130);
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  onBrokenPipe(terminal, stop);
  try {
    const { bulk } = database;
    if (!verb) return await listThem(bulk, terminal);
    return await verb.run({ bulk, name, files, options: values, terminal });
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await database.close();
  }
}

function areWhole({ top, partitions }: Call['options']): boolean {
  const within = (value: string | undefined, most: number) =>
    value === undefined || (/^[1-9]\d{0,5}$/.test(value) && Number(value) <= most);
  return within(top, 1_000) && within(partitions, partitionsMax);
}

async function makeIt({ bulk, name, options, terminal }: Call): Promise<number> {
  if (await findCollection(bulk, name)) {
    throw new Problem('collection.there', 409, 'There is a collection of this name already.');
  }
  await openCollection(bulk, name, Number(options.partitions ?? 1));
  terminal.stdout.write(`Made ${name}. Its tables lie in the schema cards_${name}.\n`);
  return 0;
}

const shownMax = 50;

async function loadIt({ bulk, name, files, options, terminal }: Call): Promise<number> {
  await requireAlone(bulk, name);
  await openCollection(bulk, name, Number(options.partitions ?? 1));
  const began = performance.now();
  for (const path of files) {
    const [digest, total] = [await digestOf(path), await estimateRows(path)];
    const progress = new Progress(terminal.stderr, total);
    let shown = 0;
    const loaded = await loadFile(bulk, name, {
      file: { digest, path, rows: named(path) },
      watch: {
        progress: (rows, before) => progress.logEvent(rows, before),
        leftOut: ({ line, reason }) => {
          shown += 1;
          if (shown <= shownMax) {
            terminal.stderr.write(`${path}, line ${line}: ${reason}; the line is left out\n`);
          }
        },
      },
    });
    if (shown > shownMax) terminal.stderr.write(`  and ${grouped(shown - shownMax)} more lines\n`);
    terminal.stderr.write(`${path}: ${wordsOf(loaded)}\n`);
  }
  terminal.stderr.write('putting the keys in their place …\n');
  await mergePendingCards(bulk, name);
  const { cards = 0 } = (await findCollection(bulk, name)) ?? {};
  const bytes = await measureCollection(bulk, name);
  terminal.stdout.write(
    `${name} has ${grouped(cards)} cards on ${sizeOf(bytes)}; ` +
      `loaded in ${duration((performance.now() - began) / 1_000)}.\n`,
  );
  return 0;
}

/** Rows of a file; a row without an id is named by file and line, since there may be many files. */
async function* named(path: string): AsyncIterable<readonly (CardRow | LeftOut)[]> {
  const file = basename(path);
  for await (const batch of readListed(path)) {
    yield batch.map((row) =>
      'id' in row && row.id === `line-${row.line}` ? { ...row, id: `${file}:${row.line}` } : row,
    );
  }
}

function wordsOf({ already, cards, leftOut }: Loaded): string {
  if (already) return 'was loaded before; nothing changed';
  return `${grouped(cards)} cards came in, ${grouped(leftOut)} lines were left out`;
}

async function requireAlone(bulk: Bulk, name: string): Promise<void> {
  if (await takeCollection(bulk, name)) return;
  throw new Problem('collection.busy', 409, 'Somebody else loads or drops this collection now.');
}

async function listThem(bulk: Bulk, terminal: CollectionTerminal): Promise<number> {
  const collections = await listCollections(bulk);
  if (collections.length === 0) terminal.stdout.write('There is no collection yet.\n');
  for (const { name, cards, settled, version } of collections) {
    const bytes = await measureCollection(bulk, name);
    const files = await listFiles(bulk, name);
    const open = !settled || files.some(({ finished }) => !finished);
    const state = open
      ? 'not loaded to its end: load again'
      : version === currentVersion()
        ? 'ready'
        : 'of another version of the matcher: drop and load again';
    terminal.stdout.write(
      `${name}  ${grouped(cards)} cards  ${files.length} files  ${sizeOf(bytes)}  ${state}\n`,
    );
  }
  return 0;
}

async function matchIt({ bulk, name, files, options, terminal }: Call): Promise<number> {
  const index = await CollectionIndex.open(bulk, name);
  const { out, top } = options;
  const [path = ''] = files;
  const asked = await answerAll(path, index, { out, top: Number(top ?? 10), streams: terminal });
  terminal.stderr.write(
    `collection ${name} of ${grouped(index.size)} cards, ${countOf(asked)}\n${timesOf(asked)}`,
  );
  return 0;
}

async function dropIt({ bulk, name, options, terminal }: Call): Promise<number> {
  const collection = await findCollection(bulk, name);
  if (!collection) throw noSuchCollection();
  await requireAlone(bulk, name);
  if (!options.yes) {
    const lines = createInterface({ input: terminal.stdin, output: terminal.stdout });
    const answer = await lines
      .question(`${name} has ${grouped(collection.cards)} cards. Type its name to drop it: `)
      .finally(() => lines.close());
    if (answer.trim() !== name) {
      terminal.stdout.write('Nothing was dropped.\n');
      return 1;
    }
  }
  await bulk.transaction(() => deleteCollection(bulk, name));
  terminal.stdout.write(`${name} is gone.\n`);
  return 0;
}

function sizeOf(bytes: number): string {
  return bytes < 2 ** 30
    ? `${Math.round(bytes / 2 ** 20)} MiB`
    : `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
