import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Embedded, startEmbedded } from '../../../src/db/embedded.ts';
import { type Installation, startInstallation } from '../../e2e/installation.ts';
import {
  birthText,
  nameCanary,
  type Search,
  searchBytes,
  searchFolders,
  stems,
  writings,
} from '../support/canaries.ts';
import { joinsBetterThanChance, type LinkReport } from '../support/equality-joins.ts';
import { figure, long, patienceMs } from '../support/length.ts';
import { capturedText, familyOrigin, type Loaded, loadCanaries } from '../support/loading.ts';
import {
  type Column,
  listColumns,
  storeUncompressed,
  superuserOf,
  type Which,
  withSuperuser,
} from '../support/superuser.ts';

/**
 * S-12 and S-12b: what a copy of all stored data reveals. A real installation is filled through its
 * two sites, every personal field with a unique word, and stopped.
 */
const load = long(
  { people: 150, families: 60, proven: 4 },
  { people: 1_000, families: 1_000, proven: 100 },
);
const databases = { main: 'homeward_main', keystore: 'homeward_keystore' } as const;

let node: Installation;
let loaded: Loaded;
let search: Search;
const clusters: Embedded[] = [];

beforeAll(async () => {
  node = await startInstallation(['--empty'], { HOMEWARD_FAMILY_ORIGIN: familyOrigin });
  for (const which of ['main', 'keystore'] as const) await onRunning(which, storeUncompressed);
  loaded = await loadCanaries(node, load);
  // The servers' memory is written to their files, as happens every few minutes.
  for (const which of ['main', 'keystore'] as const) {
    await onRunning(which, (client) => client.query('checkpoint'));
  }
  await node.halt();
  search = await searchFolders([node.dataFolder]);
}, patienceMs(180_000));
afterAll(async () => {
  await Promise.all(clusters.map((cluster) => cluster.stop()));
  await node?.stop();
});

async function onRunning<Given>(
  which: Which,
  run: (client: pg.Client) => Promise<Given>,
): Promise<Given> {
  return withSuperuser(await superuserOf(node.dataFolder, which, databases[which]), run);
}

/** The stolen copy, started by the thief. */
async function stolen(which: Which): Promise<string> {
  const cluster = await startEmbedded({ folder: join(node.dataFolder, which), name: which });
  clusters.push(cluster);
  return cluster.superuserUrl.replace(/\/postgres\?/, `/${databases[which]}?`);
}

async function stopStolen(): Promise<void> {
  await Promise.all(clusters.splice(0).map((cluster) => cluster.stop()));
}

describe('S-12 a copy of everything at rest', () => {
  it('holds no canary in any file: data, write-ahead log, run folder, logs, or what was printed', () => {
    const { files, bytes, hits } = search;
    const printed = searchBytes('printed', Buffer.from(node.printed()));
    const count = writings().length;
    figure(
      'S-12',
      `${loaded.canaries} canaries under 3 stems x ${count} writings in ${files} files, ` +
        `${Math.round(bytes / 1_048_576)} MiB: ${hits.length + printed.length} found`,
    );
    expect(files).toBeGreaterThan(500);
    expect([...hits, ...printed]).toEqual([]);
  });

  it('holds none in any column of either database', async () => {
    let columns = 0;
    const found: string[] = [];
    for (const which of ['main', 'keystore'] as const) {
      await withSuperuser(await stolen(which), async (client) => {
        for (const column of await listColumns(client)) {
          columns += 1;
          if (await holdsCanary(client, column))
            found.push(`${which} ${column.table}.${column.column}`);
        }
      });
    }
    figure('S-12', `${columns} columns gone through by SQL: ${found.length} with a canary`);
    expect(columns).toBeGreaterThan(150);
    expect(found).toEqual([]);
  });

  it(
    'finds every one of them where a plaintext blocking column was added (negative control)',
    async () => {
      await stopStolen();
      const people = Array.from({ length: load.people }, (_, person) => nameCanary(person, 0));
      await withSuperuser(await stolen('main'), async (client) => {
        await client.query('alter table records add column blocking text');
        const rows = await client.query<{ id: string }>(
          'select id from records where import_id = $1 order by line limit $2',
          [loaded.importId, load.people],
        );
        for (const [at, { id }] of rows.rows.entries()) {
          const blocking = people[at]?.toLowerCase();
          await client.query('update records set blocking = $1 where id = $2', [blocking, id]);
        }
        await client.query('checkpoint');
        expect(await holdsCanary(client, columnOf('records', 'blocking'))).toBe(true);
      });
      await stopStolen();
      for (const place of ['base', 'pg_wal']) {
        const folder = join(node.dataFolder, 'main', 'data', place);
        const { hits } = await searchFolders([folder], 100_000);
        figure('S-12', `control: ${hits.length} places in ${place} for ${load.people} people`);
        // A name may cross two pages, where a page header splits it; few do.
        expect(hits.length).toBeGreaterThanOrEqual(0.9 * load.people);
      }
    },
    patienceMs(60_000),
  );

  it('is searched in every writing: one planted in each is found (negative control)', () => {
    for (const { name, bytes } of writings()) {
      const planted = Buffer.concat([Buffer.from('before '), bytes, Buffer.from(' after')]);
      expect([name, searchBytes('planted', planted).length > 0]).toEqual([name, true]);
    }
    for (const date of ['1944-03-02', '02.03.1944']) {
      expect(searchBytes('planted', Buffer.from(`on ${date}.`))).toHaveLength(1);
    }
  });
});

