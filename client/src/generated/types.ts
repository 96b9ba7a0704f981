// Made by scripts/generate.ts.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** The state of a batch. All but RUNNING are final, until one of its jobs is retried. */
export type BatchState =
  /** All of its jobs were canceled. */
  | 'CANCELED'
  /** All of its jobs have completed. */
  | 'COMPLETED'
  /** All of its jobs have failed. */
  | 'FAILED'
  /** It has ended, and some of its jobs have failed, expired or been canceled. */
  | 'PARTIAL'
  /** Not all of its jobs are final. */
  | 'RUNNING';

/** A rectangle in a frame, in shares of the frame’s width and height, from its top left corner. */
export type BoxInput = {
  /** Its height, above 0, up to 1. */
  readonly height: number;
  /** Its width, above 0, up to 1. */
  readonly width: number;
  /** Its left side, from 0 to 1. */
  readonly x: number;
  /** Its upper side, from 0 to 1. */
  readonly y: number;
};

/** What happened to a job that was to be canceled. */
export type CancelOutcome =
  /** It was already final. */
  | 'ALREADY_FINISHED'
  /** It had not started, and will not. */
  | 'CANCELED'
  /** Its worker has been told to stop. The job’s next versions show the outcome. */
  | 'REQUESTED';

/** The input of `detectObjects`. */
export type DetectObjectsInput = {
  /** Detections below this confidence, 0 to 1, are left out. */
  readonly confidenceThreshold?: number | null | undefined;
  /** Which frames to look at. */
  readonly frames: DetectionFramesInput;
  /** What to look for, separated by ".", as in `red car. person.`; up to 500 characters. Commas, semicolons and line breaks are refused, as they separate nothing. Which words are understood depends on the model. */
  readonly query: string;
  /** The video to look at. */
  readonly videoId: string;
};

/** Objects that a detection found in one frame: the first that is not before `startSeconds` and has objects that match. Tracking begins in that frame. The most confident are tracked, as many as `objects` may have. */
export type DetectedObjectsInput = {
  /** A detection of the same video. */
  readonly detectionId: string;
  /** Only objects with one of these labels, in any case of letters; 1 to 20. Absent: all. */
  readonly labels?: ReadonlyArray<string> | null | undefined;
  /** Objects below this confidence, 0 to 1, are left out. */
  readonly minConfidence?: number | null | undefined;
};

/** Which frames of a video to look at: either `numbers` or `range`. */
export type DetectionFramesInput = {
  /** 1 to 100 different numbers of frames, counted from 0. */
  readonly numbers?: ReadonlyArray<number> | null | undefined;
  /** The frames that are shown at these times, each once; 600 at most. */
  readonly range?: FrameRangeInput | null | undefined;
};

/** The input of `extractClaims`. */
export type ExtractClaimsInput = {
  /** Maximum number of root claims, 1 to 200. */
  readonly maxClaims?: number | null | undefined;
  /** Claims below this confidence, 0 to 1, are left out; 0 keeps them all. */
  readonly minConfidence?: number | null | undefined;
  /** The model to use. A model service that offers no choice rejects it or ignores it; if it ignores it, the job’s log says so. */
  readonly modelId?: string | null | undefined;
  /** How to divide the summary into claims. */
  readonly strategy?: ExtractionStrategy | null | undefined;
  /** The summary to extract claims from. */
  readonly summaryId: string;
};

/** An option of `extractClaims`. */
export type ExtractionStrategy =
  /** Each sentence is a claim, and its parts are subclaims. */
  | 'HIERARCHICAL'
  /** Each clause that asserts something is a claim. */
  | 'SEMANTIC_UNITS'
  /** Each sentence that asserts something is a claim. */
  | 'SENTENCE_BASED';

/** Frames at regular times. The frame rate and the duration of the video must be known. */
export type FrameRangeInput = {
  /** Seconds from one time to the next, above 0. */
  readonly every: number;
  /** The first time, in seconds from the start of the video. */
  readonly from: number;
  /** Where the range ends, in seconds, itself not included. The video may end before. */
  readonly to: number;
};

