/**
 * For the calendar run alone: with `HOMEWARD_TEST_CLOCK=yes` the supervisor hands the settings of
 * libfaketime on to the processes and databases it starts, so that all of them see one moved clock.
 * Otherwise they get none of its environment. An installation made by `homeward init` refuses it:
 * a clock under somebody's hand ends sessions late and erases families' filings early.
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

/** What a child's environment gets of the moved clock; nothing unless the run asked for it. */
export function testClockOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  if (!hasTestClock(environment)) return {};
  return Object.fromEntries(
    handedOn.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
