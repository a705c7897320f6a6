/** Exit codes of sysexits.h: a fault of ours, and something that is away for a moment. */
export const failedExitCode = 70;
export const unavailableExitCode = 75;
