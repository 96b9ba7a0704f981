import type { FieldName, FormName, StartName } from '../../api/generated/forms.ts';

/** What it is called; forms show fields in this order. */
const fields: Record<FieldName, string> = {
  videoId: 'Video',
  personaId: 'Persona',
  summaryId: 'Summary',
  summaryIds: 'Summaries',
  detectionId: 'Detection',
  query: 'What to look for',
  frames: 'Frames',
  range: 'At regular times',
  numbers: 'By their numbers',
  from: 'From (seconds)',
  to: 'To (seconds)',
  detection: 'What a detection found',
  objects: 'Boxes that I give',
  label: 'Name',
  labels: 'Labels',
  box: 'Box',
  x: 'Left',
  y: 'Top',
  width: 'Width',
  height: 'Height',
  startSeconds: 'Start (seconds)',
  endSeconds: 'End (seconds)',
  every: 'Every',
  strategy: 'Strategy',
  maxLength: 'Words at most',
  includeConflicts: 'Name contradictions',
  includeCitations: 'Name sources',
  maxClaims: 'Claims at most',
  minConfidence: 'Lowest confidence',
  confidenceThreshold: 'Lowest confidence',
  maxKeyframes: 'Keyframes at most',
  frameSampleRate: 'Frames per second',
  maxFrames: 'Frames at most',
  fusionStrategy: 'Seen and heard together',
  enableAudio: 'Use the audio track',
  enableSpeakerDiarization: 'Tell speakers apart',
  audioLanguage: 'Language of the audio track',
  transcribe: 'Transcribe first',
  diarize: 'Tell speakers apart',
  language: 'Language',
  modelId: 'Model',
  title: 'Title',
  path: 'Path or URL',
  name: 'Name',
  role: 'Role',
  informationNeed: 'What it wants to know',
  durationSeconds: 'Length (seconds)',
  frameRate: 'Frames a second',
  id: 'Id in other systems',
  priority: 'Priority',
  delayMs: 'Start after',
  expiresAt: 'Expires if not started by',
  tags: 'Tags',
  basedOn: 'Started again from',
  idempotencyKey: 'Idempotency key',
};

const forms: Record<FormName, string> = {
  analyzeVideo: 'Analyze a video',
  summarizeVideo: 'Summarize a video',
  transcribeVideo: 'Transcribe a video',
  extractClaims: 'Extract claims',
  synthesizeClaims: 'Synthesize claims',
  detectObjects: 'Find objects',
  trackObjects: 'Track objects',
  registerVideo: 'Register a video',
  createPersona: 'Create a persona',
};

const hints: Record<StartName, string> = {
  analyzeVideo: 'Summary, claims and synthesis, one after the other',
  summarizeVideo: 'What matters in it to a persona',
  transcribeVideo: 'What is said, with times',
  extractClaims: 'Single statements, out of a summary',
  synthesizeClaims: 'One text out of several summaries',
  detectObjects: 'In single frames, by a description',
  trackObjects: 'Through a video, frame by frame',
};

export const newJob = {
  fields,
  forms,
  hints,
  kinds: 'What to do',
  required: 'required',
  options: 'How to run it',
  start: 'Start',
  startMany: (count: number) => `Start ${count} as a batch`,
  starting: 'Starting…',
  again: 'As that job was started. Change what you like.',
  inBatch:
    'Each video gets a job of its own. They start together as a batch: all of them, or none.',
  batchName: 'Name of the batch',
  unset: 'Not set',
  defaultOf: (value: string) => `${value} (default)`,
  draw: 'Draw boxes around the objects on the first tracked frame, or give their sides as numbers.',
  addObject: 'Add a box',
  removeItem: (name: string) => `Remove ${name}`,
  number: (index: number) => `No. ${index}`,
  either: 'One of these',
  separated: 'Separate them by commas.',
  units: { seconds: 'seconds', minutes: 'minutes', hours: 'hours', days: 'days' },
  unit: 'Unit',
  refused: (count: number) =>
    count === 1 ? 'One field is not right yet.' : `${count} fields are not right yet.`,
  tryAgainIn: (seconds: number) => `You can try again in ${seconds} s.`,
  tryAgainNow: 'You can try again now.',
  openExisting: 'Open that job',
  issues: {
    empty: 'Must not be empty.',
    choose: 'Choose one.',
    time: 'Must be a date and a time.',
    tooLong: (max: number) => `Must have at most ${max} characters.`,
    items: (min: number, max: number) =>
      Number.isFinite(max) ? `Must be ${min} to ${max} of them.` : `Must be at least ${min}.`,
    number: ({
      type,
      min,
      max,
      isAbove,
    }: {
      type: string;
      min?: number;
      max?: number;
      isAbove?: boolean;
    }) => {
      const what = type === 'Int' ? 'a whole number' : 'a number';
      if (isAbove)
        return `Must be ${what} above ${min}${max === undefined ? '' : `, up to ${max}`}.`;
      if (min !== undefined && max !== undefined) return `Must be ${what} from ${min} to ${max}.`;
      return max === undefined ? `Must be ${what}.` : `Must be ${what} up to ${max}.`;
    },
  },
  pick: {
    videos: 'Search videos by title or path',
    personas: 'Search personas',
    summaries: 'Search by title, persona or tag',
    detections: 'Search by title or tag',
    newVideo: 'Register a new video',
    newPersona: 'Create a new persona',
    nothing: 'Nothing found.',
    noVideos: 'No videos yet.',
    noPersonas: 'No personas yet.',
    noSummaries: 'No summaries yet. Summarize a video first.',
    noDetections: 'No detections yet. Find objects first.',
    all: (count: number) => `Choose all ${count}`,
  },
  save: 'Save',
  cancel: 'Cancel',
};
