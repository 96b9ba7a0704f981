// Made by scripts/generate.ts.
import type { Field, Form } from '../../new-job/form/field.ts';

export type StartName = 'analyzeVideo' | 'detectObjects' | 'extractClaims' | 'summarizeVideo' | 'synthesizeClaims' | 'trackObjects' | 'transcribeVideo';
export type FormName = StartName | 'registerVideo' | 'createPersona';
export type FieldName = 'audioLanguage' | 'basedOn' | 'box' | 'confidenceThreshold' | 'delayMs' | 'detection' | 'detectionId' | 'diarize' | 'durationSeconds' | 'enableAudio' | 'enableSpeakerDiarization' | 'endSeconds' | 'every' | 'expiresAt' | 'frameRate' | 'frameSampleRate' | 'frames' | 'from' | 'fusionStrategy' | 'height' | 'id' | 'idempotencyKey' | 'includeCitations' | 'includeConflicts' | 'informationNeed' | 'label' | 'labels' | 'language' | 'maxClaims' | 'maxFrames' | 'maxKeyframes' | 'maxLength' | 'minConfidence' | 'modelId' | 'name' | 'numbers' | 'objects' | 'path' | 'personaId' | 'priority' | 'query' | 'range' | 'role' | 'startSeconds' | 'strategy' | 'summaryId' | 'summaryIds' | 'tags' | 'title' | 'to' | 'transcribe' | 'videoId' | 'width' | 'x' | 'y';

/** What starts a job of a type again. */
export const startOf: Record<string, StartName> = {
  "OBJECT_DETECTION": "detectObjects",
  "CLAIM_EXTRACTION": "extractClaims",
  "VIDEO_SUMMARIZATION": "summarizeVideo",
  "CLAIM_SYNTHESIS": "synthesizeClaims",
  "OBJECT_TRACKING": "trackObjects",
  "TRANSCRIPTION": "transcribeVideo"
};

