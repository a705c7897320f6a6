import { setFlagsFromString } from 'node:v8';

/**
 * For programs that hold an index. It lies outside the heap; what grows inside is what reading has left
 * behind. The engine would let that grow to four times what lives, which at a million records is a sixth of
 * all memory; it is told to collect when a third has been added. Costs a fiftieth of the time to build.
 */
export function limitHeapGrowth(): void {
  setFlagsFromString('--heap-growing-percent=30');
}
