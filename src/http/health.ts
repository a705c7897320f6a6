import { Hono } from 'hono';
import { type Listening, listen } from './listen.ts';

/** The state of the installation, for the operator of the machine: never anything about people. */
export interface Health {
  /** The four processes and the two databases. */
  readonly processes: readonly RoleHealth[];
  /** `away` when the key service does not answer. */
  readonly keys: 'open' | 'locked' | 'away';
  readonly recordsInIndex: number;
  /** Age of the current intake key; null when the key service did not report it. */
  readonly intakeKeyDays: number | null;
  /** What the operator should do before it becomes a fault, as stable codes. */
  readonly warnings: readonly string[];
}

export interface RoleHealth {
  readonly name: string;
  /**
   * `waiting` is between two restarts; `silent` runs without answering, for example when frozen.
   */
  readonly state: 'starting' | 'answering' | 'silent' | 'waiting' | 'stopped';
  /** Time since the last heartbeat, or a database's last answer. */
  readonly heartbeatAgeMs: number | null;
  /** How often it was restarted since the supervisor began. */
  readonly restarts: number;
  readonly residentBytes: number | null;
  /** A fixed word for what is wrong although it answers, such as `jobs_stopped`. */
  readonly problem: string | null;
}

/**
 * `/healthz` and `/metrics` on a port of their own, on this machine only: neither site may reveal
 * them. A locked key service is not a failure, because families can file.
 */
export function healthApp(measure: () => Promise<Health>): Hono {
  const app = new Hono();
  app.get('/healthz', async (c) => {
    const health = await measure();
    const isWell = problems(health).length === 0;
    c.header('Content-Type', 'application/json');
    return c.body(report(health), isWell ? 200 : 503);
  });
  app.get('/metrics', async (c) => c.text(metrics(await measure())));
  return app;
}

/** One JSON document with one line for each process, so that people can read it as well. */
function report(health: Health): string {
  const found = problems(health);
  const head = {
    state: found.length === 0 ? 'well' : 'unwell',
    problems: found,
    warnings: health.warnings,
    keys: health.keys,
    recordsInIndex: health.recordsInIndex,
    intakeKeyDays: health.intakeKeyDays,
  };
  const lines = health.processes.map((each) => JSON.stringify(each)).join(',\n');
  return `${JSON.stringify(head).slice(0, -1)},"processes":[\n${lines}\n]}\n`;
}

/** Faults that need the operator now; each makes the answer 503. */
function problems(health: Health): readonly string[] {
  return health.processes.flatMap(({ name, state, problem }) => {
    if (state !== 'answering') return [`${name} is ${state}`];
    return problem ? [`${name}: ${problem}`] : [];
  });
}

/** The text format of Prometheus. */
function metrics(health: Health): string {
  const yes = (fact: boolean) => (fact ? 1 : 0);
  const each = (name: string, value: (one: RoleHealth) => number | null) =>
    health.processes.flatMap((one) => {
      const found = value(one);
      return found === null ? [] : [`${name}{process="${one.name}"} ${found}`];
    });
  return [
    '# TYPE homeward_process_up gauge',
    ...each('homeward_process_up', ({ state }) => yes(state === 'answering')),
    '# TYPE homeward_process_restarts_total counter',
    ...each('homeward_process_restarts_total', ({ restarts }) => restarts),
    '# TYPE homeward_process_heartbeat_age_ms gauge',
    ...each('homeward_process_heartbeat_age_ms', ({ heartbeatAgeMs }) => heartbeatAgeMs),
    '# TYPE homeward_process_problem gauge',
    ...each('homeward_process_problem', ({ problem }) => yes(problem !== null)),
    '# TYPE homeward_process_resident_bytes gauge',
    ...each('homeward_process_resident_bytes', ({ residentBytes }) => residentBytes),
    '# TYPE homeward_key_service_open gauge',
    `homeward_key_service_open ${yes(health.keys === 'open')}`,
    '# TYPE homeward_index_records gauge',
    `homeward_index_records ${health.recordsInIndex}`,
    '# TYPE homeward_intake_key_age_days gauge',
    ...(health.intakeKeyDays === null
      ? []
      : [`homeward_intake_key_age_days ${health.intakeKeyDays}`]),
    '# TYPE homeward_warnings gauge',
    `homeward_warnings ${health.warnings.length}`,
    '',
  ].join('\n');
}

export function startHealthServer(
  measure: () => Promise<Health>,
  port: number,
): Promise<Listening> {
  const place = { host: '127.0.0.1', port, requestTimeoutMs: 10_000, drainMs: 500 };
  return listen(healthApp(measure), place);
}
