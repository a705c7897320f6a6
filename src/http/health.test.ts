import { describe, expect, it } from 'vitest';
import { type Health, healthApp } from './health.ts';

const well: Health = {
  processes: [
    { name: 'broker', up: true, restarts: 0, residentBytes: 100 },
    { name: 'worker', up: true, restarts: 2, residentBytes: null },
  ],
  databaseAnswers: true,
  keys: 'open',
  recordsInIndex: 300,
  intakeKeyDays: 3,
  warnings: [],
};

const ask = (health: Health, path: string) => healthApp(async () => health).request(path);

describe('the health of an installation', () => {
  it.each([
    ['the database is away', { databaseAnswers: false }, 'the database does not answer'],
    ['the key service is away', { keys: 'away' }, 'the key service does not answer'],
    [
      'a process is down',
      { processes: [{ name: 'worker', up: false, restarts: 1, residentBytes: null }] },
      'worker is down',
    ],
  ] as const)('is bad when %s, and says which', async (_what, change, words) => {
    const answer = await ask({ ...well, ...change }, '/healthz');
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain(words);
  });

  it('is good when all stands, and when the key service is locked', async () => {
    expect((await ask(well, '/healthz')).status).toBe(200);
    const locked = await ask({ ...well, keys: 'locked' }, '/healthz');
    expect([locked.status, await locked.text()]).toEqual([200, 'locked\n']);
  });

  it('warns of an ageing intake key before anything fails', async () => {
    const ageing = { ...well, keys: 'locked', warnings: ['intake_key.ageing'] } as const;
    const answer = await ask(ageing, '/healthz');
    expect([answer.status, await answer.text()]).toEqual([
      200,
      'locked\nwarning intake_key.ageing\n',
    ]);
    expect(await (await ask(ageing, '/metrics')).text()).toContain('homeward_warnings 1');
  });

  it('is told in numbers, one line each', async () => {
    const text = await (await ask(well, '/metrics')).text();
    expect(text).toContain('homeward_process_restarts_total{process="worker"} 2');
    expect(text).toContain('homeward_process_resident_bytes{process="broker"} 100');
    expect(text).not.toContain('resident_bytes{process="worker"}');
    expect(text).toContain('homeward_index_records 300');
    for (const line of text.trim().split('\n')) {
      expect(line).toMatch(/^(?:# TYPE \S+ \w+|homeward_[a-z_]+(?:\{process="[a-z-]+"\})? \d+)$/);
    }
  });
});