describe('S-12b a stolen copy and enquiries planted before', () => {
  it('are joined by no pair of columns better than chance', async () => {
    await stopStolen();
    const report = await withSuperuser(await stolen('main'), async (client) => {
      await client.query('alter table records drop column if exists blocking');
      return joinsBetterThanChance(client, loaded);
    });
    tell(report);
    expect(report.pairs).toBeGreaterThan(500);
    expect(report.better).toEqual([]);
  });

  it('are joined wholly by a blind index under one key (negative control)', async () => {
    await stopStolen();
    const report = await withSuperuser(await stolen('main'), async (client) => {
      for (const [table, id, ids] of [
        ['records', 'id', await recordIds(client)],
        ['enquiries', 'id', loaded.enquiryIds],
      ] as const) {
        await client.query(`alter table ${table} add column blind bytea`);
        for (const [person, rowId] of ids.entries()) {
          // One key for listed people and for enquirers: what R-45 forbids.
          await client.query(`update ${table} set blind = sha256($1) where ${id} = $2`, [
            Buffer.from(`one key|${nameCanary(person, 0)}`),
            rowId,
          ]);
        }
      }
      return joinsBetterThanChance(client, loaded);
    });
    tell(report);
    const [worst] = report.better;
    expect(worst).toMatchObject({ left: 'enquiries.blind', right: 'records.blind', share: 1 });
  });
});

function tell(report: LinkReport): void {
  const [worst] = report.better;
  const said = worst ? `${worst.left} = ${worst.right} joins ${worst.share * 100}%` : 'none';
  figure(
    'S-12b',
    `${report.planted} planted, ${report.pairs} pairs of columns; better than chance: ${said}`,
  );
}

async function recordIds(client: pg.Client): Promise<readonly string[]> {
  const found = await client.query<{ id: string }>(
    'select id from records where import_id = $1 order by line limit $2',
    [loaded.importId, load.families],
  );
  return found.rows.map(({ id }) => id);
}

function columnOf(table: string, column: string): Column {
  return { schema: 'public', table, column, type: 'text' };
}

/** True if a column contains a stem, a birth or a day of capture, as text or as bytes. */
async function holdsCanary(
  client: pg.Client,
  { schema, table, column, type }: Column,
): Promise<boolean> {
  const place = `"${column}"`;
  const all = writings().filter(({ bytes }) => bytes.length >= 6);
  const words = [...Object.values(stems), 'zhiufrakhshch', 'zhyufrakhshch'];
  const dates = `${birthText.source}|${capturedText.source}`;
  const test =
    type === 'bytea'
      ? `exists (select 1 from unnest($1::bytea[]) as word where position(word in ${place}) > 0)`
      : `${place}::text ~* $1`;
  const given = type === 'bytea' ? all.map(({ bytes }) => bytes) : `${words.join('|')}|${dates}`;
  const hit = await client.query(`select 1 from "${schema}"."${table}" where ${test} limit 1`, [
    given,
  ]);
  return hit.rows.length > 0;
}