/** An option of `summarizeVideo`. */
export type FusionStrategy =
  /** A mixture, as the model service chooses. */
  | 'HYBRID'
  /** One model that sees and hears. */
  | 'NATIVE_MULTIMODAL'
  /** What is seen first, then what is heard. */
  | 'SEQUENTIAL'
  /** What is seen and heard, side by side in time. */
  | 'TIMESTAMP_ALIGNED';

/** Why an attempt failed. */
export type JobErrorCode =
  /** The job took longer than its type allows. */
  | 'DEADLINE_EXCEEDED'
  /** An error of this server. */
  | 'INTERNAL'
  /** The input refers to something that is gone or does not fit, or the model service rejected it. */
  | 'INVALID_INPUT'
  /** The model service sent an invalid response. */
  | 'MODEL_BAD_RESPONSE'
  /** The model service is receiving too many requests. */
  | 'MODEL_RATE_LIMITED'
  /** The model service refused the request; another attempt would be refused too. */
  | 'MODEL_REJECTED'
  /** The model service did not answer in time. */
  | 'MODEL_TIMEOUT'
  /** The model service could not be reached, was not at its address, or failed. */
  | 'MODEL_UNAVAILABLE'
  /** The job before it in its pipeline ended without a result. */
  | 'PREDECESSOR_FAILED'
  /** Its worker disappeared more often than allowed. */
  | 'STALLED';

/** Selects jobs. An absent field matches all of them, and an empty list none. */
export type JobFilter = {
  /** The jobs of this batch. */
  readonly batchId?: string | null | undefined;
  /** Jobs that were accepted after this. */
  readonly createdAfter?: string | null | undefined;
  /** Jobs that were accepted before this. */
  readonly createdBefore?: string | null | undefined;
  /** FAILED jobs with one of these codes. */
  readonly errorCodes?: ReadonlyArray<JobErrorCode> | null | undefined;
  /** These jobs, 1,000 at most. */
  readonly ids?: ReadonlyArray<string> | null | undefined;
  /** Jobs of this owner, for operators: they see the jobs of all owners. */
  readonly owner?: string | null | undefined;
  /** Jobs for this persona or about summaries for it. */
  readonly personaId?: string | null | undefined;
  /** The jobs of this pipeline. */
  readonly pipelineId?: string | null | undefined;
  /** Jobs in these states. */
  readonly states?: ReadonlyArray<JobState> | null | undefined;
  /** Jobs that have all of these tags, 20 at most. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
  /**
   * Jobs that have all of these words in the title of a video that they are about, in the name of their persona, or in their tags and error.
   * A word also stands for those that it begins. Case and accents do not matter; where a language is written without spaces, each character is a word.
   * 200 characters and 20 words at most; a text without words matches all jobs.
   */
  readonly text?: string | null | undefined;
  /** Jobs of these types. */
  readonly types?: ReadonlyArray<JobType> | null | undefined;
  /** Jobs about this video, by either of its ids, or about summaries of it. */
  readonly videoId?: string | null | undefined;
  /** Jobs about one of these videos, by either of their ids, or about summaries of them, 100 at most. */
  readonly videoIds?: ReadonlyArray<string> | null | undefined;
};

