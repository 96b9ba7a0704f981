/** The name of the service where the contract has the name of a model. */
export const modelName = 'fovea-baseline-1';
export const modelDescription = `${modelName} (extractive, not a neural model)`;
export const serviceVersion = '1.0.0';
/** Of transcripts that are read, not heard. */
export const transcriptModel = `${modelName} (transcript file)`;
