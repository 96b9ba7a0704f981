// Made by scripts/generate.ts.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** How to transcribe a video that is analyzed. */
export type AnalysisTranscriptionInput = {
  /** Whether to tell the speakers apart, by a second call of the model service. Another attempt makes both calls again. */
  readonly diarize?: boolean | null | undefined;
  /** Language of what is said, as a tag such as `en`; detected if absent. */
  readonly language?: string | null | undefined;
};

/** The input of `analyzeVideo`. */
export type AnalyzeVideoInput = {
  /** Whether to use the audio track. */
  readonly enableAudio?: boolean | null | undefined;
  /** Maximum number of root claims, 1 to 200. */
  readonly maxClaims?: number | null | undefined;
  /** Claims below this confidence, 0 to 1, are left out; 0 keeps them all. */
  readonly minConfidence?: number | null | undefined;
  /** The persona to summarize for. Its information need decides what matters. */
  readonly personaId: string;
  /** How to divide the summary into claims. */
  readonly strategy?: ExtractionStrategy | null | undefined;
  /**
   * Adds a first job, which transcribes the video. If it fails, nothing is summarized until it is retried.
   * Absent: no such job; `transcribeVideo` is then independent of the analysis.
   */
  readonly transcribe?: AnalysisTranscriptionInput | null | undefined;
  /** The video to summarize. */
  readonly videoId: string;
};

/** What to start: exactly one of these. */
export type BatchJobInput =
  {   /** As `analyzeVideo` starts it. */
  readonly analyzeVideo: AnalyzeVideoInput; readonly detectObjects?: never; readonly extractClaims?: never; readonly summarizeVideo?: never; readonly synthesizeClaims?: never; readonly trackObjects?: never; readonly transcribeVideo?: never; }
  |  { readonly analyzeVideo?: never;   /** As `detectObjects` starts it. */
  readonly detectObjects: DetectObjectsInput; readonly extractClaims?: never; readonly summarizeVideo?: never; readonly synthesizeClaims?: never; readonly trackObjects?: never; readonly transcribeVideo?: never; }
  |  { readonly analyzeVideo?: never; readonly detectObjects?: never;   /** As `extractClaims` starts it. */
  readonly extractClaims: ExtractClaimsInput; readonly summarizeVideo?: never; readonly synthesizeClaims?: never; readonly trackObjects?: never; readonly transcribeVideo?: never; }
  |  { readonly analyzeVideo?: never; readonly detectObjects?: never; readonly extractClaims?: never;   /** As `summarizeVideo` starts it. */
  readonly summarizeVideo: SummarizeVideoInput; readonly synthesizeClaims?: never; readonly trackObjects?: never; readonly transcribeVideo?: never; }
  |  { readonly analyzeVideo?: never; readonly detectObjects?: never; readonly extractClaims?: never; readonly summarizeVideo?: never;   /** As `synthesizeClaims` starts it. */
  readonly synthesizeClaims: SynthesizeClaimsInput; readonly trackObjects?: never; readonly transcribeVideo?: never; }
  |  { readonly analyzeVideo?: never; readonly detectObjects?: never; readonly extractClaims?: never; readonly summarizeVideo?: never; readonly synthesizeClaims?: never;   /** As `trackObjects` starts it. */
  readonly trackObjects: TrackObjectsInput; readonly transcribeVideo?: never; }
  |  { readonly analyzeVideo?: never; readonly detectObjects?: never; readonly extractClaims?: never; readonly summarizeVideo?: never; readonly synthesizeClaims?: never; readonly trackObjects?: never;   /** As `transcribeVideo` starts it. */
  readonly transcribeVideo: TranscribeVideoInput; };

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

/** The input of `createPersona`. */
export type CreatePersonaInput = {
  /** Its id in other systems, a UUID; generated if it is absent, or if somebody else has it. A persona that is there already keeps its id. */
  readonly id?: string | null | undefined;
  /** What it wants to know, up to 4,000 characters. */
  readonly informationNeed: string;
  /** Its name, up to 200 characters. */
  readonly name: string;
  /** Its role, up to 200 characters. */
  readonly role: string;
};

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

/** How bad it is. */
export type FindingLevel =
  /** As it should be. */
  | 'OK'
  /** It works now, but may not under load or after a failure. */
  | 'WARNING'
  /** Jobs do not run as they should. */
  | 'WRONG';

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

/** The input of `registerVideo`. */
export type RegisterVideoInput = {
  /** Its length in seconds. Used if this server cannot read it from the file. */
  readonly durationSeconds?: number | null | undefined;
  /** Frames a second. Used if this server cannot read it from the file. */
  readonly frameRate?: number | null | undefined;
  /** Pixels. Used if this server cannot read it from the file. */
  readonly height?: number | null | undefined;
  /** Its id in other systems, for example 0f8fad5bd9cb469f: the `externalId`. If absent, it is the same as the generated `id`. A video that is already registered keeps its ids. */
  readonly id?: string | null | undefined;
  /** Where the model service finds it: a path below its media folder, without any encoding, or an http(s) URL. */
  readonly path: string;
  /** Its title, up to 500 characters. */
  readonly title: string;
  /** Pixels. Used if this server cannot read it from the file. */
  readonly width?: number | null | undefined;
};

/** The input of `startBatch`. */
export type StartBatchInput = {
  /** What to start, 1 to 500: all are accepted, or none. */
  readonly jobs: ReadonlyArray<BatchJobInput>;
  /** What to call it, up to 200 characters. */
  readonly name?: string | null | undefined;
};

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

/** What somebody may do. */
export type ViewerRole =
  /** Sees what everybody has, and controls queues. */
  | 'OPERATOR'
  /** Sees and controls what is their own. */
  | 'USER';

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { readonly viewer: { readonly owner: string, readonly role: ViewerRole, readonly expiresAt: string | null } };

export type ComparedJobQueryVariables = Exact<{
  id: string;
  withPath?: boolean | null | undefined;
}>;


export type ComparedJobQuery = { readonly job:
    | { readonly type: JobType, readonly state: JobState, readonly attempt: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly id: string, readonly claimExtraction: { readonly claims: ReadonlyArray<{ readonly id: string, readonly text: string, readonly confidence: number }> } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null, readonly extraction: { readonly summaryId: string, readonly strategy: ExtractionStrategy, readonly maxClaims: number, readonly minConfidence: number, readonly modelId: string | null }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } }
    | { readonly type: JobType, readonly state: JobState, readonly attempt: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly id: string, readonly claimSynthesis: { readonly text: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null, readonly synthesis: { readonly summaryIds: ReadonlyArray<string>, readonly strategy: SynthesisStrategy, readonly maxLength: number, readonly includeConflicts: boolean, readonly includeCitations: boolean, readonly modelId: string | null }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } }
    | { readonly type: JobType, readonly state: JobState, readonly attempt: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly id: string, readonly error: { readonly code: JobErrorCode, readonly message: string } | null, readonly detection: { readonly query: string, readonly confidenceThreshold: number, readonly frames: { readonly numbers: ReadonlyArray<number> | null, readonly range: { readonly from: number, readonly to: number, readonly every: number } | null } }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } }
    | { readonly type: JobType, readonly state: JobState, readonly attempt: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly id: string, readonly error: { readonly code: JobErrorCode, readonly message: string } | null, readonly tracking: { readonly startSeconds: number, readonly endSeconds: number | null, readonly every: number, readonly confidenceThreshold: number, readonly maxKeyframes: number, readonly detection: { readonly detectionId: string, readonly labels: ReadonlyArray<string> | null, readonly minConfidence: number } | null, readonly objects: ReadonlyArray<{ readonly label: string, readonly box: { readonly x: number, readonly y: number, readonly width: number, readonly height: number } }> | null }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } }
    | { readonly type: JobType, readonly state: JobState, readonly attempt: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly id: string, readonly transcript: { readonly text: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null, readonly transcription: { readonly language: string | null, readonly diarize: boolean }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } }
    | { readonly type: JobType, readonly state: JobState, readonly attempt: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly id: string, readonly summary: { readonly text: string, readonly claims: ReadonlyArray<{ readonly id: string, readonly text: string, readonly confidence: number }> } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null, readonly summarization: { readonly frameSampleRate: number, readonly maxFrames: number, readonly enableAudio: boolean, readonly enableSpeakerDiarization: boolean, readonly audioLanguage: string | null, readonly fusionStrategy: FusionStrategy | null, readonly modelId: string | null }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } }
   | null };