/** How to run a job. */
export type JobOptions = {
  /** The job of the viewer’s that it is started again from, with a change. */
  readonly basedOn?: string | null | undefined;
  /** Milliseconds to wait before it may start, up to 2,592,000,000 (30 days). */
  readonly delayMs?: number | null | undefined;
  /** If it has not started by then, it is EXPIRED. Must be later than the end of `delayMs`. */
  readonly expiresAt?: string | null | undefined;
  /** Same key, same input: the same job again, with created: false. Same key, other input: IdempotencyConflictError. Up to 200 characters. */
  readonly idempotencyKey?: string | null | undefined;
  /** Its place among the jobs that wait; if absent, the default of its type. HIGH may be for operators only. */
  readonly priority?: JobPriority | null | undefined;
  /** What to find it by: up to 20 tags of up to 50 characters. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
};

/** Which job a queue takes first. Jobs of one priority run in the order of their submission. */
export type JobPriority =
  /** Before all others. */
  | 'HIGH'
  /** After all others. */
  | 'LOW'
  /** Before LOW, after HIGH. */
  | 'NORMAL';

/** The state of a job. COMPLETED, FAILED, CANCELED and EXPIRED are final. */
export type JobState =
  /** A worker is running it. */
  | 'ACTIVE'
  /** Canceled before it completed. */
  | 'CANCELED'
  /** Done; the result is available. */
  | 'COMPLETED'
  /** Waits until a given time: after a requested delay, or before another attempt. */
  | 'DELAYED'
  /** Not started before `expiresAt`. */
  | 'EXPIRED'
  /** Failed for good; the error says why. */
  | 'FAILED'
  /** Waits for a worker. */
  | 'QUEUED';

/** What a job does. */
export type JobType =
  /** Extracts the atomic claims of a summary. */
  | 'CLAIM_EXTRACTION'
  /** Synthesizes the claims of several summaries into one text. */
  | 'CLAIM_SYNTHESIS'
  /** Finds objects in frames of a video. */
  | 'OBJECT_DETECTION'
  /** Follows objects through a video. */
  | 'OBJECT_TRACKING'
  /** Transcribes what is said in a video. */
  | 'TRANSCRIPTION'
  /** Summarizes a video for a persona. */
  | 'VIDEO_SUMMARIZATION';

/** Why a job does not run yet. If several reasons hold, it is the first of this list. */
export type JobWaitingReason =
  /** It is to start later. */
  | 'DELAY'
  /** No worker takes the jobs of this queue. */
  | 'NO_WORKER'
  /** Its owner has as many jobs in the queue as one owner may have at once, or has had more of the queue’s time than others, whose later jobs go first. */
  | 'OWNER_SHARE'
  /** Others go before it, or it is next and every worker is busy. */
  | 'POSITION'
  /** The job before it in its pipeline has not completed. */
  | 'PREDECESSOR'
  /** An operator has paused the queue. */
  | 'QUEUE_PAUSED'
  /** The broker that keeps the queue does not answer. */
  | 'QUEUE_UNAVAILABLE'
  /** The queue has let as many jobs start in this minute as it may. */
  | 'RATE_LIMIT'
  /** Its last attempt failed, and the time of the next has not come. */
  | 'RETRY';

/** The severity of a log line. */
export type LogLevel =
  /** For debugging. */
  | 'DEBUG'
  /** Something that made the attempt fail. */
  | 'ERROR'
  /** Normal operation. */
  | 'INFO'
  /** Something unexpected that did not stop the job. */
  | 'WARN';

/** The input of `summarizeVideo`. */
export type SummarizeVideoInput = {
  /** Language of the audio track, as a tag such as `en`; detected if absent. */
  readonly audioLanguage?: string | null | undefined;
  /** Whether to use the audio track. */
  readonly enableAudio?: boolean | null | undefined;
  /** Whether to tell the speakers of the audio track apart. */
  readonly enableSpeakerDiarization?: boolean | null | undefined;
  /** Frames to analyze per second of video, 1 to 10. */
  readonly frameSampleRate?: number | null | undefined;
  /** How to combine what is seen with what is heard. */
  readonly fusionStrategy?: FusionStrategy | null | undefined;
  /** Maximum number of frames to analyze, 1 to 100. */
  readonly maxFrames?: number | null | undefined;
  /** The model to use. A model service that offers no choice rejects it or ignores it; if it ignores it, the job’s log says so. */
  readonly modelId?: string | null | undefined;
  /** The persona to summarize for. Its information need decides what matters. */
  readonly personaId: string;
  /** The video to summarize. */
  readonly videoId: string;
};

/** An option of `synthesizeClaims`. */
export type SynthesisStrategy =
  /** By what the sources agree on, what they differ in, and what only one says. */
  | 'ANALYTICAL'
  /** In the order in which the sources say it. */
  | 'CHRONOLOGICAL'
  /** By theme, the best supported first. */
  | 'HIERARCHICAL'
  /** One flowing text. */
  | 'NARRATIVE';

/** The input of `synthesizeClaims`. */
export type SynthesizeClaimsInput = {
  /** Whether to say which source each statement comes from. */
  readonly includeCitations?: boolean | null | undefined;
  /** Whether to say which claims contradict each other. */
  readonly includeConflicts?: boolean | null | undefined;
  /** Maximum number of words, 100 to 2,000. */
  readonly maxLength?: number | null | undefined;
  /** The model to use. A model service that offers no choice rejects it or ignores it; if it ignores it, the job’s log says so. */
  readonly modelId?: string | null | undefined;
  /** How to arrange the text. */
  readonly strategy?: SynthesisStrategy | null | undefined;
  /** The summaries whose latest claims to synthesize, 1 to 50. */
  readonly summaryIds: ReadonlyArray<string>;
};

/** The input of `trackObjects`. */
export type TrackObjectsInput = {
  /** Where the model service is less confident of an object than this, 0 to 1, the object counts as not found. 0 keeps all that it finds. */
  readonly confidenceThreshold?: number | null | undefined;
  /** The detection that found the objects to track. Either this or `objects`. */
  readonly detection?: DetectedObjectsInput | null | undefined;
  /** Where to end, in seconds; absent, or later than it: the end of the video. 20000 frames are tracked at most. */
  readonly endSeconds?: number | null | undefined;
  /** Every how many frames to look, 1 to 30. Objects that move far in between are lost: 1 to 3 is safe. */
  readonly every?: number | null | undefined;
  /** Maximum number of keyframes of each track, 2 to 1,000. The first and last frame of each visible range is always one, so there may be more. */
  readonly maxKeyframes?: number | null | undefined;
  /** The objects to track, 1 to 20; in a video above 1080p fewer, of 4K up to 6. Either this or `detection`. */
  readonly objects?: ReadonlyArray<TrackedObjectInput> | null | undefined;
  /** Where to begin, in seconds from the start of the video. */
  readonly startSeconds?: number | null | undefined;
  /** The video to track in. Its width, height, frame rate and duration must be known. The model service finds it by a name alone, of letters, digits, `_` and `-`: that of its file if that is directly in the media folder, and its id otherwise. */
  readonly videoId: string;
};

/** An object to track. */
export type TrackedObjectInput = {
  /** Where it is in the first tracked frame, that of `startSeconds`. */
  readonly box: BoxInput;
  /** What it is called, up to 200 characters. */
  readonly label: string;
};

/** The input of `transcribeVideo`. */
export type TranscribeVideoInput = {
  /** Whether to tell the speakers apart, by a second call of the model service. Another attempt makes both calls again. */
  readonly diarize?: boolean | null | undefined;
  /** Language of what is said, as a tag such as `en`; detected if absent. */
  readonly language?: string | null | undefined;
  /** The video to transcribe. */
  readonly videoId: string;
};

export type BatchFieldsFragment = { readonly id: string, readonly name: string | null, readonly state: BatchState, readonly version: number, readonly progress: number, readonly createdAt: string, readonly completedAt: string | null, readonly counts: ReadonlyArray<{ readonly state: JobState, readonly count: number }> };

export type BatchUpdatedSubscriptionVariables = Exact<{
  id: string;
  after?: number | null | undefined;
}>;


export type BatchUpdatedSubscription = { readonly batchUpdated: { readonly id: string, readonly name: string | null, readonly state: BatchState, readonly version: number, readonly progress: number, readonly createdAt: string, readonly completedAt: string | null, readonly counts: ReadonlyArray<{ readonly state: JobState, readonly count: number }> } };

type JobFields_ClaimExtractionJob_Fragment = { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null };

type JobFields_ClaimSynthesisJob_Fragment = { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null };

type JobFields_ObjectDetectionJob_Fragment = { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null };

type JobFields_ObjectTrackingJob_Fragment = { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null };

type JobFields_TranscriptionJob_Fragment = { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null };

type JobFields_VideoSummarizationJob_Fragment = { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null };

export type JobFieldsFragment =
  | JobFields_ClaimExtractionJob_Fragment
  | JobFields_ClaimSynthesisJob_Fragment
  | JobFields_ObjectDetectionJob_Fragment
  | JobFields_ObjectTrackingJob_Fragment
  | JobFields_TranscriptionJob_Fragment
  | JobFields_VideoSummarizationJob_Fragment
;

export type JobUpdatedSubscriptionVariables = Exact<{
  id: string;
  after?: number | null | undefined;
}>;


export type JobUpdatedSubscription = { readonly jobUpdated:
    | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
    | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
    | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
    | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
    | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
    | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
   };

export type JobsUpdatedSubscriptionVariables = Exact<{
  filter?: JobFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type JobsUpdatedSubscription = { readonly jobsUpdated: { readonly cursor: string, readonly matches: boolean, readonly job:
      | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
      | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
      | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
      | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
      | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
      | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
     | null } };

export type CancelJobMutationVariables = Exact<{
  id: string;
}>;


export type CancelJobMutation = { readonly cancelJob:
    | { readonly __typename: 'CancelJobPayload', readonly outcome: CancelOutcome, readonly job:
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
       }
    | { readonly __typename: 'NotFoundError', readonly message: string }
   };

export type RetryJobMutationVariables = Exact<{
  id: string;
}>;


export type RetryJobMutation = { readonly retryJob:
    | { readonly __typename: 'ConflictError', readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly message: string }
    | { readonly __typename: 'RetryJobPayload', readonly job:
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
       }
   };

export type LogFieldsFragment = { readonly sequence: number, readonly at: string, readonly level: LogLevel, readonly attempt: number, readonly message: string };

export type JobLogAddedSubscriptionVariables = Exact<{
  id: string;
  after?: number | null | undefined;
}>;


export type JobLogAddedSubscription = { readonly jobLogAdded: { readonly sequence: number, readonly at: string, readonly level: LogLevel, readonly attempt: number, readonly message: string } };

export type JobQueryVariables = Exact<{
  id: string;
}>;


export type JobQuery = { readonly job:
    | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
    | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
    | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
    | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
    | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
    | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
   | null };

export type JobsQueryVariables = Exact<{
  filter?: JobFilter | null | undefined;
  after?: string | null | undefined;
  known?: JobFilter | null | undefined;
  first?: number | null | undefined;
}>;


export type JobsQuery = { readonly jobs: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly node:
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
       }> }, readonly known: { readonly edges: ReadonlyArray<{ readonly node:
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
       }> } };

