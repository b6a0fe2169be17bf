// Shifts of a day or of a till, as the tills sent them.
import { useQuery } from "@tanstack/react-query";
import type { WireMoney } from "#core/contract/values.ts";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api } from "../api.ts";
import { words } from "../words.ts";
import { Table, useListAddress } from "./table.tsx";
import { useTimes } from "./times.ts";

type Of = Readonly<{ businessDate: string }> | Readonly<{ terminalId: string }>;

export function Shifts({ of }: Readonly<{ of: Of }>) {
  const say = useMessages(words);
  const format = useFormat();
  const times = useTimes();
  const address = useListAddress();
  const input = { ...address.request, ...of };
  const shifts = useQuery(api.reports.shifts.queryOptions({ input, placeholderData: (before) => before }));
  const amount = (value: WireMoney | null) => (value === null ? "–" : format.amount(value));
  return (
    <Table
      label={say.shifts}
      isTitled
      query={shifts}
      csv="shifts"
      csvOf={of}
      rowKey={(shift) => `${shift.terminalId}:${shift.shiftId}`}
      href={"terminalId" in of ? undefined : ({ terminalId }) => `/terminals/${terminalId}`}
      columns={[
        { title: say.till, cell: (shift) => shift.terminalName },
        { title: say.shift, cell: (shift) => shift.number },
        { title: say.opened, cell: (shift) => times.dateTime(shift.openedAt) },
        {
          title: say.closed,
          cell: (shift) => (shift.closedAt === null ? say.dayOpen : times.dateTime(shift.closedAt)),
        },
        { title: "Z", cell: (shift) => shift.zNumber ?? "–" },
        { title: say.expected, figures: true, cell: (shift) => amount(shift.expected) },
        { title: say.counted, figures: true, cell: (shift) => amount(shift.counted) },
        { title: say.difference, figures: true, cell: (shift) => amount(shift.difference) },
      ]}
    />
  );
}
