import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../test/database.ts';
import {
  type DeskServer,
  hireCaseworkers,
  openDesk,
} from '../../test/safety/support/desk-server.ts';
import { World } from '../../test/world.ts';

let test: TestDatabase;
let desk: DeskServer;
let cookies: readonly string[];

beforeAll(async () => {
  test = await cloneDatabase();
  const world = await World.open(test);
  cookies = await hireCaseworkers(world, 3);
  desk = await openDesk(world);
});
afterAll(async () => {
  await desk.close();
  await test.drop();
});

/** A live stream: `ended` resolves when the desk ends it. */
async function openLive(cookie: string) {
  const gone = new AbortController();
  const answer = await fetch(`${desk.url}/api/live`, { headers: { cookie }, signal: gone.signal });
  const ended = answer.text().then(
    () => 'by the desk',
    () => 'by the screen',
  );
  return { code: answer.status, ended, leave: () => gone.abort() };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('live streams', () => {
  it('end when the session is signed out, and only those', async () => {
    const [leaving = '', staying = ''] = cookies;
    const [mine, other, colleague] = await Promise.all(
      [leaving, leaving, staying].map((cookie) => openLive(cookie)),
    );
    const headers = { cookie: leaving, origin: desk.url };
    const out = await fetch(`${desk.url}/api/sign-out`, { method: 'POST', headers });
    expect(out.status).toBe(204);
    expect(await mine?.ended).toBe('by the desk');
    expect(await other?.ended).toBe('by the desk');
    expect(await Promise.race([colleague?.ended, pause(500)])).toBeUndefined();
    colleague?.leave();
    expect((await openLive(leaving)).code).toBe(401);
  });

  it('of one person are bounded: the oldest ends, and colleagues have theirs', async () => {
    const [, staying = '', busy = ''] = cookies;
    const streams = [];
    for (let at = 0; at < 40; at += 1) streams.push(await openLive(busy));
    expect(streams.every(({ code }) => code === 200)).toBe(true);
    for (const { ended } of streams.slice(0, -6)) expect(await ended).toBe('by the desk');
    const last = await Promise.race([...streams.slice(-6).map(({ ended }) => ended), pause(500)]);
    expect(last).toBeUndefined();
    const colleague = await openLive(staying);
    expect(colleague.code).toBe(200);
    for (const { leave } of [...streams, colleague]) leave();
    expect(desk.failures).toEqual([]);
  });
});
