import { readFile } from 'node:fs/promises';
import type { TicketType } from '../contract/types.ts';

// The bundle in words, for people. Written by scripts/policy-catalogue.mjs when the bundle is compiled: nothing is decided by it.

export interface CatalogueRule {
  code: string;
  title: string;
  description: string | null;
  effect: 'deny' | 'review' | 'allow' | 'notice' | null;
  /** Path of the rule, as a reason names it. */
  rule: string;
  file: string;
  row: number;
  /** How often tests and cases name it. */
  tests: number;
}

export interface CataloguePackage {
  name: string;
  title: string;
  description: string | null;
  rules: CatalogueRule[];
}

export interface CatalogueTicketType {
  type: TicketType;
  title: string;
  red_flag: boolean;
  slots: { any_of: string[]; when: string[] }[];
  veto: string[];
  objection: string[];
  blocks_actions: string[];
  on_approved: string;
  resolutions: string[];
  risk: 'low' | 'medium' | 'high';
  risk_high_when: string[];
  permit_ttl_minutes: number;
  request_ttl_minutes: number;
  sla: {
    calendar: string;
    minutes: Record<'low' | 'medium' | 'high', number>;
    agent_minutes: number;
    client_minutes: number;
    ladder: string;
  };
}

export interface CatalogueProfile {
  name: string;
  title: string;
  includes: string[];
  rows: {
    code: string;
    title: string;
    severity: 'block' | 'review';
    legal_flag: boolean;
    platforms: string[];
    message: string;
    source: { title: string; citation: string };
    examples: string[];
  }[];
}

export interface CatalogueCeiling {
  field: string;
  at_most?: number;
  at_least?: number;
  exactly?: string | boolean;
  optional?: boolean;
}

export interface Catalogue {
  /** Of the bundle that it describes. */
  revision: string;
  opa_version: string;
  tests: { rego: number; cases: number };
  packages: CataloguePackage[];
  actions: { action: string; resource: string; topic: string }[];
  ticket_types: CatalogueTicketType[];
  profiles: CatalogueProfile[];
  ceilings: CatalogueCeiling[];
  config_fields: { field: string; description: string | null }[];
}

/** @param folder of the bundle */
export async function loadCatalogue(folder: URL): Promise<Catalogue> {
  return JSON.parse(await readFile(new URL('catalogue.json', folder), 'utf8')) as Catalogue;
}
