import { JobUpdatedDocument } from '../../src/documents/index.ts';

document.title = JSON.stringify(JobUpdatedDocument);
