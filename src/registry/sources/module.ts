import { cells } from '../../access/disclosure.ts';
import { jobHandler } from '../../jobs/job.ts';
import { sandboxLists } from '../../sandbox/run-list.ts';
import type { Module } from '../module.ts';
import { inspectJob } from './import-jobs.ts';
import { inspectImport, resumeImports } from './jobs.ts';
import { importPermissions, sourcePermissions } from './permissions.ts';
import { sourceRoutes } from './routes.ts';
import { sealedList, sealedMarks, sealedRow, sealedSample } from './sealed.ts';

/** Lists and other sources that are added. */
export const sourcesModule: Module = {
  name: 'sources',
  permissions: [sourcePermissions, importPermissions],
  sealedFields: [sealedSample, sealedList, sealedMarks, sealedRow],
  disclosure: {
    // family, otherRelative, ownBureau, centralAgency, adverseBureau, delegate, monitor, prosecutor, public
    listContent: cells(
      ...([
        'never',
        'never',
        'always',
        'never',
        'own',
        'never',
        'never',
        'checked',
        'never',
      ] as const),
    ),
  },
  routes: sourceRoutes,
  jobs: [jobHandler(inspectJob, (ctx, payload) => inspectImport(ctx, payload, sandboxLists))],
  resume: resumeImports,
  live: {
    source: ['imports'],
    import: ['imports', 'import', 'import-rows', 'matches', 'unmatched'],
  },
};
