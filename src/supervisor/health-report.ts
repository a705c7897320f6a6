import type { Config } from '../config.ts';
import { type Probe, startProbe } from '../db/probe.ts';
import { type RoleHealth, startHealthServer } from '../http/health.ts';
import type { DiskReserve } from './disk-reserve.ts';
import type { DatabaseName, Databases } from './installation.ts';
import type { KeyState, ProcessSupervisor } from './process-supervisor.ts';

const databaseNames = ['main', 'keystore'] as const;
/**
 * A role that may open each database, so that routine checks do not use the superuser's password.
 */
const askingRole = { main: 'homeward_worker', keystore: 'homeward_broker' } as const;

/**
 * Serves `/healthz` and `/metrics` if the settings name a port; returns the function that stops it.
 */
export async function serveHealth(parts: {
  readonly config: Config;
  readonly supervisor: ProcessSupervisor;
  readonly databases: Databases;
  readonly reserve: DiskReserve;
}): Promise<() => Promise<void>> {
  const { config, supervisor, databases, reserve } = parts;
  if (config.healthPort === null) return async () => undefined;
  const probes = databaseNames.map((name) => ({
    name,
    probe: startProbe(databases.urlFor(askingRole[name], name)),
  }));
  const server = await startHealthServer(async () => {
    const processes = [
      ...(await supervisor.measure()),
      ...probes.map(({ name, probe }) => databaseHealth(name, probe, databases)),
    ];
    const { warnings, ...keys } = keyHealth(supervisor.keyState());
    const { storage } = reserve;
    const disk = storage === 'open' ? [] : [`disk.${storage}`];
    return { processes, ...keys, warnings: [...warnings, ...disk] };
  }, config.healthPort);
  return async () => {
    for (const { probe } of probes) probe.stop();
    await server.close();
  };
}

function keyHealth({ told, isRestarted }: KeyState) {
  const isLockedByRestart = told !== null && !told.unlocked && isRestarted;
  return {
    keys: told === null ? 'away' : told.unlocked ? 'open' : 'locked',
    recordsInIndex: told?.records ?? 0,
    intakeKeyDays: told?.intakeKeyDays ?? null,
    warnings: [
      ...(isLockedByRestart ? ['key_service.locked_by_restart'] : []),
      ...(told?.intakeKeyAlarms ?? []),
    ],
  } as const;
}

function databaseHealth(name: DatabaseName, probe: Probe, databases: Databases): RoleHealth {
  return {
    name: `database-${name}`,
    state: probe.isAnswering() ? 'answering' : 'silent',
    heartbeatAgeMs: probe.answeredAgeMs(),
    restarts: databases.restarts(name),
    residentBytes: null,
    problem: null,
  };
}