export type BatchQueryVariables = Exact<{
  id: string;
}>;


export type BatchQuery = { readonly batch: { readonly id: string, readonly name: string | null, readonly state: BatchState, readonly version: number, readonly progress: number, readonly createdAt: string, readonly completedAt: string | null, readonly counts: ReadonlyArray<{ readonly state: JobState, readonly count: number }> } | null };

export type JobLogsQueryVariables = Exact<{
  id: string;
  after?: number | null | undefined;
}>;


export type JobLogsQuery = { readonly job:
    | { readonly state: JobState, readonly logs: ReadonlyArray<{ readonly sequence: number, readonly at: string, readonly level: LogLevel, readonly attempt: number, readonly message: string }> }
    | { readonly state: JobState, readonly logs: ReadonlyArray<{ readonly sequence: number, readonly at: string, readonly level: LogLevel, readonly attempt: number, readonly message: string }> }
    | { readonly state: JobState, readonly logs: ReadonlyArray<{ readonly sequence: number, readonly at: string, readonly level: LogLevel, readonly attempt: number, readonly message: string }> }
    | { readonly state: JobState, readonly logs: ReadonlyArray<{ readonly sequence: number, readonly at: string, readonly level: LogLevel, readonly attempt: number, readonly message: string }> }
    | { readonly state: JobState, readonly logs: ReadonlyArray<{ readonly sequence: number, readonly at: string, readonly level: LogLevel, readonly attempt: number, readonly message: string }> }
    | { readonly state: JobState, readonly logs: ReadonlyArray<{ readonly sequence: number, readonly at: string, readonly level: LogLevel, readonly attempt: number, readonly message: string }> }
   | null };

