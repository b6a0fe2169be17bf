import { eventIterator, oc } from "@orpc/contract";
import { z } from "zod";

/** A contract with one of everything that may go wrong between two processes. */
export const echoContract = {
  say: oc.input(z.object({ text: z.string().max(1_000_000) })).output(z.object({ text: z.string() })),
  refuse: oc.output(z.object({})),
  break: oc.output(z.object({})),
  hang: oc.output(z.object({})),
  count: oc.input(z.object({ to: z.number() })).output(eventIterator(z.object({ n: z.number() }))),
  /** Counts without an end, and says in `watchers` whether somebody still listens. */
  watch: oc.output(eventIterator(z.object({ n: z.number() }))),
  watchers: oc.output(z.object({ count: z.number() })),
  exit: oc.input(z.object({ code: z.number() })).output(z.object({})),
};
