import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Walks start first: they wait for processes and a browser, and the other tests run in parallel.
 */
export class WalksFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isWalk = ({ moduleId }: TestSpecification) => moduleId.includes('/test/e2e/');
    return [...sorted.filter(isWalk), ...sorted.filter((each) => !isWalk(each))];
  }
}