export type QueuesQueryVariables = Exact<{ [key: string]: never; }>;


export type QueuesQuery = { readonly queues: ReadonlyArray<{ readonly type: JobType, readonly paused: boolean, readonly pausedAt: string | null, readonly workers: number, readonly capacity: number, readonly ratePerMinute: number | null, readonly averageDurationMs: number | null, readonly completedPerMinute: number, readonly failureRate: number, readonly oldestQueuedAgeMs: number | null, readonly counts: { readonly queued: number, readonly active: number, readonly delayed: number, readonly completed: number, readonly failed: number } }> };

export type QueueFieldsFragment = { readonly type: JobType, readonly paused: boolean, readonly pausedAt: string | null, readonly workers: number, readonly capacity: number, readonly ratePerMinute: number | null, readonly averageDurationMs: number | null, readonly completedPerMinute: number, readonly failureRate: number, readonly oldestQueuedAgeMs: number | null, readonly counts: { readonly queued: number, readonly active: number, readonly delayed: number, readonly completed: number, readonly failed: number } };

export type QueuesUpdatedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type QueuesUpdatedSubscription = { readonly queuesUpdated: ReadonlyArray<{ readonly type: JobType, readonly paused: boolean, readonly pausedAt: string | null, readonly workers: number, readonly capacity: number, readonly ratePerMinute: number | null, readonly averageDurationMs: number | null, readonly completedPerMinute: number, readonly failureRate: number, readonly oldestQueuedAgeMs: number | null, readonly counts: { readonly queued: number, readonly active: number, readonly delayed: number, readonly completed: number, readonly failed: number } }> };

