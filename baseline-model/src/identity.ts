/** What the service calls itself wherever the contract asks for a model's name. */
export const modelName = 'fovea-baseline-1';
export const modelDescription = `${modelName} (extractive, not a neural model)`;
export const serviceVersion = '1.0.0';
