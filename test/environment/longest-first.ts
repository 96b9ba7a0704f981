import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** Whole processes, faults and loads. */
const takesLong = /\/test\/slow\/(trouble|processes|load)\//;

/** What takes longest begins first, so that no file is left to run alone at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => takesLong.test(moduleId);
    const parts = [files.filter(isLong), files.filter((file) => !isLong(file))];
    // oxlint-disable-next-line unicorn/no-array-sort -- a sequencer's own
    const sorted = await Promise.all(parts.map((part) => super.sort(part)));
    return sorted.flat();
  }
}
