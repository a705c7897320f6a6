import type { Context } from '../audit/context.ts';
import { passOf } from '../broker/caller.ts';
import { brokerClient } from '../broker/client.ts';
import type { Config } from '../config.ts';
import { connect } from '../db/connect.ts';
import { runJobs } from '../jobs/queue.ts';
import type { OfficeId } from '../kernel/ids.ts';
import { declared } from '../registry/modules.ts';
import type { Running, StorageNews } from './heartbeat.ts';
import { logEvent } from './log-event.ts';
import { alertOfDisk, workerTimetable } from './worker-timetable.ts';

/** The process for background work: imports, the contact timetable, erasures. */
export async function runWorker(config: Config, storage: StorageNews): Promise<Running> {
  if (!config.roleUrl || !config.officeId) {
    throw new Error('The worker is started by `homeward start`.');
  }
  const connection = connect(config.roleUrl, { max: 6 });
  const broker = brokerClient(config.brokerSocket, passOf(config.roleUrl));
  const officeId = config.officeId as OfficeId; // Given by the supervisor, which read it as such.
  const now = (): Context => ({
    actor: { kind: 'system', name: 'worker', officeId },
    purpose: { kind: 'upkeep' },
    now: new Date(),
    db: connection.db,
    broker,
  });
  const runner = await runJobs(config.roleUrl, {
    handlers: declared.jobs,
    now,
    onFailure: (call, error) => logEvent('job.failed', { call, error }),
  });
  // The work of a killed worker is resumed at once, not when its job expires (F-01).
  for (const resume of declared.resumes) await resume(now());
  storage.onChange((state) => {
    if (state === 'open') return;
    // This fails on a full disk; the terminal and /healthz report it as well.
    alertOfDisk(now()).catch((error: unknown) =>
      logEvent('job.failed', { call: 'disk.alert', error }),
    );
  });
  const timetable = workerTimetable({ now, declared });
  timetable.start();
  return {
    stop: async () => {
      await timetable.stop();
      await runner.stop();
      broker.close();
      await connection.close();
    },
    vitals: () => ({ problem: runner.isStalled() ? 'jobs_stopped' : null }),
  };
}
