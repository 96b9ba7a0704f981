/** The name of the service where the contract has the name of a model. */
export const modelName = 'fovea-baseline-1';
export const modelDescription = `${modelName} (extractive, not a neural model)`;
export const serviceVersion = '1.0.0';
/** Of frames. */
export const detectionModel = `${modelName} (finds motion and colors, recognizes nothing)`;
export const trackingModel = `${modelName} (follows colors and motion, not a neural model)`;
/** Of transcripts that are read, not heard. */
export const transcriptModel = `${modelName} (transcript file)`;
