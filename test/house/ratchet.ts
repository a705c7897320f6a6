/**
 * Known breaches, by the name of the rule. The list can only shrink: a breach that is not on it
 * fails, and so does an entry whose breach is fixed.
 */
export const ratchet: Readonly<Record<string, readonly string[]>> = {
  'imports point down': [
    // Passwords and lock names need randomness and digests before the vault exists.
    'src/db/embedded.ts imports src/vault/random.ts: upward',
    'src/db/migrate.ts imports src/vault/random.ts: upward',
    'src/registry/events/present.ts imports src/registry/records/present.ts: not a public file of that noun',
    'src/registry/matches/actions.ts imports src/registry/events/standing.ts: not a public file of that noun',
    'src/registry/matches/present.ts imports src/registry/events/present.ts: not a public file of that noun',
    'src/registry/matches/present.ts imports src/registry/records/present.ts: not a public file of that noun',
    'src/registry/notices/actions.ts imports src/registry/events/standing.ts: not a public file of that noun',
    'src/registry/notices/notice.ts imports src/registry/events/standing.ts: not a public file of that noun',
  ],
  'no files import each other in a ring': [
    'src/registry/sources/columns.ts > src/registry/sources/import.ts > src/registry/sources/columns.ts',
  ],
  'each write and each protected read takes its one path': [
    // Prepared outside a transaction, by the command that needs it.
    'src/registry/enquiries/desk-actions.ts calls ctx.broker.adoptIntake',
    'src/registry/matches/actions.ts calls ctx.broker.openMatch',
    // The system's own work on a list, piece by piece.
    'src/registry/sources/list-file.ts calls ctx.broker.open',
  ],
  'SQL lies in queries.ts': [
    'src/audit/write.ts',
    'src/audit/changes.ts',
    'src/audit/entry.ts',
    // The keystore is another database; this file holds its queries.
    'src/broker/keystore.ts',
  ],
  'functions have at most 70 lines': ['src/family/enter-page.tsx EnterPage'],
  'functions take at most three parameters': [
    'src/kernel/problem.ts unnamed',
    'src/matching/reading/dates.ts made',
  ],
  'names say something': [
    // Processes of the operating system have roles in the database.
    'src/db/roles.ts processRoles',
    'src/db/roles.ts ProcessRole',
    'src/family/answers.tsx status',
    'src/family/ask-routes.tsx status',
    'src/family/enter-routes.tsx status',
    'src/registry/events/import-jobs.test.ts status',
    'src/sandbox/read-csv.ts info',
    'src/sandbox/run-list.ts handle',
    'desk/api/client.ts status',
    'desk/forms/refusal.tsx data',
  ],
  'plural forms': ['en enquiries.words lacks one'],
};
