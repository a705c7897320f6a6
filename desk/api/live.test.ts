import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, expect, it } from 'vitest';
import { changesOf, counted, reloadChanged } from './changed.ts';
import { applyChanges } from './live.ts';

const topics = [...counted];
const own = '6f1c1d1e-0000-4000-8000-000000000001';
const another = (minute: number) => `6f1c1d1e-0000-4000-8000-${String(minute).padStart(12, '9')}`;
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** An open page: returns how often it was requested. */
async function openPage(client: QueryClient, queryKey: readonly string[]) {
  const page = { asked: 0 };
  const queryFn = async () => {
    page.asked += 1;
    return page.asked;
  };
  stops.push(new QueryObserver(client, { queryKey, queryFn, retry: false }).subscribe(() => {}));
  await client.refetchQueries({ queryKey, type: 'active' });
  page.asked = 0;
  return page;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 2));

it('spends no budget in an hour of live changes with every counted page open', async () => {
  const client = new QueryClient();
  const pages = [];
  for (const key of counted) pages.push(await openPage(client, [key, own]));
  const queues = await openPage(client, ['queues']);
  for (let minute = 0; minute < 60; minute += 1) {
    await pause();
    applyChanges(client, [
      { topics, objectId: another(minute) },
      { topics, objectId: own },
    ]);
  }
  await pause();
  expect(pages.map(({ asked }) => asked)).toEqual(counted.map(() => 0));
  expect(queues.asked).toBeGreaterThan(0);
  expect(changesOf(client)).toBeGreaterThan(60);
});

it('reads a marked page again when a person says so, once', async () => {
  const client = new QueryClient();
  const matches = await openPage(client, ['matches', 'proposed']);
  await pause();
  applyChanges(client, [{ topics: ['matches', 'match', 'unmatched'], objectId: 'one' }]);
  expect(changesOf(client)).toBe(1);
  await pause();
  await reloadChanged(client);
  expect(matches.asked).toBe(1);
  expect(changesOf(client)).toBeNull();
});

it('would read it with every change, were the page not counted (control)', async () => {
  const client = new QueryClient();
  const list = await openPage(client, ['notices', 'draft']);
  for (let time = 0; time < 5; time += 1) {
    applyChanges(client, [{ topics: ['notices', 'notice'], objectId: `${time}` }]);
    await pause();
  }
  expect(list.asked).toBe(5);
  expect(changesOf(client)).toBeNull();
});

it('leaves a page of one thing alone when another thing changed', async () => {
  const client = new QueryClient();
  await openPage(client, ['match', '6f1c1d1e-0000-4000-8000-000000000001']);
  await pause();
  applyChanges(client, [{ topics: ['matches', 'match', 'unmatched'], objectId: 'another' }]);
  expect(changesOf(client)).toBeNull();
});
