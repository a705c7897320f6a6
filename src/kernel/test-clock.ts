/**
 * Only for the calendar run. With `HOMEWARD_TEST_CLOCK=yes` the supervisor passes the settings of
 * libfaketime to the processes and databases it starts, so that all share one moved clock.
 * Otherwise they get none of its environment. An installation made by `homeward init` refuses it:
 * an attacker who moves the clock could keep sessions alive or erase families' filings early.
 */
export const testClockSetting = 'HOMEWARD_TEST_CLOCK';

const handedOn = [
  'LD_PRELOAD',
  'FAKETIME_TIMESTAMP_FILE',
  'FAKETIME_NO_CACHE',
  'FAKETIME_DONT_FAKE_MONOTONIC',
  'DONT_FAKE_MONOTONIC',
  'NO_FAKE_STAT',
];

export function hasTestClock(environment: NodeJS.ProcessEnv): boolean {
  return environment[testClockSetting] === 'yes';
}

/** The part of a child's environment that moves the clock; empty unless the run asked for it. */
export function testClockOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  if (!hasTestClock(environment)) return {};
  return Object.fromEntries(
    handedOn.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