export type JobResultQueryVariables = Exact<{
  id: string;
}>;


export type JobResultQuery = { readonly job:
    | { readonly __typename: 'ClaimExtractionJob', readonly id: string, readonly state: JobState, readonly result: { readonly id: string, readonly totalClaims: number, readonly modelUsed: string | null, readonly claims: ReadonlyArray<{ readonly id: string, readonly text: string, readonly confidence: number, readonly claimType: string | null, readonly charStart: number | null, readonly charEnd: number | null, readonly subclaims: ReadonlyArray<{ readonly id: string, readonly text: string, readonly confidence: number }> }> } | null }
    | { readonly __typename: 'ClaimSynthesisJob', readonly id: string, readonly state: JobState, readonly result: { readonly id: string, readonly text: string, readonly strategy: SynthesisStrategy, readonly claimsUsed: number, readonly conflictsDetected: number, readonly createdAt: string } | null }
    | { readonly __typename: 'ObjectDetectionJob', readonly id: string, readonly state: JobState, readonly result: { readonly id: string, readonly query: string, readonly frameCount: number, readonly detectionCount: number, readonly counts: ReadonlyArray<{ readonly label: string, readonly count: number }> } | null }
    | { readonly __typename: 'ObjectTrackingJob', readonly id: string, readonly state: JobState, readonly result: { readonly id: string, readonly firstFrame: number, readonly every: number, readonly framesProcessed: number, readonly frameRate: number, readonly tracks: ReadonlyArray<{ readonly index: number, readonly label: string, readonly frameCount: number }> } | null }
    | { readonly __typename: 'TranscriptionJob', readonly id: string, readonly state: JobState, readonly result: { readonly id: string, readonly language: string | null, readonly durationSeconds: number | null, readonly speakers: ReadonlyArray<string>, readonly text: string } | null }
    | { readonly __typename: 'VideoSummarizationJob', readonly id: string, readonly state: JobState, readonly result: { readonly id: string, readonly text: string, readonly visualAnalysis: string | null, readonly audioTranscript: string | null, readonly confidence: number | null, readonly createdAt: string, readonly keyFrames: ReadonlyArray<{ readonly timestamp: number, readonly description: string, readonly confidence: number | null }> } | null }
   | null };

export type DetectObjectsMutationVariables = Exact<{
  input: DetectObjectsInput;
  options?: JobOptions | null | undefined;
}>;


