import type { DrawnTrack } from './draw-tracks.ts';

const refusal = `... on Error { message } ... on ValidationError { issues { message } }`;

export const registerVideo = `mutation RegisterVideo($input: RegisterVideoInput!) {
  outcome: registerVideo(input: $input) { ... on RegisterVideoPayload { created: video { id } } ${refusal} }
}`;

export const createPersona = `mutation CreatePersona($input: CreatePersonaInput!) {
  outcome: createPersona(input: $input) { ... on CreatePersonaPayload { created: persona { id } } ${refusal} }
}`;

export const summarizeVideo = `mutation SummarizeVideo($input: SummarizeVideoInput!) {
  outcome: summarizeVideo(input: $input) { ... on SummarizeVideoPayload { created: job { id } } ${refusal} }
}`;

export const extractClaims = `mutation ExtractClaims($input: ExtractClaimsInput!) {
  outcome: extractClaims(input: $input) { ... on ExtractClaimsPayload { created: job { id } } ${refusal} }
}`;

export const synthesizeClaims = `mutation SynthesizeClaims($input: SynthesizeClaimsInput!) {
  outcome: synthesizeClaims(input: $input) { ... on SynthesizeClaimsPayload { created: job { id } } ${refusal} }
}`;

export const detectObjects = `mutation DetectObjects($input: DetectObjectsInput!) {
  outcome: detectObjects(input: $input) { ... on DetectObjectsPayload { created: job { id } } ${refusal} }
}`;

export const trackObjects = `mutation TrackObjects($input: TrackObjectsInput!) {
  outcome: trackObjects(input: $input) { ... on TrackObjectsPayload { created: job { id } } ${refusal} }
}`;

/** Any job; the result is null unless it has completed. */
export const findJobDocument = `query FindJob($id: ID!) {
  job(id: $id) {
    type state
    error { code message }
    ... on VideoSummarizationJob { result { id text } }
    ... on ClaimExtractionJob { result { id claims { ...ClaimText subclaims { ...ClaimText subclaims { ...ClaimText } } } } }
    ... on ClaimSynthesisJob { result { id text claimsUsed conflictCount } }
    ... on ObjectDetectionJob { result { id detectionCount } }
    ... on ObjectTrackingJob { result { id width height tracks {
      label confidence keyframes { timestamp box { x y width height } }
    } } }
  }
}
fragment ClaimText on Claim { text confidence }`;

export interface Summary {
  id: string;
  text: string;
}

export interface Claim {
  text: string;
  confidence: number;
  subclaims?: Claim[];
}

export interface Extraction {
  claims: Claim[];
}

export interface Synthesis {
  text: string;
  claimsUsed: number;
  /** Null where the model service cannot tell. */
  conflictCount: number | null;
}

export interface Detection {
  id: string;
  detectionCount: number;
}

export interface Tracking {
  /** Of the video, in pixels. */
  width: number;
  height: number;
  tracks: (DrawnTrack & { confidence: number | null })[];
}
