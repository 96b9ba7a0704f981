import { serveCommands } from '../command-process.ts';
import { sendRequests } from './requests.ts';
import { createSubscribers } from './subscribers.ts';

const commands = { ...createSubscribers(), sendRequests };
export type LoadCommands = typeof commands;

serveCommands(commands);
