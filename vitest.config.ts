import { defineConfig } from 'vitest/config';
import { WalksFirst } from './test/order.ts';

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'src/**/*.test.tsx',
      'test/**/*.test.ts',
      'desk/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', 'dist/**'],
    globalSetup: ['test/setup.ts'],
    reporters: ['default', './test/reporter.ts'],
    // What is waited for ends the wait; a limit only ends a test that would wait for ever.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
    sequence: { sequencer: WalksFirst },
    expect: { poll: { timeout: 30_000, interval: 50 } },
  },
});
