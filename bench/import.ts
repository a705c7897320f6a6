/**
 * Rows imported per second against a bare COPY of the same columns, in one run on one durable
 * server: `tsx bench/import.ts [--rows 100000 | --short]`. Besides copying, an import does this:
 * the sandbox, reading, deciding, a key and a seal for every record, persons, events, audit
 * entries.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { connect, type Db } from '../src/db/connect.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { ownerRole, type ProcessRole, prepareCluster, processRoles } from '../src/db/roles.ts';
import { installQueue } from '../src/jobs/queue.ts';
import { storeEventKinds } from '../src/registry/event-kind-queries.ts';
import { declared } from '../src/registry/modules.ts';
import { bringList, readImport, startImport } from '../src/registry/sources/actions.ts';
import { inspectImport } from '../src/registry/sources/jobs.ts';
import { sandboxLists } from '../src/sandbox/run-list.ts';
import { importWorld, keystoreAt, newCommand } from '../test/import-world.ts';

const root = join(import.meta.dirname, '..');
const rowsAt = process.argv.indexOf('--rows');
const rows = process.argv.includes('--short')
  ? 5_000
  : rowsAt > 0
    ? Number(process.argv[rowsAt + 1])
    : 100_000;

const folder = await mkdtemp(join(tmpdir(), 'homeward-bench-'));
const cluster = await startEmbedded({ folder, name: 'bench', durable: true });
try {
  await measure();
} finally {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const passwords = Object.fromEntries([ownerRole, ...processRoles].map((role) => [role, 'bench']));
  const urlOf = (role: string, database: string) => cluster.urlFor(role, 'bench', database);
  for (const database of ['main', 'keystore']) {
    await prepareCluster(cluster.superuserUrl, { database, passwords });
  }
  await migrate(urlOf(ownerRole, 'main'), join(root, 'migrations'));
  await migrate(urlOf(ownerRole, 'keystore'), join(root, 'migrations', 'keystore'));
  await installQueue(urlOf(ownerRole, 'main'), declared.jobs);
  await storeEventKinds(urlOf(ownerRole, 'main'), declared);
  const superuser = new URL(cluster.superuserUrl);
  superuser.pathname = '/main';
  const all = connect(superuser.href, { max: 4 });
  superuser.pathname = '/keystore';
  const keystore = keystoreAt(superuser.href);
  const asRole = (role: ProcessRole) => connect(urlOf(role, 'main'), { max: 6 }).db;
  const test = {
    db: all.db,
    keystore,
    as: asRole,
    urlOf: (role: ProcessRole, which: 'main' | 'keystore' = 'main') => urlOf(role, which),
    drop: async () => undefined,
  };
  const world = await importWorld(test);
  const socket = join(folder, 'broker.sock');
  const broker = await startChild('import-broker.ts', [
    socket,
    urlOf('homeward_broker', 'main'),
    urlOf('homeward_broker', 'keystore'),
    world.key,
  ]);
  const text = list();
  const copied = await copy(all.db, text);
  const { importId } = await bringList(world.daria, {
    bytes: Buffer.from(text, 'utf8'),
    kind: 'official_list',
    reliability: 'B2',
    sender: { label: 'Bureau B' },
    asOf: null,
    side: 'held',
    language: 'uk',
  });
  await inspectImport(world.worker, { importId }, sandboxLists);
  const looked = await readImport(world.daria, { importId });
  await startImport(world.daria, {
    importId,
    version: looked.list.version,
    columns: looked.list.mapping?.columns ?? [],
    saveForSender: false,
    commandId: newCommand(),
  });
  const args = [socket, urlOf('homeward_worker', 'main'), world.officeId, importId];
  const worker = await startChild('import-worker.ts', args);
  const { seconds: imported, peakMiB } = worker.said;
  worker.child.disconnect();
  const { list: done } = await readImport(world.daria, { importId });
  if (done.state !== 'done' || done.rowsRecorded !== rows) throw new Error('not all were recorded');
  const brokerPeak = await peakOf(broker.child.pid ?? 0);
  broker.child.disconnect();
  report({ copied, imported, peakMiB, brokerPeak });
}

function report(found: {
  copied: number;
  imported: number;
  peakMiB: number;
  brokerPeak: number;
}): void {
  const perSecond = (time: number) => Math.round(rows / time);
  process.stdout.write(
    [
      `import of ${rows} rows, against COPY of the same columns in the same run`,
      `  COPY    ${perSecond(found.copied)} rows/s`,
      `  import  ${perSecond(found.imported)} rows/s`,
      `  ratio   1 : ${(found.imported / found.copied).toFixed(1)}`,
      `  peak memory: worker ${found.peakMiB} MiB, broker ${found.brokerPeak} MiB`,
      '',
    ].join('\n'),
  );
}

function list(): string {
  const heads = ['Тихобор', 'Вербогай', 'Ясностан', 'Хмаролан', 'Кривочар', 'Громостан'];
  const given = ['Данило', 'Андрій', 'Ілля', 'Сергій', 'Роман', 'Тарас', 'Артем'];
  const fathers = ['Остапович', 'Петрович', 'Юрійович', 'Іванович', 'Олегович'];
  const line = (at: number) => {
    const name = `${heads[at % 6]}${letters(at)} ${given[at % 7]} ${fathers[at % 5]}`;
    const birth = `${two((at % 28) + 1)}.${two((at % 12) + 1)}.${1965 + (at % 40)}`;
    return `${name};${birth};9${two(at % 100)} ОМБр;солдат;05.${two((at % 12) + 1)}.2024`;
  };
  const lines = Array.from({ length: rows }, (_, at) => line(at));
  return `ПІБ;Дата народження;Військова частина;Звання;Дата полону\n${lines.join('\n')}\n`;
}

function letters(at: number): string {
  return [...at.toString(10)].map((digit) => 'абвгдежзик'.charAt(Number(digit))).join('');
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

async function copy(db: Db, text: string): Promise<number> {
  const path = join(folder, 'list.csv');
  await writeFile(path, text, { mode: 0o644 });
  await sql`create table copied (name text, birth text, unit text, rank text, captured text)`.execute(
    db,
  );
  const began = process.hrtime.bigint();
  await sql`copy copied from ${sql.lit(path)} with (format csv, delimiter ';', header true)`.execute(
    db,
  );
  return seconds(began);
}

function seconds(began: bigint): number {
  return Number(process.hrtime.bigint() - began) / 1e9;
}

interface Said {
  readonly seconds: number;
  readonly peakMiB: number;
}

/** Starts a process of the benchmark and waits for its only message. */
async function startChild(
  name: string,
  args: readonly string[],
): Promise<{ readonly child: ChildProcess; readonly said: Said }> {
  // A bound on its heap shows that memory does not grow with the list.
  const options = { execArgv: ['--max-old-space-size=256', '--import', 'tsx'], cwd: root };
  const child = fork(join(root, 'bench', name), args, options);
  const said = await new Promise<Said>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Said)); // Our own script's.
    child.once('exit', () => reject(new Error(`${name} ended early`)));
  });
  return { child, said };
}

/** The peak memory of the process in MiB; zero if the system does not report it. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/VmHWM:\s+(\d+)/u.exec(status)?.[1] ?? 0) / 1024);
}
