import { Hono } from 'hono';
import { type Listening, listen } from './listen.ts';

/** How the installation stands, for whoever looks after the machine: never a word about people. */
export interface Health {
  readonly processes: readonly RoleHealth[];
  readonly databaseAnswers: boolean;
  /** `away` when the key service does not answer. */
  readonly keys: 'open' | 'locked' | 'away';
  readonly recordsInIndex: number;
  /** Age of the key that families file under; null when the key service did not tell it. */
  readonly intakeKeyDays: number | null;
  /** What somebody should do before it becomes a fault, as stable codes. */
  readonly warnings: readonly string[];
}

export interface RoleHealth {
  readonly name: string;
  readonly up: boolean;
  /** How often it was started again since the supervisor began. */
  readonly restarts: number;
  readonly residentBytes: number | null;
}

/**
 * `/healthz` and `/metrics` on a port of their own, on this machine only: what they tell must not be
 * asked for at either site. A locked key service is no illness; families can file.
 */
export function healthApp(measure: () => Promise<Health>): Hono {
  const app = new Hono();
  app.get('/healthz', async (c) => {
    const health = await measure();
    const ailing = ailments(health);
    const state = ailing.length > 0 ? ailing.join(', ') : health.keys;
    const warnings = health.warnings.map((warning) => `warning ${warning}\n`).join('');
    return c.text(`${state}\n${warnings}`, ailing.length > 0 ? 503 : 200);
  });
  app.get('/metrics', async (c) => c.text(metrics(await measure())));
  return app;
}

function ailments(health: Health): readonly string[] {
  return [
    ...health.processes.filter(({ up }) => !up).map(({ name }) => `${name} is down`),
    ...(health.databaseAnswers ? [] : ['the database does not answer']),
    ...(health.keys === 'away' ? ['the key service does not answer'] : []),
  ];
}

/** The text form that Prometheus reads. */
function metrics(health: Health): string {
  const yes = (fact: boolean) => (fact ? 1 : 0);
  const each = (name: string, value: (one: RoleHealth) => number | null) =>
    health.processes.flatMap((one) => {
      const found = value(one);
      return found === null ? [] : [`${name}{process="${one.name}"} ${found}`];
    });
  return [
    '# TYPE homeward_process_up gauge',
    ...each('homeward_process_up', ({ up }) => yes(up)),
    '# TYPE homeward_process_restarts_total counter',
    ...each('homeward_process_restarts_total', ({ restarts }) => restarts),
    '# TYPE homeward_process_resident_bytes gauge',
    ...each('homeward_process_resident_bytes', ({ residentBytes }) => residentBytes),
    '# TYPE homeward_database_up gauge',
    `homeward_database_up ${yes(health.databaseAnswers)}`,
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
