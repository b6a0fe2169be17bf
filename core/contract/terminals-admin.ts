// Terminals as the console sees them: their journals, exposure, enrolment and end.
import { z } from "zod";
import { PageRequest, pageOf } from "./paging.ts";
import { ExposureRow, StoryEvent } from "./reports.ts";
import { allow } from "./roles.ts";
import { WireInstant, WireMoney } from "./values.ts";

const text = (max: number) => z.string().max(max);
const count = z.number().int().min(0);
const tags = ["terminals"];

export const TerminalRow = ExposureRow.extend({
  merchantId: text(80),
  epoch: text(80).nullable(),
  /** The last entry stored. */
  seq: count,
  enrolledAt: WireInstant,
  snapshotVersion: count,
  openWorkItems: count,
});
export type TerminalRow = z.infer<typeof TerminalRow>;

export const TerminalPage = TerminalRow.extend({
  keyStore: z.enum(["file", "os"]),
  softwareVersion: text(40),
  headHash: text(64).nullable(),
  grants: z.array(
    z.object({
      grantId: text(80),
      cardId: text(80),
      masked: text(40),
      amount: WireMoney,
      expiresAt: WireInstant,
      state: text(20),
    }),
  ),
  epochs: z.array(z.object({ epoch: text(80), seq: count, startedAt: WireInstant, reason: text(20) })),
  story: z.array(StoryEvent),
});
export type TerminalPage = z.infer<typeof TerminalPage>;

export const terminalsAdminContract = {
  list: allow("manager", "operator")
    .route({ method: "GET", path: "/v1/terminals", tags, summary: "Terminals with their exposure" })
    .input(PageRequest)
    .output(pageOf(TerminalRow)),
  one: allow("manager", "operator")
    .route({ method: "GET", path: "/v1/terminals/{terminalId}", tags, summary: "One terminal" })
    .input(z.object({ terminalId: text(80) }))
    .output(TerminalPage),
  enrolmentCode: allow("manager", "operator")
    .route({
      method: "POST",
      path: "/v1/terminals/enrolment-codes",
      tags,
      summary: "A one-time code for a new terminal",
    })
    .input(z.object({ name: z.string().min(1).max(60), merchantId: text(80) }))
    .output(z.object({ code: text(40), expiresAt: WireInstant })),
  writeOff: allow("manager", "operator")
    .route({
      method: "POST",
      path: "/v1/terminals/{terminalId}/write-off",
      tags,
      summary: "Give up a terminal that will not come back",
    })
    .input(z.object({ terminalId: text(80), reason: z.string().min(3).max(200) }))
    .output(z.object({ exposure: WireMoney, grants: count })),
};