export type ErrorGroupsQueryVariables = Exact<{
  filter?: JobFilter | null | undefined;
}>;


export type ErrorGroupsQuery = { readonly jobErrorGroups: ReadonlyArray<{ readonly code: JobErrorCode, readonly message: string, readonly count: number, readonly lastSeenAt: string, readonly jobIds: ReadonlyArray<string>, readonly failedAt: ReadonlyArray<string>, readonly newest:
      | { readonly id: string, readonly type: JobType, readonly subject: { readonly title: string } }
      | { readonly id: string, readonly type: JobType, readonly subject: { readonly title: string } }
      | { readonly id: string, readonly type: JobType, readonly subject: { readonly title: string } }
      | { readonly id: string, readonly type: JobType, readonly subject: { readonly title: string } }
      | { readonly id: string, readonly type: JobType, readonly subject: { readonly title: string } }
      | { readonly id: string, readonly type: JobType, readonly subject: { readonly title: string } }
     }> };

export type ErrorSamplesQueryVariables = Exact<{
  filter?: JobFilter | null | undefined;
}>;


export type ErrorSamplesQuery = { readonly jobs: { readonly edges: ReadonlyArray<{ readonly node:
        | { readonly id: string, readonly type: JobType, readonly owner: string | null, readonly completedAt: string | null, readonly subject: { readonly title: string }, readonly error: { readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly owner: string | null, readonly completedAt: string | null, readonly subject: { readonly title: string }, readonly error: { readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly owner: string | null, readonly completedAt: string | null, readonly subject: { readonly title: string }, readonly error: { readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly owner: string | null, readonly completedAt: string | null, readonly subject: { readonly title: string }, readonly error: { readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly owner: string | null, readonly completedAt: string | null, readonly subject: { readonly title: string }, readonly error: { readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly owner: string | null, readonly completedAt: string | null, readonly subject: { readonly title: string }, readonly error: { readonly message: string } | null }
       }> } };

export type RetryPreviewQueryVariables = Exact<{
  filter?: JobFilter | null | undefined;
}>;


export type RetryPreviewQuery = { readonly jobCounts: ReadonlyArray<{ readonly type: JobType, readonly state: JobState, readonly count: number }> };

export type RetryFailedMutationVariables = Exact<{
  filter?: JobFilter | null | undefined;
}>;


export type RetryFailedMutation = { readonly retryFailedJobs: { readonly changed: number, readonly unchanged: number, readonly hasMore: boolean } };

export type OtherRunsQueryVariables = Exact<{
  filter?: JobFilter | null | undefined;
}>;


export type OtherRunsQuery = { readonly jobs: { readonly edges: ReadonlyArray<{ readonly node:
        | { readonly id: string, readonly state: JobState, readonly createdAt: string, readonly subject: { readonly title: string, readonly persona: { readonly name: string } | null } }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string, readonly subject: { readonly title: string, readonly persona: { readonly name: string } | null } }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string, readonly subject: { readonly title: string, readonly persona: { readonly name: string } | null } }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string, readonly subject: { readonly title: string, readonly persona: { readonly name: string } | null } }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string, readonly subject: { readonly title: string, readonly persona: { readonly name: string } | null } }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string, readonly subject: { readonly title: string, readonly persona: { readonly name: string } | null } }
       }> } };

type InputFields_ClaimExtractionJob_Fragment = { readonly id: string, readonly extraction: { readonly summaryId: string, readonly strategy: ExtractionStrategy, readonly maxClaims: number, readonly minConfidence: number, readonly modelId: string | null }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } };

type InputFields_ClaimSynthesisJob_Fragment = { readonly id: string, readonly synthesis: { readonly summaryIds: ReadonlyArray<string>, readonly strategy: SynthesisStrategy, readonly maxLength: number, readonly includeConflicts: boolean, readonly includeCitations: boolean, readonly modelId: string | null }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } };

type InputFields_ObjectDetectionJob_Fragment = { readonly id: string, readonly detection: { readonly query: string, readonly confidenceThreshold: number, readonly frames: { readonly numbers: ReadonlyArray<number> | null, readonly range: { readonly from: number, readonly to: number, readonly every: number } | null } }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } };

type InputFields_ObjectTrackingJob_Fragment = { readonly id: string, readonly tracking: { readonly startSeconds: number, readonly endSeconds: number | null, readonly every: number, readonly confidenceThreshold: number, readonly maxKeyframes: number, readonly detection: { readonly detectionId: string, readonly labels: ReadonlyArray<string> | null, readonly minConfidence: number } | null, readonly objects: ReadonlyArray<{ readonly label: string, readonly box: { readonly x: number, readonly y: number, readonly width: number, readonly height: number } }> | null }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } };

type InputFields_TranscriptionJob_Fragment = { readonly id: string, readonly transcription: { readonly language: string | null, readonly diarize: boolean }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } };

type InputFields_VideoSummarizationJob_Fragment = { readonly id: string, readonly summarization: { readonly frameSampleRate: number, readonly maxFrames: number, readonly enableAudio: boolean, readonly enableSpeakerDiarization: boolean, readonly audioLanguage: string | null, readonly fusionStrategy: FusionStrategy | null, readonly modelId: string | null }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } };

export type InputFieldsFragment =
  | InputFields_ClaimExtractionJob_Fragment
  | InputFields_ClaimSynthesisJob_Fragment
  | InputFields_ObjectDetectionJob_Fragment
  | InputFields_ObjectTrackingJob_Fragment
  | InputFields_TranscriptionJob_Fragment
  | InputFields_VideoSummarizationJob_Fragment
;

export type JobInputQueryVariables = Exact<{
  id: string;
  withPath?: boolean | null | undefined;
}>;