export const forms: { readonly [Name in FormName]: Form<Name> } = {
analyzeVideo: {
  "name": "analyzeVideo",
  "description": "Summarizes a video, extracts the claims of that summary, and synthesizes them: three jobs, one after the other.\nWith `transcribe`, a job before these transcribes the video.\nIf one fails or is canceled, those after it are CANCELED. Retrying it restarts them, too.",
  "fields": [
    {
      "name": "enableAudio",
      "type": "Boolean",
      "description": "Whether to use the audio track.",
      "defaultValue": false
    },
    {
      "name": "maxClaims",
      "type": "Int",
      "description": "Maximum number of root claims, 1 to 200.",
      "defaultValue": 50,
      "min": 1,
      "max": 200
    },
    {
      "name": "minConfidence",
      "type": "Float",
      "description": "Claims below this confidence, 0 to 1, are left out; 0 keeps them all.",
      "defaultValue": 0.5,
      "min": 0,
      "max": 1
    },
    {
      "name": "personaId",
      "type": "ID",
      "description": "The persona to summarize for. Its information need decides what matters.",
      "isRequired": true
    },
    {
      "name": "strategy",
      "type": "Enum",
      "description": "How to divide the summary into claims.",
      "defaultValue": "SENTENCE_BASED",
      "values": [
        {
          "name": "HIERARCHICAL",
          "description": "Each sentence is a claim, and its parts are subclaims."
        },
        {
          "name": "SEMANTIC_UNITS",
          "description": "Each clause that asserts something is a claim."
        },
        {
          "name": "SENTENCE_BASED",
          "description": "Each sentence that asserts something is a claim."
        }
      ]
    },
    {
      "name": "transcribe",
      "type": "Group",
      "description": "Adds a first job, which transcribes the video. If it fails, nothing is summarized until it is retried.\nAbsent: no such job; `transcribeVideo` is then independent of the analysis.",
      "fields": [
        {
          "name": "diarize",
          "type": "Boolean",
          "description": "Whether to tell the speakers apart, by a second call of the model service. Another attempt makes both calls again.",
          "defaultValue": false
        },
        {
          "name": "language",
          "type": "String",
          "description": "Language of what is said, as a tag such as `en`; detected if absent."
        }
      ]
    },
    {
      "name": "videoId",
      "type": "ID",
      "description": "The video to summarize.",
      "isRequired": true
    }
  ]
},
detectObjects: {
  "name": "detectObjects",
  "description": "Finds objects in frames of a video. Returns at once; the job runs later.",
  "fields": [
    {
      "name": "confidenceThreshold",
      "type": "Float",
      "description": "Detections below this confidence, 0 to 1, are left out.",
      "defaultValue": 0.3,
      "min": 0,
      "max": 1
    },
    {
      "name": "frames",
      "type": "Group",
      "description": "Which frames to look at.",
      "isRequired": true,
      "fields": [
        {
          "name": "numbers",
          "type": "Int",
          "description": "1 to 100 different numbers of frames, counted from 0.",
          "isList": true,
          "minItems": 1,
          "maxItems": 100
        },
        {
          "name": "range",
          "type": "Group",
          "description": "The frames that are shown at these times, each once; 600 at most.",
          "fields": [
            {
              "name": "every",
              "type": "Float",
              "description": "Seconds from one time to the next, above 0.",
              "isRequired": true,
              "min": 0,
              "isAbove": true
            },
            {
              "name": "from",
              "type": "Float",
              "description": "The first time, in seconds from the start of the video.",
              "isRequired": true
            },
            {
              "name": "to",
              "type": "Float",
              "description": "Where the range ends, in seconds, itself not included. The video may end before.",
              "isRequired": true
            }
          ]
        }
      ],
      "alternatives": [
        "numbers",
        "range"
      ]
    },
    {
      "name": "query",
      "type": "String",
      "description": "What to look for, separated by \".\", as in `red car. person.`; up to 500 characters. Commas, semicolons and line breaks are refused, as they separate nothing. Which words are understood depends on the model.",
      "isRequired": true,
      "maxLength": 500
    },
    {
      "name": "videoId",
      "type": "ID",
      "description": "The video to look at.",
      "isRequired": true
    }
  ]
},
extractClaims: {
  "name": "extractClaims",
  "description": "Extracts the atomic claims of a summary. Returns at once; the job runs later.",
  "fields": [
    {
      "name": "maxClaims",
      "type": "Int",
      "description": "Maximum number of root claims, 1 to 200.",
      "defaultValue": 50,
      "min": 1,
      "max": 200
    },
    {
      "name": "minConfidence",
      "type": "Float",
      "description": "Claims below this confidence, 0 to 1, are left out; 0 keeps them all.",
      "defaultValue": 0.5,
      "min": 0,
      "max": 1
    },
    {
      "name": "modelId",
      "type": "String",
      "description": "The model to use. A model service that offers no choice rejects it or ignores it; if it ignores it, the job’s log says so."
    },
    {
      "name": "strategy",
      "type": "Enum",
      "description": "How to divide the summary into claims.",
      "defaultValue": "SENTENCE_BASED",
      "values": [
        {
          "name": "HIERARCHICAL",
          "description": "Each sentence is a claim, and its parts are subclaims."
        },
        {
          "name": "SEMANTIC_UNITS",
          "description": "Each clause that asserts something is a claim."
        },
        {
          "name": "SENTENCE_BASED",
          "description": "Each sentence that asserts something is a claim."
        }
      ]
    },
    {
      "name": "summaryId",
      "type": "ID",
      "description": "The summary to extract claims from.",
      "isRequired": true
    }
  ]
},
summarizeVideo: {
  "name": "summarizeVideo",
  "description": "Summarizes a video for a persona. Returns at once; the job runs later.",
  "fields": [
    {
      "name": "audioLanguage",
      "type": "String",
      "description": "Language of the audio track, as a tag such as `en`; detected if absent."
    },
    {
      "name": "enableAudio",
      "type": "Boolean",
      "description": "Whether to use the audio track.",
      "defaultValue": false
    },
    {
      "name": "enableSpeakerDiarization",
      "type": "Boolean",
      "description": "Whether to tell the speakers of the audio track apart.",
      "defaultValue": false
    },
    {
      "name": "frameSampleRate",
      "type": "Int",
      "description": "Frames to analyze per second of video, 1 to 10.",
      "defaultValue": 1,
      "min": 1,
      "max": 10
    },
    {
      "name": "fusionStrategy",
      "type": "Enum",
      "description": "How to combine what is seen with what is heard.",
      "values": [
        {
          "name": "HYBRID",
          "description": "A mixture, as the model service chooses."
        },
        {
          "name": "NATIVE_MULTIMODAL",
          "description": "One model that sees and hears."
        },
        {
          "name": "SEQUENTIAL",
          "description": "What is seen first, then what is heard."
        },
        {
          "name": "TIMESTAMP_ALIGNED",
          "description": "What is seen and heard, side by side in time."
        }
      ]
    },
    {
      "name": "maxFrames",
      "type": "Int",
      "description": "Maximum number of frames to analyze, 1 to 100.",
      "defaultValue": 30,
      "min": 1,
      "max": 100
    },
    {
      "name": "modelId",
      "type": "String",
      "description": "The model to use. A model service that offers no choice rejects it or ignores it; if it ignores it, the job’s log says so."
    },
    {
      "name": "personaId",
      "type": "ID",
      "description": "The persona to summarize for. Its information need decides what matters.",
      "isRequired": true
    },
    {
      "name": "videoId",
      "type": "ID",
      "description": "The video to summarize.",
      "isRequired": true
    }
  ]
},
synthesizeClaims: {
  "name": "synthesizeClaims",
  "description": "Synthesizes the claims of several summaries into one text. Returns at once; the job runs later.",
  "fields": [
    {
      "name": "includeCitations",
      "type": "Boolean",
      "description": "Whether to say which source each statement comes from.",
      "defaultValue": false
    },
    {
      "name": "includeConflicts",
      "type": "Boolean",
      "description": "Whether to say which claims contradict each other.",
      "defaultValue": true
    },
    {
      "name": "maxLength",
      "type": "Int",
      "description": "Maximum number of words, 100 to 2,000.",
      "defaultValue": 500,
      "min": 100,
      "max": 2000
    },
    {
      "name": "modelId",
      "type": "String",
      "description": "The model to use. A model service that offers no choice rejects it or ignores it; if it ignores it, the job’s log says so."
    },
    {
      "name": "strategy",
      "type": "Enum",
      "description": "How to arrange the text.",
      "defaultValue": "HIERARCHICAL",
      "values": [
        {
          "name": "ANALYTICAL",
          "description": "By what the sources agree on, what they differ in, and what only one says."
        },
        {
          "name": "CHRONOLOGICAL",
          "description": "In the order in which the sources say it."
        },
        {
          "name": "HIERARCHICAL",
          "description": "By theme, the best supported first."
        },
        {
          "name": "NARRATIVE",
          "description": "One flowing text."
        }
      ]
    },
    {
      "name": "summaryIds",
      "type": "ID",
      "description": "The summaries whose latest claims to synthesize, 1 to 50.",
      "isList": true,
      "isRequired": true,
      "minItems": 1,
      "maxItems": 50
    }
  ]
},
trackObjects: {
  "name": "trackObjects",
  "description": "Follows objects through a video. Returns at once; the job runs later.",
  "fields": [
    {
      "name": "confidenceThreshold",
      "type": "Float",
      "description": "Where the model service is less confident of an object than this, 0 to 1, the object counts as not found. 0 keeps all that it finds.",
      "defaultValue": 0,
      "min": 0,
      "max": 1
    },
    {
      "name": "detection",
      "type": "Group",
      "description": "The detection that found the objects to track. Either this or `objects`.",
      "fields": [
        {
          "name": "detectionId",
          "type": "ID",
          "description": "A detection of the same video.",
          "isRequired": true
        },
        {
          "name": "labels",
          "type": "String",
          "description": "Only objects with one of these labels, in any case of letters; 1 to 20. Absent: all.",
          "isList": true,
          "minItems": 1,
          "maxItems": 20
        },
        {
          "name": "minConfidence",
          "type": "Float",
          "description": "Objects below this confidence, 0 to 1, are left out.",
          "defaultValue": 0,
          "min": 0,
          "max": 1
        }
      ]
    },
    {
      "name": "endSeconds",
      "type": "Float",
      "description": "Where to end, in seconds; absent, or later than it: the end of the video. 20000 frames are tracked at most."
    },
    {
      "name": "every",
      "type": "Int",
      "description": "Every how many frames to look, 1 to 30. Objects that move far in between are lost: 1 to 3 is safe.",
      "defaultValue": 1,
      "min": 1,
      "max": 30
    },
    {
      "name": "maxKeyframes",
      "type": "Int",
      "description": "Maximum number of keyframes of each track, 2 to 1,000. The first and last frame of each visible range is always one, so there may be more.",
      "defaultValue": 40,
      "min": 2,
      "max": 1000
    },
    {
      "name": "objects",
      "type": "Group",
      "description": "The objects to track, 1 to 20; in a video above 1080p fewer, of 4K up to 6. Either this or `detection`.",
      "isList": true,
      "minItems": 1,
      "maxItems": 20,
      "fields": [
        {
          "name": "box",
          "type": "Group",
          "description": "Where it is in the first tracked frame, that of `startSeconds`.",
          "isRequired": true,
          "fields": [
            {
              "name": "height",
              "type": "Float",
              "description": "Its height, above 0, up to 1.",
              "isRequired": true,
              "min": 0,
              "isAbove": true,
              "max": 1
            },
            {
              "name": "width",
              "type": "Float",
              "description": "Its width, above 0, up to 1.",
              "isRequired": true,
              "min": 0,
              "isAbove": true,
              "max": 1
            },
            {
              "name": "x",
              "type": "Float",
              "description": "Its left side, from 0 to 1.",
              "isRequired": true,
              "min": 0,
              "max": 1
            },
            {
              "name": "y",
              "type": "Float",
              "description": "Its upper side, from 0 to 1.",
              "isRequired": true,
              "min": 0,
              "max": 1
            }
          ]
        },
        {
          "name": "label",
          "type": "String",
          "description": "What it is called, up to 200 characters.",
          "isRequired": true,
          "maxLength": 200
        }
      ]
    },
    {
      "name": "startSeconds",
      "type": "Float",
      "description": "Where to begin, in seconds from the start of the video.",
      "defaultValue": 0
    },
    {
      "name": "videoId",
      "type": "ID",
      "description": "The video to track in. Its width, height, frame rate and duration must be known. The model service finds it by a name alone, of letters, digits, `_` and `-`: that of its file if that is directly in the media folder, and its id otherwise.",
      "isRequired": true
    }
  ],
  "alternatives": [
    "detection",
    "objects"
  ]
},
transcribeVideo: {
  "name": "transcribeVideo",
  "description": "Transcribes what is said in a video. Returns at once; the job runs later.",
  "fields": [
    {
      "name": "diarize",
      "type": "Boolean",
      "description": "Whether to tell the speakers apart, by a second call of the model service. Another attempt makes both calls again.",
      "defaultValue": false
    },
    {
      "name": "language",
      "type": "String",
      "description": "Language of what is said, as a tag such as `en`; detected if absent."
    },
    {
      "name": "videoId",
      "type": "ID",
      "description": "The video to transcribe.",
      "isRequired": true
    }
  ]
},
registerVideo: {
  "name": "registerVideo",
  "description": "Registers a video, so that jobs can work on it.\nIf the viewer has already registered this path, that video is returned with the ids and title that it has; only what was not known of its format is filled in. Use the id that is returned.\nConflictError: another video of the viewer’s has this id.\nRateLimitedError: the viewer has the maximum number of videos and personas.",
  "fields": [
    {
      "name": "durationSeconds",
      "type": "Float",
      "description": "Its length in seconds. Used if this server cannot read it from the file."
    },
    {
      "name": "frameRate",
      "type": "Float",
      "description": "Frames a second. Used if this server cannot read it from the file."
    },
    {
      "name": "height",
      "type": "Int",
      "description": "Pixels. Used if this server cannot read it from the file."
    },
    {
      "name": "id",
      "type": "ID",
      "description": "Its id in other systems, for example 0f8fad5bd9cb469f: the `externalId`. If absent, it is the same as the generated `id`. A video that is already registered keeps its ids."
    },
    {
      "name": "path",
      "type": "String",
      "description": "Where the model service finds it: a path below its media folder, without any encoding, or an http(s) URL.",
      "isRequired": true
    },
    {
      "name": "title",
      "type": "String",
      "description": "Its title, up to 500 characters.",
      "isRequired": true,
      "maxLength": 500
    },
    {
      "name": "width",
      "type": "Int",
      "description": "Pixels. Used if this server cannot read it from the file."
    }
  ]
},
createPersona: {
  "name": "createPersona",
  "description": "Creates a persona. If the viewer has one with exactly the same texts, that one is returned. Use the id that is returned.\nConflictError: another persona of the viewer’s has this id.\nRateLimitedError: the viewer has the maximum number of videos and personas.",
  "fields": [
    {
      "name": "id",
      "type": "ID",
      "description": "Its id in other systems, a UUID; generated if it is absent, or if somebody else has it. A persona that is there already keeps its id."
    },
    {
      "name": "informationNeed",
      "type": "String",
      "description": "What it wants to know, up to 4,000 characters.",
      "isRequired": true,
      "maxLength": 4000
    },
    {
      "name": "name",
      "type": "String",
      "description": "Its name, up to 200 characters.",
      "isRequired": true,
      "maxLength": 200
    },
    {
      "name": "role",
      "type": "String",
      "description": "Its role, up to 200 characters.",
      "isRequired": true,
      "maxLength": 200
    }
  ]
},
};

