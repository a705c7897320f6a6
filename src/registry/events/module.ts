import { cells } from '../../access/disclosure.ts';
import { jobHandler } from '../../jobs/job.ts';
import { sandboxLists } from '../../sandbox/run-list.ts';
import type { Module } from '../module.ts';
import { carryOutJob } from '../sources/import-jobs.ts';
import { eventKinds } from './event-kinds.ts';
import { carryOutImport } from './import-jobs.ts';
import { eventPermissions } from './permissions.ts';
import { personRoutes } from './routes.ts';

/** What happened to people, and the standing that follows from it. */
export const eventsModule: Module = {
  name: 'events',
  permissions: [eventPermissions],
  disclosure: {
    custody: cells(
      ...(['always', 'consent', 'always', 'always', 'own'] as const),
      ...(['always', 'checked', 'checked', 'aggregate'] as const),
    ),
    placeOfDetention: cells(
      ...(['consent', 'never', 'always', 'always', 'own'] as const),
      ...(['always', 'checked', 'checked', 'never'] as const),
    ),
  },
  eventKinds,
  routes: personRoutes,
  // A list becomes records and events, so imports run here.
  jobs: [jobHandler(carryOutJob, (ctx, payload) => carryOutImport(ctx, payload, sandboxLists))],
  live: { event: ['person', 'match'] },
};
