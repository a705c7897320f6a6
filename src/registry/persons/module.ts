import type { Module } from '../module.ts';
import { judgementPermissions, personPermissions } from './permissions.ts';

/** People as we know them: records joined by judgements. */
export const personsModule: Module = {
  name: 'persons',
  permissions: [personPermissions, judgementPermissions],
  live: {
    person: ['person', 'unmatched', 'search'],
    judgement: ['person', 'match', 'unmatched', 'kin'],
  },
};