export const jobOptions: readonly Field[] = [
  {
    "name": "basedOn",
    "type": "ID",
    "description": "The job of the viewer’s that it is started again from, with a change."
  },
  {
    "name": "delayMs",
    "type": "Int",
    "description": "Milliseconds to wait before it may start, up to 2,592,000,000 (30 days).",
    "max": 2592000000
  },
  {
    "name": "expiresAt",
    "type": "DateTime",
    "description": "If it has not started by then, it is EXPIRED. Must be later than the end of `delayMs`."
  },
  {
    "name": "idempotencyKey",
    "type": "String",
    "description": "Same key, same input: the same job again, with created: false. Same key, other input: IdempotencyConflictError. Up to 200 characters.",
    "maxLength": 200
  },
  {
    "name": "priority",
    "type": "Enum",
    "description": "Its place among the jobs that wait; if absent, the default of its type. HIGH may be for operators only.",
    "values": [
      {
        "name": "HIGH",
        "description": "Before all others."
      },
      {
        "name": "LOW",
        "description": "After all others."
      },
      {
        "name": "NORMAL",
        "description": "Before LOW, after HIGH."
      }
    ]
  },
  {
    "name": "tags",
    "type": "String",
    "description": "What to find it by: up to 20 tags of up to 50 characters.",
    "isList": true,
    "maxItems": 20,
    "maxLength": 50
  }
];
