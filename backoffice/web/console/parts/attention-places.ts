// Where each thing that needs a person is seen to.
import type { AttentionItem } from "#core/contract/reports.ts";

const PLACES = {
  "work-item": () => "/exceptions?list=tills",
  exception: () => "/exceptions",
  terminal: (id) => `/terminals/${id}`,
  batch: (id) => `/settlement/${id}`,
} as const satisfies Record<AttentionItem["kind"], (id: string) => string>;

export const placeOf = ({ kind, id }: Pick<AttentionItem, "kind" | "id">): string => PLACES[kind](id);
