import { analysis } from './analysis.ts';
import { claims } from './claims.ts';
import { detection } from './detection.ts';
import { persona } from './persona.ts';
import { summary } from './summary.ts';
import { synthesis } from './synthesis.ts';
import type { TestSubject } from './test-subject.ts';
import { video } from './video.ts';

/** Every subject, in the order of `src/subjects`. */
export const testSubjects: readonly TestSubject[] = [
  video,
  persona,
  summary,
  claims,
  synthesis,
  detection,
  analysis,
];
