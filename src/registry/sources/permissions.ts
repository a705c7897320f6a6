import { definePermissions } from '../../access/permission.ts';
import { caseStaff } from '../../access/permissions.ts';

/** What the sender still sees of a list: its first rows, and the rows that were refused. */
const remains = ['imports.sample', 'import_rows.raw'];

export const sourcePermissions = definePermissions('source', {
  bring: { staff: caseStaff, purposes: ['import'] },
});

export const importPermissions = definePermissions('import', {
  read: { staff: caseStaff, purposes: ['import', 'quality'], opens: remains },
  decide: { staff: caseStaff, purposes: ['import'] },
  rejectedRows: { staff: caseStaff, purposes: ['import'], opens: remains },
  carryOut: {
    system: true,
    purposes: ['import', 'upkeep'],
    opens: [...remains, 'imports.file', 'imports.marks'],
  },
  inspect: { system: true, purposes: ['import', 'upkeep'] },
  interrupt: { system: true, purposes: ['import', 'upkeep'] },
  refuse: { system: true, purposes: ['import', 'upkeep'] },
  forgetFile: { system: true, purposes: ['import', 'upkeep'] },
});
