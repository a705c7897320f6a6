import { describe, expect, it } from 'vitest';
import { type Health, healthApp, type RoleHealth } from './health.ts';

const worker: RoleHealth = {
  name: 'worker',
  state: 'answering',
  heartbeatAgeMs: 400,
  restarts: 2,
  residentBytes: null,
  problem: null,
};
const well: Health = {
  processes: [{ ...worker, name: 'broker', restarts: 0, residentBytes: 100 }, worker],
  keys: 'open',
  recordsInIndex: 300,
  intakeKeyDays: 3,
  warnings: [],
};

const ask = (health: Health, path: string) => healthApp(async () => health).request(path);

describe('the health of an installation', () => {
  it.each([
    ['is frozen', { state: 'silent' }, 'worker is silent'],
    ['waits for its restart', { state: 'waiting' }, 'worker is waiting'],
    ['runs no jobs', { problem: 'jobs_stopped' }, 'worker: jobs_stopped'],
  ] as const)('is bad when a process %s, and says which', async (_what, change, words) => {
    const answer = await ask({ ...well, processes: [{ ...worker, ...change }] }, '/healthz');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ state: 'unwell', problems: [words] });
  });

  it('is good when every process answers, and when the key service is locked', async () => {
    expect((await ask(well, '/healthz')).status).toBe(200);
    const locked = await ask({ ...well, keys: 'locked' }, '/healthz');
    expect(locked.status).toBe(200);
    expect(await locked.json()).toMatchObject({ state: 'well', keys: 'locked', warnings: [] });
  });

  it('has one line for each process', async () => {
    const text = await (await ask(well, '/healthz')).text();
    const lines = text.split('\n').filter((line) => line.startsWith('{"name"'));
    expect(lines.map((line) => JSON.parse(line.replace(/,$/, '')).name)).toEqual([
      'broker',
      'worker',
    ]);
  });

  it('warns of an ageing intake key before anything fails', async () => {
    const ageing = { ...well, keys: 'locked', warnings: ['intake_key.ageing'] } as const;
    const answer = await ask(ageing, '/healthz');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ warnings: ['intake_key.ageing'] });
    expect(await (await ask(ageing, '/metrics')).text()).toContain('homeward_warnings 1');
  });

  it('is told in numbers, one line each', async () => {
    const text = await (await ask(well, '/metrics')).text();
    expect(text).toContain('homeward_process_up{process="broker"} 1');
    expect(text).toContain('homeward_process_restarts_total{process="worker"} 2');
    expect(text).toContain('homeward_process_resident_bytes{process="broker"} 100');
    expect(text).not.toContain('resident_bytes{process="worker"}');
    expect(text).toContain('homeward_index_records 300');
    for (const line of text.trim().split('\n')) {
      expect(line).toMatch(/^(?:# TYPE \S+ \w+|homeward_[a-z_]+(?:\{process="[a-z-]+"\})? \d+)$/);
    }
  });
});
