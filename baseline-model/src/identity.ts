/** What the service calls itself wherever the contract asks for a model's name. */
export const MODEL_NAME = 'fovea-baseline-1';
export const MODEL_DESCRIPTION = `${MODEL_NAME} (extractive, not a neural model)`;
export const SERVICE_VERSION = '1.0.0';
