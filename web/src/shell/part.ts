import { createElement, lazy } from 'react';
import type { ComponentType } from 'react';
import { loadPart } from './load-part.ts';

/** Those that could not be loaded: React keeps that they could not. */
const failed = new Set<() => void>();

/** A part of the console that is loaded when it is first shown. */
export function createPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const begin = () =>
    lazy(async () => {
      try {
        return { default: await loadPart(load) };
      } catch (error) {
        failed.add(renew);
        throw error;
      }
    });
  const renew = () => {
    loaded = begin();
  };
  let loaded = begin();
  return (props) => createElement(loaded as ComponentType<Props>, props);
}

/** Parts that could not be loaded are loaded again when they are shown again. */
export function retryParts(): void {
  for (const renew of failed) renew();
  failed.clear();
}