export type JobInputQuery = { readonly job:
    | { readonly id: string, readonly extraction: { readonly summaryId: string, readonly strategy: ExtractionStrategy, readonly maxClaims: number, readonly minConfidence: number, readonly modelId: string | null }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } }
    | { readonly id: string, readonly synthesis: { readonly summaryIds: ReadonlyArray<string>, readonly strategy: SynthesisStrategy, readonly maxLength: number, readonly includeConflicts: boolean, readonly includeCitations: boolean, readonly modelId: string | null }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } }
    | { readonly id: string, readonly detection: { readonly query: string, readonly confidenceThreshold: number, readonly frames: { readonly numbers: ReadonlyArray<number> | null, readonly range: { readonly from: number, readonly to: number, readonly every: number } | null } }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } }
    | { readonly id: string, readonly tracking: { readonly startSeconds: number, readonly endSeconds: number | null, readonly every: number, readonly confidenceThreshold: number, readonly maxKeyframes: number, readonly detection: { readonly detectionId: string, readonly labels: ReadonlyArray<string> | null, readonly minConfidence: number } | null, readonly objects: ReadonlyArray<{ readonly label: string, readonly box: { readonly x: number, readonly y: number, readonly width: number, readonly height: number } }> | null }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } }
    | { readonly id: string, readonly transcription: { readonly language: string | null, readonly diarize: boolean }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } }
    | { readonly id: string, readonly summarization: { readonly frameSampleRate: number, readonly maxFrames: number, readonly enableAudio: boolean, readonly enableSpeakerDiarization: boolean, readonly audioLanguage: string | null, readonly fusionStrategy: FusionStrategy | null, readonly modelId: string | null }, readonly subject: { readonly title: string, readonly video: { readonly id: string, readonly title: string, readonly path?: string, readonly durationSeconds: number | null } | null, readonly persona: { readonly id: string, readonly name: string, readonly role: string, readonly informationNeed: string } | null } }
   | null };

export type JobDetailsQueryVariables = Exact<{
  id: string;
}>;


export type JobDetailsQuery = { readonly job:
    | { readonly id: string, readonly version: number, readonly owner: string | null, readonly priority: JobPriority, readonly expiresAt: string | null, readonly subject: { readonly video: { readonly id: string, readonly title: string } | null, readonly persona: { readonly id: string, readonly name: string } | null }, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean, readonly attempt: number } | null, readonly batch: { readonly id: string, readonly name: string | null } | null, readonly pipeline: { readonly id: string, readonly jobs: ReadonlyArray<
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
        > } | null, readonly basedOn:
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
       | null, readonly derived: ReadonlyArray<
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
      > }
    | { readonly id: string, readonly version: number, readonly owner: string | null, readonly priority: JobPriority, readonly expiresAt: string | null, readonly subject: { readonly video: { readonly id: string, readonly title: string } | null, readonly persona: { readonly id: string, readonly name: string } | null }, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean, readonly attempt: number } | null, readonly batch: { readonly id: string, readonly name: string | null } | null, readonly pipeline: { readonly id: string, readonly jobs: ReadonlyArray<
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
        > } | null, readonly basedOn:
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
       | null, readonly derived: ReadonlyArray<
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
      > }
    | { readonly id: string, readonly version: number, readonly owner: string | null, readonly priority: JobPriority, readonly expiresAt: string | null, readonly subject: { readonly video: { readonly id: string, readonly title: string } | null, readonly persona: { readonly id: string, readonly name: string } | null }, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean, readonly attempt: number } | null, readonly batch: { readonly id: string, readonly name: string | null } | null, readonly pipeline: { readonly id: string, readonly jobs: ReadonlyArray<
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
        > } | null, readonly basedOn:
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
       | null, readonly derived: ReadonlyArray<
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
      > }
    | { readonly id: string, readonly version: number, readonly owner: string | null, readonly priority: JobPriority, readonly expiresAt: string | null, readonly subject: { readonly video: { readonly id: string, readonly title: string } | null, readonly persona: { readonly id: string, readonly name: string } | null }, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean, readonly attempt: number } | null, readonly batch: { readonly id: string, readonly name: string | null } | null, readonly pipeline: { readonly id: string, readonly jobs: ReadonlyArray<
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
        > } | null, readonly basedOn:
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
       | null, readonly derived: ReadonlyArray<
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
      > }
    | { readonly id: string, readonly version: number, readonly owner: string | null, readonly priority: JobPriority, readonly expiresAt: string | null, readonly subject: { readonly video: { readonly id: string, readonly title: string } | null, readonly persona: { readonly id: string, readonly name: string } | null }, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean, readonly attempt: number } | null, readonly batch: { readonly id: string, readonly name: string | null } | null, readonly pipeline: { readonly id: string, readonly jobs: ReadonlyArray<
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
        > } | null, readonly basedOn:
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
       | null, readonly derived: ReadonlyArray<
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
      > }
    | { readonly id: string, readonly version: number, readonly owner: string | null, readonly priority: JobPriority, readonly expiresAt: string | null, readonly subject: { readonly video: { readonly id: string, readonly title: string } | null, readonly persona: { readonly id: string, readonly name: string } | null }, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean, readonly attempt: number } | null, readonly batch: { readonly id: string, readonly name: string | null } | null, readonly pipeline: { readonly id: string, readonly jobs: ReadonlyArray<
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
          | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number }
        > } | null, readonly basedOn:
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
       | null, readonly derived: ReadonlyArray<
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
        | { readonly id: string, readonly state: JobState, readonly createdAt: string }
      > }
   | null };

export type JobAttemptsQueryVariables = Exact<{
  id: string;
}>;


export type JobAttemptsQuery = { readonly job:
    | { readonly id: string, readonly version: number, readonly attempts: ReadonlyArray<{ readonly number: number, readonly startedAt: string, readonly finishedAt: string | null, readonly worker: string | null, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly stages: ReadonlyArray<{ readonly name: string, readonly startedAt: string, readonly finishedAt: string | null }> }> }
    | { readonly id: string, readonly version: number, readonly attempts: ReadonlyArray<{ readonly number: number, readonly startedAt: string, readonly finishedAt: string | null, readonly worker: string | null, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly stages: ReadonlyArray<{ readonly name: string, readonly startedAt: string, readonly finishedAt: string | null }> }> }
    | { readonly id: string, readonly version: number, readonly attempts: ReadonlyArray<{ readonly number: number, readonly startedAt: string, readonly finishedAt: string | null, readonly worker: string | null, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly stages: ReadonlyArray<{ readonly name: string, readonly startedAt: string, readonly finishedAt: string | null }> }> }
    | { readonly id: string, readonly version: number, readonly attempts: ReadonlyArray<{ readonly number: number, readonly startedAt: string, readonly finishedAt: string | null, readonly worker: string | null, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly stages: ReadonlyArray<{ readonly name: string, readonly startedAt: string, readonly finishedAt: string | null }> }> }
    | { readonly id: string, readonly version: number, readonly attempts: ReadonlyArray<{ readonly number: number, readonly startedAt: string, readonly finishedAt: string | null, readonly worker: string | null, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly stages: ReadonlyArray<{ readonly name: string, readonly startedAt: string, readonly finishedAt: string | null }> }> }
    | { readonly id: string, readonly version: number, readonly attempts: ReadonlyArray<{ readonly number: number, readonly startedAt: string, readonly finishedAt: string | null, readonly worker: string | null, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly stages: ReadonlyArray<{ readonly name: string, readonly startedAt: string, readonly finishedAt: string | null }> }> }
   | null };

export type SetJobPriorityMutationVariables = Exact<{
  id: string;
  priority: JobPriority;
}>;


export type SetJobPriorityMutation = { readonly setJobPriority:
    | { readonly __typename: 'ConflictError', readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly message: string }
    | { readonly __typename: 'SetJobPriorityPayload', readonly job:
        | { readonly id: string, readonly version: number, readonly priority: JobPriority }
        | { readonly id: string, readonly version: number, readonly priority: JobPriority }
        | { readonly id: string, readonly version: number, readonly priority: JobPriority }
        | { readonly id: string, readonly version: number, readonly priority: JobPriority }
        | { readonly id: string, readonly version: number, readonly priority: JobPriority }
        | { readonly id: string, readonly version: number, readonly priority: JobPriority }
       }
    | { readonly __typename: 'ValidationError', readonly message: string }
   };

