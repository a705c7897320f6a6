import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Walks begin first: they wait for processes and a browser, and what is left fits in beside them. */
export class WalksFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isWalk = ({ moduleId }: TestSpecification) => moduleId.includes('/test/e2e/');
    return [...sorted.filter(isWalk), ...sorted.filter((each) => !isWalk(each))];
  }
}