export type DetectObjectsMutation = { readonly detectObjects:
    | { readonly __typename: 'DetectObjectsPayload', readonly created: boolean, readonly job: { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null } }
    | { readonly __typename: 'IdempotencyConflictError', readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly message: string, readonly path: ReadonlyArray<string> }
    | { readonly __typename: 'RateLimitedError', readonly message: string, readonly retryAfterMs: number }
    | { readonly __typename: 'ValidationError', readonly message: string, readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type ExtractClaimsMutationVariables = Exact<{
  input: ExtractClaimsInput;
  options?: JobOptions | null | undefined;
}>;


export type ExtractClaimsMutation = { readonly extractClaims:
    | { readonly __typename: 'ExtractClaimsPayload', readonly created: boolean, readonly job: { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null } }
    | { readonly __typename: 'IdempotencyConflictError', readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly message: string, readonly path: ReadonlyArray<string> }
    | { readonly __typename: 'RateLimitedError', readonly message: string, readonly retryAfterMs: number }
    | { readonly __typename: 'ValidationError', readonly message: string, readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type SummarizeVideoMutationVariables = Exact<{
  input: SummarizeVideoInput;
  options?: JobOptions | null | undefined;
}>;


export type SummarizeVideoMutation = { readonly summarizeVideo:
    | { readonly __typename: 'IdempotencyConflictError', readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly message: string, readonly path: ReadonlyArray<string> }
    | { readonly __typename: 'RateLimitedError', readonly message: string, readonly retryAfterMs: number }
    | { readonly __typename: 'SummarizeVideoPayload', readonly created: boolean, readonly job: { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null } }
    | { readonly __typename: 'ValidationError', readonly message: string, readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type SynthesizeClaimsMutationVariables = Exact<{
  input: SynthesizeClaimsInput;
  options?: JobOptions | null | undefined;
}>;


export type SynthesizeClaimsMutation = { readonly synthesizeClaims:
    | { readonly __typename: 'IdempotencyConflictError', readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly message: string, readonly path: ReadonlyArray<string> }
    | { readonly __typename: 'RateLimitedError', readonly message: string, readonly retryAfterMs: number }
    | { readonly __typename: 'SynthesizeClaimsPayload', readonly created: boolean, readonly job: { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null } }
    | { readonly __typename: 'ValidationError', readonly message: string, readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type TrackObjectsMutationVariables = Exact<{
  input: TrackObjectsInput;
  options?: JobOptions | null | undefined;
}>;


export type TrackObjectsMutation = { readonly trackObjects:
    | { readonly __typename: 'IdempotencyConflictError', readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly message: string, readonly path: ReadonlyArray<string> }
    | { readonly __typename: 'RateLimitedError', readonly message: string, readonly retryAfterMs: number }
    | { readonly __typename: 'TrackObjectsPayload', readonly created: boolean, readonly job: { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null } }
    | { readonly __typename: 'ValidationError', readonly message: string, readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type TranscribeVideoMutationVariables = Exact<{
  input: TranscribeVideoInput;
  options?: JobOptions | null | undefined;
}>;


export type TranscribeVideoMutation = { readonly transcribeVideo:
    | { readonly __typename: 'IdempotencyConflictError', readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly message: string, readonly path: ReadonlyArray<string> }
    | { readonly __typename: 'RateLimitedError', readonly message: string, readonly retryAfterMs: number }
    | { readonly __typename: 'TranscribeVideoPayload', readonly created: boolean, readonly job: { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly tags: ReadonlyArray<string>, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly subject: { readonly title: string }, readonly error: { readonly code: JobErrorCode, readonly message: string } | null } }
    | { readonly __typename: 'ValidationError', readonly message: string, readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

/** The mutations that start a job: what they take and answer, and the type of job. */
export interface Starts {
  detectObjects: { input: DetectObjectsMutationVariables['input']; answer: DetectObjectsMutation['detectObjects']; job: 'ObjectDetectionJob' };
  extractClaims: { input: ExtractClaimsMutationVariables['input']; answer: ExtractClaimsMutation['extractClaims']; job: 'ClaimExtractionJob' };
  summarizeVideo: { input: SummarizeVideoMutationVariables['input']; answer: SummarizeVideoMutation['summarizeVideo']; job: 'VideoSummarizationJob' };
  synthesizeClaims: { input: SynthesizeClaimsMutationVariables['input']; answer: SynthesizeClaimsMutation['synthesizeClaims']; job: 'ClaimSynthesisJob' };
  trackObjects: { input: TrackObjectsMutationVariables['input']; answer: TrackObjectsMutation['trackObjects']; job: 'ObjectTrackingJob' };
  transcribeVideo: { input: TranscribeVideoMutationVariables['input']; answer: TranscribeVideoMutation['transcribeVideo']; job: 'TranscriptionJob' };
}