export type CreateJobTicketMutationVariables = Exact<{
  jobId: string;
  expiresInSeconds?: number | null | undefined;
}>;


export type CreateJobTicketMutation = { readonly createJobTicket:
    | { readonly __typename: 'CreateJobTicketPayload', readonly ticket: string, readonly expiresAt: string }
    | { readonly __typename: 'NotFoundError', readonly message: string }
    | { readonly __typename: 'ValidationError', readonly message: string }
   };

export type RevokeJobTicketsMutationVariables = Exact<{
  jobId: string;
}>;


export type RevokeJobTicketsMutation = { readonly revokeJobTickets:
    | { readonly __typename: 'NotFoundError', readonly message: string }
    | { readonly __typename: 'RevokeJobTicketsPayload' }
   };

export type JobRawQueryVariables = Exact<{
  id: string;
}>;


export type JobRawQuery = { readonly job:
    | { readonly __typename: 'ClaimExtractionJob', readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly priority: JobPriority, readonly attempt: number, readonly maxAttempts: number, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly nextAttemptAt: string | null, readonly expiresAt: string | null, readonly estimatedStartAt: string | null, readonly estimatedCompletionAt: string | null, readonly extractionInput: { readonly summaryId: string, readonly strategy: ExtractionStrategy, readonly maxClaims: number, readonly minConfidence: number, readonly modelId: string | null }, readonly extraction: { readonly id: string, readonly totalClaims: number, readonly modelUsed: string | null, readonly claims: ReadonlyArray<{ readonly id: string, readonly text: string, readonly confidence: number, readonly claimType: string | null, readonly sentenceIndex: number | null, readonly charStart: number | null, readonly charEnd: number | null }> } | null, readonly subject: { readonly title: string, readonly video: { readonly id: string } | null, readonly persona: { readonly id: string } | null }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly error: { readonly attempt: number, readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly batch: { readonly id: string } | null, readonly pipeline: { readonly id: string } | null, readonly basedOn:
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
       | null, readonly attempts: ReadonlyArray<{ readonly number: number, readonly worker: string | null, readonly startedAt: string, readonly finishedAt: string | null, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly stages: ReadonlyArray<{ readonly name: string, readonly startedAt: string, readonly finishedAt: string | null }> }> }
    | { readonly __typename: 'ClaimSynthesisJob', readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly priority: JobPriority, readonly attempt: number, readonly maxAttempts: number, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly nextAttemptAt: string | null, readonly expiresAt: string | null, readonly estimatedStartAt: string | null, readonly estimatedCompletionAt: string | null, readonly synthesisInput: { readonly summaryIds: ReadonlyArray<string>, readonly strategy: SynthesisStrategy, readonly maxLength: number, readonly includeConflicts: boolean, readonly includeCitations: boolean, readonly modelId: string | null }, readonly synthesis: { readonly id: string, readonly text: string, readonly strategy: SynthesisStrategy, readonly claimsUsed: number, readonly conflictsDetected: number, readonly modelUsed: string | null } | null, readonly subject: { readonly title: string, readonly video: { readonly id: string } | null, readonly persona: { readonly id: string } | null }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly error: { readonly attempt: number, readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly batch: { readonly id: string } | null, readonly pipeline: { readonly id: string } | null, readonly basedOn:
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
       | null, readonly attempts: ReadonlyArray<{ readonly number: number, readonly worker: string | null, readonly startedAt: string, readonly finishedAt: string | null, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly stages: ReadonlyArray<{ readonly name: string, readonly startedAt: string, readonly finishedAt: string | null }> }> }
    | { readonly __typename: 'ObjectDetectionJob', readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly priority: JobPriority, readonly attempt: number, readonly maxAttempts: number, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly nextAttemptAt: string | null, readonly expiresAt: string | null, readonly estimatedStartAt: string | null, readonly estimatedCompletionAt: string | null, readonly detectionInput: { readonly videoId: string, readonly query: string, readonly confidenceThreshold: number, readonly frames: { readonly numbers: ReadonlyArray<number> | null, readonly range: { readonly from: number, readonly to: number, readonly every: number } | null } }, readonly detection: { readonly id: string, readonly frameCount: number, readonly detectionCount: number, readonly counts: ReadonlyArray<{ readonly label: string, readonly count: number }> } | null, readonly subject: { readonly title: string, readonly video: { readonly id: string } | null, readonly persona: { readonly id: string } | null }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly error: { readonly attempt: number, readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly batch: { readonly id: string } | null, readonly pipeline: { readonly id: string } | null, readonly basedOn:
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
       | null, readonly attempts: ReadonlyArray<{ readonly number: number, readonly worker: string | null, readonly startedAt: string, readonly finishedAt: string | null, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly stages: ReadonlyArray<{ readonly name: string, readonly startedAt: string, readonly finishedAt: string | null }> }> }
    | { readonly __typename: 'ObjectTrackingJob', readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly priority: JobPriority, readonly attempt: number, readonly maxAttempts: number, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly nextAttemptAt: string | null, readonly expiresAt: string | null, readonly estimatedStartAt: string | null, readonly estimatedCompletionAt: string | null, readonly trackingInput: { readonly videoId: string, readonly startSeconds: number, readonly endSeconds: number | null, readonly every: number, readonly confidenceThreshold: number, readonly maxKeyframes: number }, readonly tracking: { readonly id: string, readonly firstFrame: number, readonly every: number, readonly frameRate: number, readonly framesProcessed: number, readonly tracks: ReadonlyArray<{ readonly index: number, readonly label: string, readonly frameCount: number }> } | null, readonly subject: { readonly title: string, readonly video: { readonly id: string } | null, readonly persona: { readonly id: string } | null }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly error: { readonly attempt: number, readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly batch: { readonly id: string } | null, readonly pipeline: { readonly id: string } | null, readonly basedOn:
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
       | null, readonly attempts: ReadonlyArray<{ readonly number: number, readonly worker: string | null, readonly startedAt: string, readonly finishedAt: string | null, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly stages: ReadonlyArray<{ readonly name: string, readonly startedAt: string, readonly finishedAt: string | null }> }> }
    | { readonly __typename: 'TranscriptionJob', readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly priority: JobPriority, readonly attempt: number, readonly maxAttempts: number, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly nextAttemptAt: string | null, readonly expiresAt: string | null, readonly estimatedStartAt: string | null, readonly estimatedCompletionAt: string | null, readonly transcriptionInput: { readonly videoId: string, readonly language: string | null, readonly diarize: boolean }, readonly transcript: { readonly id: string, readonly language: string | null, readonly durationSeconds: number | null, readonly speakers: ReadonlyArray<string>, readonly segmentCount: number } | null, readonly subject: { readonly title: string, readonly video: { readonly id: string } | null, readonly persona: { readonly id: string } | null }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly error: { readonly attempt: number, readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly batch: { readonly id: string } | null, readonly pipeline: { readonly id: string } | null, readonly basedOn:
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
       | null, readonly attempts: ReadonlyArray<{ readonly number: number, readonly worker: string | null, readonly startedAt: string, readonly finishedAt: string | null, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly stages: ReadonlyArray<{ readonly name: string, readonly startedAt: string, readonly finishedAt: string | null }> }> }
    | { readonly __typename: 'VideoSummarizationJob', readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly priority: JobPriority, readonly attempt: number, readonly maxAttempts: number, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly cancelable: boolean, readonly cancelRequestedAt: string | null, readonly retryable: boolean, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly durationMs: number | null, readonly nextAttemptAt: string | null, readonly expiresAt: string | null, readonly estimatedStartAt: string | null, readonly estimatedCompletionAt: string | null, readonly summarizationInput: { readonly videoId: string, readonly personaId: string, readonly frameSampleRate: number, readonly maxFrames: number, readonly enableAudio: boolean, readonly enableSpeakerDiarization: boolean, readonly audioLanguage: string | null, readonly fusionStrategy: FusionStrategy | null, readonly modelId: string | null }, readonly summary: { readonly id: string, readonly text: string, readonly confidence: number | null, readonly modelsUsed: ReadonlyArray<string>, readonly visualAnalysis: string | null, readonly keyFrames: ReadonlyArray<{ readonly timestamp: number, readonly frameNumber: number | null, readonly description: string, readonly confidence: number | null }> } | null, readonly subject: { readonly title: string, readonly video: { readonly id: string } | null, readonly persona: { readonly id: string } | null }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string, readonly coverage: number | null } | null, readonly error: { readonly attempt: number, readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly batch: { readonly id: string } | null, readonly pipeline: { readonly id: string } | null, readonly basedOn:
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
       | null, readonly attempts: ReadonlyArray<{ readonly number: number, readonly worker: string | null, readonly startedAt: string, readonly finishedAt: string | null, readonly error: { readonly code: JobErrorCode, readonly message: string, readonly retryable: boolean } | null, readonly stages: ReadonlyArray<{ readonly name: string, readonly startedAt: string, readonly finishedAt: string | null }> }> }
   | null };

type JobRow_ClaimExtractionJob_Fragment = { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null };

type JobRow_ClaimSynthesisJob_Fragment = { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null };

type JobRow_ObjectDetectionJob_Fragment = { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null };

type JobRow_ObjectTrackingJob_Fragment = { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null };

type JobRow_TranscriptionJob_Fragment = { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null };

type JobRow_VideoSummarizationJob_Fragment = { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null };

export type JobRowFragment =
  | JobRow_ClaimExtractionJob_Fragment
  | JobRow_ClaimSynthesisJob_Fragment
  | JobRow_ObjectDetectionJob_Fragment
  | JobRow_ObjectTrackingJob_Fragment
  | JobRow_TranscriptionJob_Fragment
  | JobRow_VideoSummarizationJob_Fragment
;

export type JobRowsPageQueryVariables = Exact<{
  filter?: JobFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type JobRowsPageQuery = { readonly jobs: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node:
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
       }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } };

export type JobRowsNowQueryVariables = Exact<{
  filter?: JobFilter | null | undefined;
  known?: JobFilter | null | undefined;
}>;


export type JobRowsNowQuery = { readonly jobs: { readonly edges: ReadonlyArray<{ readonly node:
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
       }> }, readonly known: { readonly edges: ReadonlyArray<{ readonly node:
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
       }> } };

export type UnfinishedCountQueryVariables = Exact<{
  filter?: JobFilter | null | undefined;
}>;


export type UnfinishedCountQuery = { readonly jobs: { readonly totalCount: number } };

export type JobRowsUpdatedSubscriptionVariables = Exact<{
  filter?: JobFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type JobRowsUpdatedSubscription = { readonly jobsUpdated: { readonly cursor: string, readonly matches: boolean, readonly job:
      | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
      | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
      | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
      | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
      | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
      | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly version: number, readonly progress: number, readonly stage: string | null, readonly position: number | null, readonly attempt: number, readonly maxAttempts: number, readonly createdAt: string, readonly startedAt: string | null, readonly completedAt: string | null, readonly nextAttemptAt: string | null, readonly cancelable: boolean, readonly retryable: boolean, readonly owner: string | null, readonly tags: ReadonlyArray<string>, readonly subject: { readonly title: string }, readonly waiting: { readonly reason: JobWaitingReason, readonly message: string, readonly until: string | null } | null, readonly estimate: { readonly startsAfter: string | null, readonly startsBefore: string | null, readonly completesAfter: string, readonly completesBefore: string } | null, readonly error: { readonly code: JobErrorCode, readonly message: string } | null }
     | null } };

export type JobCountsQueryVariables = Exact<{
  filter?: JobFilter | null | undefined;
}>;


export type JobCountsQuery = { readonly jobCounts: ReadonlyArray<{ readonly type: JobType, readonly state: JobState, readonly count: number }> };

export type JobIdsQueryVariables = Exact<{
  filter?: JobFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type JobIdsQuery = { readonly jobs: { readonly edges: ReadonlyArray<{ readonly node:
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
       }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } };

export type CancelJobsMutationVariables = Exact<{
  filter?: JobFilter | null | undefined;
}>;


export type CancelJobsMutation = { readonly cancelJobs: { readonly changed: number, readonly unchanged: number, readonly hasMore: boolean } };

export type RetryFailedJobsMutationVariables = Exact<{
  filter?: JobFilter | null | undefined;
}>;


export type RetryFailedJobsMutation = { readonly retryFailedJobs: { readonly changed: number, readonly unchanged: number, readonly hasMore: boolean } };

export type FilterNamesQueryVariables = Exact<{ [key: string]: never; }>;


export type FilterNamesQuery = { readonly videos: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly title: string } }> }, readonly personas: ReadonlyArray<{ readonly id: string, readonly name: string }> };

export type BoxesVideoQueryVariables = Exact<{
  id: string;
}>;


export type BoxesVideoQuery = { readonly video: { readonly title: string, readonly mediaUrl: string | null, readonly newestJob:
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
     | null } | null };

export type PickVideosQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type PickVideosQuery = { readonly videos: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly title: string, readonly path: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type PickPersonasQueryVariables = Exact<{ [key: string]: never; }>;


export type PickPersonasQuery = { readonly personas: ReadonlyArray<{ readonly id: string, readonly name: string, readonly role: string }> };

export type PickResultsQueryVariables = Exact<{
  filter?: JobFilter | null | undefined;
}>;


export type PickResultsQuery = { readonly jobs: { readonly edges: ReadonlyArray<{ readonly node:
        | { readonly id: string, readonly createdAt: string, readonly subject: { readonly title: string } }
        | { readonly id: string, readonly createdAt: string, readonly subject: { readonly title: string } }
        | { readonly id: string, readonly createdAt: string, readonly detection: { readonly id: string, readonly query: string, readonly detectionCount: number } | null, readonly subject: { readonly title: string } }
        | { readonly id: string, readonly createdAt: string, readonly subject: { readonly title: string } }
        | { readonly id: string, readonly createdAt: string, readonly subject: { readonly title: string } }
        | { readonly id: string, readonly createdAt: string, readonly summary: { readonly id: string, readonly text: string, readonly persona: { readonly name: string } } | null, readonly subject: { readonly title: string } }
       }> } };

export type PickNamesQueryVariables = Exact<{
  ids: ReadonlyArray<string> | string;
}>;


export type PickNamesQuery = { readonly nodes: ReadonlyArray<
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly query: string, readonly id: string, readonly about: { readonly title: string } }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly name: string, readonly role: string, readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly title: string, readonly path: string, readonly id: string }
    | { readonly id: string }
    | { readonly text: string, readonly id: string, readonly about: { readonly title: string } }
   | null> };

export type RegisterVideoMutationVariables = Exact<{
  input: RegisterVideoInput;
}>;


export type RegisterVideoMutation = { readonly made:
    | { readonly __typename: 'ConflictError', readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly message: string, readonly retryAfterMs: number }
    | { readonly __typename: 'RegisterVideoPayload', readonly video: { readonly id: string } }
    | { readonly __typename: 'ValidationError', readonly message: string, readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type CreatePersonaMutationVariables = Exact<{
  input: CreatePersonaInput;
}>;


export type CreatePersonaMutation = { readonly made:
    | { readonly __typename: 'ConflictError', readonly message: string }
    | { readonly __typename: 'CreatePersonaPayload', readonly persona: { readonly id: string } }
    | { readonly __typename: 'RateLimitedError', readonly message: string, readonly retryAfterMs: number }
    | { readonly __typename: 'ValidationError', readonly message: string, readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type StartAnalysisMutationVariables = Exact<{
  input: AnalyzeVideoInput;
  options?: JobOptions | null | undefined;
}>;


export type StartAnalysisMutation = { readonly started:
    | { readonly __typename: 'AnalyzeVideoPayload', readonly pipeline: { readonly id: string, readonly jobs: ReadonlyArray<
          | { readonly id: string }
          | { readonly id: string }
          | { readonly id: string }
          | { readonly id: string }
          | { readonly id: string }
          | { readonly id: string }
        > } }
    | { readonly __typename: 'IdempotencyConflictError', readonly message: string, readonly existingJobId: string }
    | { readonly __typename: 'NotFoundError', readonly message: string, readonly path: ReadonlyArray<string> }
    | { readonly __typename: 'RateLimitedError', readonly message: string, readonly retryAfterMs: number }
    | { readonly __typename: 'ValidationError', readonly message: string, readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type StartManyMutationVariables = Exact<{
  input: StartBatchInput;
  options?: JobOptions | null | undefined;
}>;


export type StartManyMutation = { readonly started:
    | { readonly __typename: 'IdempotencyConflictError', readonly message: string, readonly existingJobId: string }
    | { readonly __typename: 'NotFoundError', readonly message: string, readonly path: ReadonlyArray<string> }
    | { readonly __typename: 'RateLimitedError', readonly message: string, readonly retryAfterMs: number }
    | { readonly __typename: 'StartBatchPayload', readonly batch: { readonly id: string } }
    | { readonly __typename: 'ValidationError', readonly message: string, readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type InstallationQueryVariables = Exact<{ [key: string]: never; }>;


export type InstallationQuery = { readonly installation: { readonly checkedAt: string, readonly findings: ReadonlyArray<{ readonly check: string, readonly level: FindingLevel, readonly seen: string, readonly advice: string | null }> } };

export type QueueDetailsQueryVariables = Exact<{ [key: string]: never; }>;


export type QueueDetailsQuery = { readonly queues: ReadonlyArray<{ readonly type: JobType, readonly pausedBy: string | null, readonly pauseReason: string | null, readonly history: ReadonlyArray<{ readonly at: string, readonly started: number, readonly completed: number, readonly failed: number }>, readonly workersDetail: ReadonlyArray<{ readonly name: string, readonly host: string, readonly busy: number, readonly concurrency: number, readonly since: string }> | null }> };

export type PauseQueueMutationVariables = Exact<{
  type: JobType;
  reason?: string | null | undefined;
}>;


export type PauseQueueMutation = { readonly pauseQueue: { readonly type: JobType, readonly paused: boolean, readonly pausedAt: string | null } };

export type ResumeQueueMutationVariables = Exact<{
  type: JobType;
}>;


export type ResumeQueueMutation = { readonly resumeQueue: { readonly type: JobType, readonly paused: boolean, readonly pausedAt: string | null } };

export type PlayedVideoFragment = { readonly id: string, readonly title: string, readonly mediaUrl: string | null, readonly durationSeconds: number | null, readonly frameRate: number | null, readonly width: number | null, readonly height: number | null };

export type SegmentFragment = { readonly index: number, readonly start: number, readonly end: number, readonly speaker: string | null, readonly text: string };

export type SaidTextFragment = { readonly id: string, readonly language: string | null, readonly speakers: ReadonlyArray<string>, readonly segmentCount: number, readonly segments: ReadonlyArray<{ readonly index: number, readonly start: number, readonly end: number, readonly speaker: string | null, readonly text: string }> };

export type ClaimTextFragment = { readonly id: string, readonly text: string, readonly confidence: number, readonly claimType: string | null, readonly charStart: number | null, readonly charEnd: number | null, readonly moments: ReadonlyArray<{ readonly start: number, readonly end: number, readonly confidence: number }> };

export type ClaimTreeFragment = { readonly id: string, readonly text: string, readonly confidence: number, readonly claimType: string | null, readonly charStart: number | null, readonly charEnd: number | null, readonly subclaims: ReadonlyArray<{ readonly id: string, readonly text: string, readonly confidence: number, readonly claimType: string | null, readonly charStart: number | null, readonly charEnd: number | null, readonly subclaims: ReadonlyArray<{ readonly id: string, readonly text: string, readonly confidence: number, readonly claimType: string | null, readonly charStart: number | null, readonly charEnd: number | null, readonly moments: ReadonlyArray<{ readonly start: number, readonly end: number, readonly confidence: number }> }>, readonly moments: ReadonlyArray<{ readonly start: number, readonly end: number, readonly confidence: number }> }>, readonly moments: ReadonlyArray<{ readonly start: number, readonly end: number, readonly confidence: number }> };

export type SummaryViewFragment = { readonly id: string, readonly text: string, readonly confidence: number | null, readonly createdAt: string, readonly modelsUsed: ReadonlyArray<string>, readonly visualAnalysis: string | null, readonly persona?: { readonly name: string, readonly informationNeed: string }, readonly keyFrames: ReadonlyArray<{ readonly timestamp: number, readonly description: string, readonly confidence: number | null }>, readonly video: { readonly id: string, readonly title: string, readonly mediaUrl: string | null, readonly durationSeconds: number | null, readonly frameRate: number | null, readonly width: number | null, readonly height: number | null }, readonly transcript: { readonly id: string, readonly language: string | null, readonly speakers: ReadonlyArray<string>, readonly segmentCount: number, readonly segments: ReadonlyArray<{ readonly index: number, readonly start: number, readonly end: number, readonly speaker: string | null, readonly text: string }> } | null };

export type SummaryResultQueryVariables = Exact<{
  id: string;
  isOwner: boolean;
}>;


export type SummaryResultQuery = { readonly job:
    | { readonly result: { readonly id: string, readonly text: string, readonly confidence: number | null, readonly createdAt: string, readonly modelsUsed: ReadonlyArray<string>, readonly visualAnalysis: string | null, readonly claims: ReadonlyArray<{ readonly id: string, readonly text: string, readonly confidence: number, readonly claimType: string | null, readonly charStart: number | null, readonly charEnd: number | null, readonly subclaims: ReadonlyArray<{ readonly id: string, readonly text: string, readonly confidence: number, readonly claimType: string | null, readonly charStart: number | null, readonly charEnd: number | null, readonly subclaims: ReadonlyArray<{ readonly id: string, readonly text: string, readonly confidence: number, readonly claimType: string | null, readonly charStart: number | null, readonly charEnd: number | null, readonly moments: ReadonlyArray<{ readonly start: number, readonly end: number, readonly confidence: number }> }>, readonly moments: ReadonlyArray<{ readonly start: number, readonly end: number, readonly confidence: number }> }>, readonly moments: ReadonlyArray<{ readonly start: number, readonly end: number, readonly confidence: number }> }>, readonly persona?: { readonly name: string, readonly informationNeed: string }, readonly keyFrames: ReadonlyArray<{ readonly timestamp: number, readonly description: string, readonly confidence: number | null }>, readonly video: { readonly id: string, readonly title: string, readonly mediaUrl: string | null, readonly durationSeconds: number | null, readonly frameRate: number | null, readonly width: number | null, readonly height: number | null }, readonly transcript: { readonly id: string, readonly language: string | null, readonly speakers: ReadonlyArray<string>, readonly segmentCount: number, readonly segments: ReadonlyArray<{ readonly index: number, readonly start: number, readonly end: number, readonly speaker: string | null, readonly text: string }> } | null } | null }
    | Record<PropertyKey, never>
   | null };

export type ClaimsResultQueryVariables = Exact<{
  id: string;
  isOwner: boolean;
}>;


export type ClaimsResultQuery = { readonly job:
    | { readonly subject: { readonly video: { readonly id: string, readonly title: string, readonly mediaUrl: string | null, readonly durationSeconds: number | null, readonly frameRate: number | null, readonly width: number | null, readonly height: number | null } | null }, readonly result: { readonly id: string, readonly modelUsed: string | null, readonly totalClaims: number, readonly claims: ReadonlyArray<{ readonly id: string, readonly text: string, readonly confidence: number, readonly claimType: string | null, readonly charStart: number | null, readonly charEnd: number | null, readonly subclaims: ReadonlyArray<{ readonly id: string, readonly text: string, readonly confidence: number, readonly claimType: string | null, readonly charStart: number | null, readonly charEnd: number | null, readonly subclaims: ReadonlyArray<{ readonly id: string, readonly text: string, readonly confidence: number, readonly claimType: string | null, readonly charStart: number | null, readonly charEnd: number | null, readonly moments: ReadonlyArray<{ readonly start: number, readonly end: number, readonly confidence: number }> }>, readonly moments: ReadonlyArray<{ readonly start: number, readonly end: number, readonly confidence: number }> }>, readonly moments: ReadonlyArray<{ readonly start: number, readonly end: number, readonly confidence: number }> }>, readonly summary?: { readonly id: string, readonly text: string, readonly confidence: number | null, readonly createdAt: string, readonly modelsUsed: ReadonlyArray<string>, readonly visualAnalysis: string | null, readonly persona?: { readonly name: string, readonly informationNeed: string }, readonly keyFrames: ReadonlyArray<{ readonly timestamp: number, readonly description: string, readonly confidence: number | null }>, readonly video: { readonly id: string, readonly title: string, readonly mediaUrl: string | null, readonly durationSeconds: number | null, readonly frameRate: number | null, readonly width: number | null, readonly height: number | null }, readonly transcript: { readonly id: string, readonly language: string | null, readonly speakers: ReadonlyArray<string>, readonly segmentCount: number, readonly segments: ReadonlyArray<{ readonly index: number, readonly start: number, readonly end: number, readonly speaker: string | null, readonly text: string }> } | null } } | null }
    | Record<PropertyKey, never>
   | null };

export type SynthesisResultQueryVariables = Exact<{
  id: string;
  isOwner: boolean;
}>;


export type SynthesisResultQuery = { readonly job:
    | { readonly subject: { readonly video: { readonly id: string, readonly title: string, readonly mediaUrl: string | null, readonly durationSeconds: number | null, readonly frameRate: number | null, readonly width: number | null, readonly height: number | null } | null }, readonly result: { readonly id: string, readonly text: string, readonly strategy: SynthesisStrategy, readonly claimsUsed: number, readonly conflictCount: number | null, readonly modelUsed: string | null, readonly createdAt: string, readonly conflicts: ReadonlyArray<{ readonly reason: string, readonly claims: ReadonlyArray<{ readonly claimId: string, readonly text: string }> }>, readonly summaries: ReadonlyArray<{ readonly id: string, readonly video: { readonly id: string, readonly title: string, readonly mediaUrl: string | null, readonly durationSeconds: number | null, readonly frameRate: number | null, readonly width: number | null, readonly height: number | null }, readonly persona?: { readonly name: string } }> } | null }
    | Record<PropertyKey, never>
   | null };

export type SourceClaimsQueryVariables = Exact<{
  id: string;
}>;


export type SourceClaimsQuery = { readonly videoSummary: { readonly id: string, readonly claims: ReadonlyArray<{ readonly id: string, readonly text: string, readonly confidence: number, readonly claimType: string | null, readonly charStart: number | null, readonly charEnd: number | null, readonly subclaims: ReadonlyArray<{ readonly id: string, readonly text: string, readonly confidence: number, readonly claimType: string | null, readonly charStart: number | null, readonly charEnd: number | null, readonly subclaims: ReadonlyArray<{ readonly id: string, readonly text: string, readonly confidence: number, readonly claimType: string | null, readonly charStart: number | null, readonly charEnd: number | null, readonly moments: ReadonlyArray<{ readonly start: number, readonly end: number, readonly confidence: number }> }>, readonly moments: ReadonlyArray<{ readonly start: number, readonly end: number, readonly confidence: number }> }>, readonly moments: ReadonlyArray<{ readonly start: number, readonly end: number, readonly confidence: number }> }> } | null };

export type FoundFrameFragment = { readonly frameNumber: number, readonly timestamp: number, readonly detections: ReadonlyArray<{ readonly index: number, readonly label: string, readonly confidence: number, readonly box: { readonly x: number, readonly y: number, readonly width: number, readonly height: number } }> };

export type DetectionResultQueryVariables = Exact<{
  id: string;
}>;


export type DetectionResultQuery = { readonly job:
    | { readonly result: { readonly id: string, readonly query: string, readonly modelUsed: string | null, readonly createdAt: string, readonly width: number | null, readonly height: number | null, readonly frameCount: number, readonly detectionCount: number, readonly unreadFrames: ReadonlyArray<number>, readonly counts: ReadonlyArray<{ readonly label: string, readonly count: number }>, readonly frames: ReadonlyArray<{ readonly frameNumber: number, readonly timestamp: number, readonly detections: ReadonlyArray<{ readonly index: number, readonly label: string, readonly confidence: number, readonly box: { readonly x: number, readonly y: number, readonly width: number, readonly height: number } }> }>, readonly video: { readonly id: string, readonly title: string, readonly mediaUrl: string | null, readonly durationSeconds: number | null, readonly frameRate: number | null, readonly width: number | null, readonly height: number | null } } | null }
    | Record<PropertyKey, never>
   | null };

export type DetectedFramesQueryVariables = Exact<{
  id: string;
  after: number;
}>;


export type DetectedFramesQuery = { readonly job:
    | { readonly result: { readonly frames: ReadonlyArray<{ readonly frameNumber: number, readonly timestamp: number, readonly detections: ReadonlyArray<{ readonly index: number, readonly label: string, readonly confidence: number, readonly box: { readonly x: number, readonly y: number, readonly width: number, readonly height: number } }> }> } | null }
    | Record<PropertyKey, never>
   | null };

export type TrackPointFragment = { readonly frameNumber: number, readonly timestamp: number, readonly confidence: number, readonly occluded: boolean, readonly box: { readonly x: number, readonly y: number, readonly width: number, readonly height: number } };

export type TrackingResultQueryVariables = Exact<{
  id: string;
}>;


export type TrackingResultQuery = { readonly job:
    | { readonly result: { readonly id: string, readonly createdAt: string, readonly width: number | null, readonly height: number | null, readonly frameRate: number, readonly every: number, readonly firstFrame: number, readonly framesProcessed: number, readonly video: { readonly id: string, readonly title: string, readonly mediaUrl: string | null, readonly durationSeconds: number | null, readonly frameRate: number | null, readonly width: number | null, readonly height: number | null }, readonly tracks: ReadonlyArray<{ readonly index: number, readonly label: string, readonly confidence: number | null, readonly firstFrame: number | null, readonly lastFrame: number | null, readonly frameCount: number, readonly keyframeCount: number, readonly maxError: number, readonly keyframes: ReadonlyArray<{ readonly frameNumber: number, readonly timestamp: number, readonly confidence: number, readonly occluded: boolean, readonly box: { readonly x: number, readonly y: number, readonly width: number, readonly height: number } }>, readonly visibility: ReadonlyArray<{ readonly startFrame: number, readonly endFrame: number, readonly visible: boolean }> }> } | null }
    | Record<PropertyKey, never>
   | null };

export type TrackPageQueryVariables = Exact<{
  id: string;
  index: number;
  after: number;
}>;


export type TrackPageQuery = { readonly job:
    | { readonly result: { readonly track: { readonly keyframes: ReadonlyArray<{ readonly frameNumber: number, readonly timestamp: number, readonly confidence: number, readonly occluded: boolean, readonly box: { readonly x: number, readonly y: number, readonly width: number, readonly height: number } }>, readonly visibility: ReadonlyArray<{ readonly startFrame: number, readonly endFrame: number, readonly visible: boolean }> } | null } | null }
    | Record<PropertyKey, never>
   | null };

export type TranscriptResultQueryVariables = Exact<{
  id: string;
}>;


export type TranscriptResultQuery = { readonly job:
    | { readonly result: { readonly createdAt: string, readonly modelsUsed: ReadonlyArray<string>, readonly durationSeconds: number | null, readonly id: string, readonly language: string | null, readonly speakers: ReadonlyArray<string>, readonly segmentCount: number, readonly video: { readonly id: string, readonly title: string, readonly mediaUrl: string | null, readonly durationSeconds: number | null, readonly frameRate: number | null, readonly width: number | null, readonly height: number | null }, readonly segments: ReadonlyArray<{ readonly index: number, readonly start: number, readonly end: number, readonly speaker: string | null, readonly text: string }> } | null }
    | Record<PropertyKey, never>
   | null };

export type TranscriptPageQueryVariables = Exact<{
  id: string;
  isOwner: boolean;
  after: number;
}>;


export type TranscriptPageQuery = { readonly job:
    | { readonly result: { readonly summary?: { readonly transcript: { readonly segments: ReadonlyArray<{ readonly index: number, readonly start: number, readonly end: number, readonly speaker: string | null, readonly text: string }> } | null } } | null }
    | { readonly result: { readonly segments: ReadonlyArray<{ readonly index: number, readonly start: number, readonly end: number, readonly speaker: string | null, readonly text: string }> } | null }
    | { readonly result: { readonly transcript: { readonly segments: ReadonlyArray<{ readonly index: number, readonly start: number, readonly end: number, readonly speaker: string | null, readonly text: string }> } | null } | null }
    | Record<PropertyKey, never>
   | null };

export type TranscriptSegmentsFragment = { readonly segments: ReadonlyArray<{ readonly index: number, readonly start: number, readonly end: number, readonly speaker: string | null, readonly text: string }> };

export type OpenMediaMutationVariables = Exact<{
  id: string;
}>;


export type OpenMediaMutation = { readonly createJobTicket:
    | { readonly __typename: 'CreateJobTicketPayload', readonly ticket: string, readonly expiresAt: string }
    | { readonly __typename: 'NotFoundError', readonly message: string }
    | { readonly __typename: 'ValidationError', readonly message: string }
   };

export type JobSummariesQueryVariables = Exact<{
  filter: JobFilter;
  first: number;
}>;


export type JobSummariesQuery = { readonly jobs: { readonly edges: ReadonlyArray<{ readonly node:
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly createdAt: string, readonly subject: { readonly title: string }, readonly error: { readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly createdAt: string, readonly subject: { readonly title: string }, readonly error: { readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly createdAt: string, readonly subject: { readonly title: string }, readonly error: { readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly createdAt: string, readonly subject: { readonly title: string }, readonly error: { readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly createdAt: string, readonly subject: { readonly title: string }, readonly error: { readonly message: string } | null }
        | { readonly id: string, readonly type: JobType, readonly state: JobState, readonly createdAt: string, readonly subject: { readonly title: string }, readonly error: { readonly message: string } | null }
       }> } };

export type RepeatedJobQueryVariables = Exact<{
  id: string;
}>;


export type RepeatedJobQuery = { readonly job:
    | { readonly id: string, readonly type: JobType, readonly priority: JobPriority, readonly tags: ReadonlyArray<string>, readonly extractClaims: { readonly maxClaims: number, readonly minConfidence: number, readonly modelId: string | null, readonly strategy: ExtractionStrategy, readonly summaryId: string } }
    | { readonly id: string, readonly type: JobType, readonly priority: JobPriority, readonly tags: ReadonlyArray<string>, readonly synthesizeClaims: { readonly includeCitations: boolean, readonly includeConflicts: boolean, readonly maxLength: number, readonly modelId: string | null, readonly strategy: SynthesisStrategy, readonly summaryIds: ReadonlyArray<string> } }
    | { readonly id: string, readonly type: JobType, readonly priority: JobPriority, readonly tags: ReadonlyArray<string>, readonly detectObjects: { readonly confidenceThreshold: number, readonly query: string, readonly videoId: string, readonly frames: { readonly numbers: ReadonlyArray<number> | null, readonly range: { readonly every: number, readonly from: number, readonly to: number } | null } } }
    | { readonly id: string, readonly type: JobType, readonly priority: JobPriority, readonly tags: ReadonlyArray<string>, readonly trackObjects: { readonly confidenceThreshold: number, readonly endSeconds: number | null, readonly every: number, readonly maxKeyframes: number, readonly startSeconds: number, readonly videoId: string, readonly detection: { readonly detectionId: string, readonly labels: ReadonlyArray<string> | null, readonly minConfidence: number } | null, readonly objects: ReadonlyArray<{ readonly label: string, readonly box: { readonly height: number, readonly width: number, readonly x: number, readonly y: number } }> | null } }
    | { readonly id: string, readonly type: JobType, readonly priority: JobPriority, readonly tags: ReadonlyArray<string>, readonly transcribeVideo: { readonly diarize: boolean, readonly language: string | null, readonly videoId: string } }
    | { readonly id: string, readonly type: JobType, readonly priority: JobPriority, readonly tags: ReadonlyArray<string>, readonly summarizeVideo: { readonly audioLanguage: string | null, readonly enableAudio: boolean, readonly enableSpeakerDiarization: boolean, readonly frameSampleRate: number, readonly fusionStrategy: FusionStrategy | null, readonly maxFrames: number, readonly modelId: string | null, readonly personaId: string, readonly videoId: string } }
   | null };
