import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CollectionWorld,
  collectionWorld,
  inPieces,
  inventedCards,
  inventedRow,
  loadCards,
  silent,
} from '../../test/collections.ts';
import { MatchIndex } from '../matching/matching.ts';
import type { Index } from '../matching/ranking.ts';
import { descriptionOf } from '../matching/reading/listed-row.ts';
import { CollectionIndex } from './collection-index.ts';
import { loadFile, mergePendingCards, openCollection } from './load.ts';

/** Two servers, as seen by the first: another database connected as a foreign server. */
let here: CollectionWorld;
let there: CollectionWorld;
beforeAll(async () => {
  [here, there] = [await collectionWorld(), await collectionWorld()];
});
afterAll(async () => {
  await here.drop();
  await there.drop();
});

/**
 * As in `docs/operating/collections.md`: every second partition of each table is on the other
 * server.
 */
async function spread(name: string, partitions: number): Promise<void> {
  await openCollection(here.bulk, name, partitions);
  await openCollection(there.bulk, name, partitions);
  const url = new URL(there.url);
  const option = (value: string) => `'${value.replaceAll("'", "''")}'`;
  await here.bulk.query('create extension if not exists postgres_fdw');
  await here.bulk.query(
    `create server second foreign data wrapper postgres_fdw options (
       host ${option(url.searchParams.get('host') ?? '')},
       dbname ${option(url.pathname.slice(1))}, fetch_size '10000', batch_size '1000')`,
  );
  await here.bulk.query(
    `create user mapping for current_user server second options (
       user ${option(url.username)}, password ${option(decodeURIComponent(url.password))})`,
  );
  const tables = ['card', 'card_id', 'card_key', 'counted_value', 'pending_key', 'pending_value'];
  for (const table of tables) {
    for (let part = 1; part < partitions; part += 2) {
      const whole = `cards_${name}.${table}`;
      await there.bulk.query(`alter table ${whole} detach partition ${whole}_${part}`);
      await here.bulk.query(`drop table ${whole}_${part}`);
      await here.bulk.query(
        `create foreign table ${whole}_${part} partition of ${whole}
         for values with (modulus ${partitions}, remainder ${part})
         server second options (schema_name 'cards_${name}', table_name '${table}_${part}')`,
      );
    }
  }
}

async function answers(index: Index): Promise<readonly string[]> {
  const lines: string[] = [];
  for (let at = 0; at < 12; at += 1) {
    const description = descriptionOf(inventedRow(at * 331));
    lines.push(JSON.stringify(await index.find(description, { top: 30, from: 0 })));
  }
  return lines;
}

describe('a collection spread over two servers', () => {
  const cards = inventedCards(3_000);

  it('takes cards, grows, and answers as the index in memory', async () => {
    await spread('wide', 4);
    await loadCards(here.bulk, 'wide', { cards: cards.slice(0, 2_000), partitions: 4 });
    const file = { digest: 'second', path: 'second', rows: inPieces(cards.slice(1_900)) };
    const loaded = await loadFile(here.bulk, 'wide', { file, watch: silent });
    expect(loaded).toMatchObject({ cards: 1_000, leftOut: 100 });
    await mergePendingCards(here.bulk, 'wide');
    const memory = new MatchIndex();
    for (const { id, description } of cards) memory.add(id, description);
    const index = await CollectionIndex.open(here.bulk, 'wide');
    expect(await answers(index)).toEqual(await answers(memory));
    // Each server has its share of the cards and of the keys.
    for (const { bulk } of [here, there]) {
      const part = bulk === here.bulk ? 0 : 1;
      const [held] = await bulk.query<{ cards: number; keys: number }>(
        `select (select count(*) from only cards_wide.card_${part})::int as cards,
           (select count(*) from only cards_wide.card_key_${part})::int as keys`,
      );
      expect(held?.cards).toBeGreaterThan(600);
      expect(held?.keys).toBeGreaterThan(400);
    }
  });
});
