import { cells } from '../../access/disclosure.ts';
import type { Module } from '../module.ts';
import { recordPermissions } from './permissions.ts';
import { sealedCorrection, sealedDescription } from './sealed.ts';

/** What one source says about one person. */
export const recordsModule: Module = {
  name: 'records',
  permissions: [recordPermissions],
  sealedFields: [sealedDescription, sealedCorrection],
  disclosure: {
    militaryDetail: cells(
      ...(['own', 'never', 'always', 'checked', 'never'] as const),
      ...(['never', 'never', 'checked', 'never'] as const),
    ),
    // What colleagues note, draft and judge: the bureau's own work.
    deskWork: cells(
      ...(['never', 'never', 'always', 'never', 'never'] as const),
      ...(['never', 'never', 'never', 'never'] as const),
    ),
  },
  live: { record: ['person', 'match', 'unmatched'] },
};
