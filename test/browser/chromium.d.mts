import type { Browser } from 'playwright-core';

/** @param more flags beside those that keep it off the network */
export function launchChromium(more?: string[]): Promise<Browser>;
