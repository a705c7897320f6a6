import { onBrokenPipe } from './commands/on-broken-pipe.ts';
import { Problem } from './kernel/problem.ts';

const usage = `homeward <command>

  start [--empty]            runs everything on this machine; with invented people unless --empty
  init                       makes a real installation, its key in three shares
  unlock | lock | state      opens, closes or shows the key service
  learn [--out FILE]         what the desk's answers would change in the weights of the matcher
  match <registry> <queries> ranks and explains candidates; needs no server
  link <list> [<other>]      proposes which rows are one person; needs no server
  compare <pairs.tsv>        how likely two spellings are one name
  collection <verb> …        open collections of historical or public cards, in millions
`;

/** Imported on demand: validation takes memory that a command on lists can use. */
const config = async () => (await import('./config.ts')).readConfig(process.env);

/** The streams of a command on lists, which ends with its reader. */
const printing = () => onBrokenPipe(process, (code) => process.exit(code));

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  start: async (args) => (await import('./commands/start.ts')).runStart(args, await config()),
  init: async (args) => (await import('./commands/init.ts')).runInit(args, await config(), process),
  unlock: async (args) =>
    (await import('./commands/control.ts')).runUnlock(args, await config(), process),
  lock: async () => (await import('./commands/control.ts')).runLock(await config(), process),
  state: async () => (await import('./commands/control.ts')).runState(await config(), process),
  learn: async (args) =>
    (await import('./commands/learn.ts')).runLearn(args, await config(), process),
  match: async (args) => (await import('./commands/match.ts')).runMatch(args, printing()),
  link: async (args) => (await import('./commands/link.ts')).runLink(args, printing()),
  compare: async (args) => (await import('./commands/compare.ts')).runCompare(args, printing()),
  collection: async (args) =>
    (await import('./commands/collection.ts')).runCollection(args, await config(), process),
  run: async (args) => (await import('./supervisor/run-role.ts')).runRole(args, await config()),
};

const [name = '', ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (!command) {
  process.stderr.write(usage);
  process.exitCode = name === '' || name === '--help' || name === 'help' ? 0 : 2;
} else {
  process.exitCode = await command(args).catch((error: unknown) => {
    process.stderr.write(`${wordsOf(error)}\n`);
    return 1;
  });
}

/** The error message for the user at the terminal. */
function wordsOf(error: unknown): string {
  if (error instanceof Problem) return `${error.message} (${error.code})`;
  if (!(error instanceof Error)) return 'The command failed.';
  if ('code' in error && error.code === 'ENOENT' && 'path' in error)
    return `There is no file ${String(error.path)}.`;
  if ('code' in error && error.code === 'EISDIR') return 'A folder was named where a file is read.';
  const cause = error.cause instanceof Error ? `\n  because: ${error.cause.message}` : '';
  return `${error.message}${cause}`;
}
