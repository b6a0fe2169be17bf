// Every sale and refund that the tills have sent.
import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { SaleRow } from "#core/contract/reports.ts";
import type { WireMoney } from "#core/contract/values.ts";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api } from "../api.ts";
import { DaySpan, useDaySpan } from "../parts/day-span.tsx";
import { StateWord } from "../parts/state-word.tsx";
import { Table, useListAddress } from "../parts/table.tsx";
import { ALL_TILLS } from "../parts/till-names.ts";
import { useTimes } from "../parts/times.ts";
import { words } from "../words.ts";

const TENDERS = ["cash", "prepaid", "offline"] as const;

export function Sales() {
  const say = useMessages(words);
  const format = useFormat();
  const times = useTimes();
  const address = useListAddress();
  const tender = TENDERS.find((one) => one === address.get("tender"));
  const terminalId = address.get("terminalId");
  const input = {
    ...address.request,
    ...(tender === undefined ? {} : { tender }),
    ...(terminalId === "" ? {} : { terminalId }),
    ...useDaySpan(),
  };
  const sales = useQuery(api.reports.sales.queryOptions({ input, placeholderData: (before) => before }));
  const terminals = useQuery(api.terminals.list.queryOptions({ input: ALL_TILLS }));
  return (
    <>
      <header className="heading">
        <h1>{say.sales}</h1>
      </header>
      <Table
        label={say.sales}
        query={sales}
        csv="sales"
        rowKey={(sale) => `${sale.kind}:${sale.terminalId}:${sale.saleId}`}
        href={(sale) => `/sales/${sale.saleId}/${sale.terminalId}`}
        filters={
          <>
            <DaySpan />
            <NativeSelect
              aria-label={say.tenderFilter}
              value={tender ?? ""}
              onChange={(event) => address.set({ tender: event.currentTarget.value })}
              data={[
                { value: "", label: `${say.tenderFilter}: ${say.all}` },
                { value: "cash", label: say.cash },
                { value: "prepaid", label: say.prepaid },
                { value: "offline", label: say.offline },
              ]}
            />
            <NativeSelect
              aria-label={say.terminalFilter}
              value={terminalId}
              onChange={(event) => address.set({ terminalId: event.currentTarget.value })}
              data={[
                { value: "", label: `${say.terminalFilter}: ${say.all}` },
                ...(terminals.data?.rows ?? []).map((till) => ({ value: till.terminalId, label: till.name })),
              ]}
            />
          </>
        }
        columns={[
          { title: say.receipt, cell: (sale) => `${sale.terminalName} · ${sale.receiptNumber}` },
          { title: say.time, cell: (sale) => times.dateTime(sale.at) },
          { title: say.who, cell: (sale) => sale.staffName },
          {
            title: say.kind,
            cell: (sale) => (
              <>
                <StateWord word={say[sale.kind]} tone="plain" />
                {sale.offline ? <StateWord word={say.offline} tone="pending" /> : null}
              </>
            ),
          },
          { title: say.cash, figures: true, cell: (sale) => format.amount(asTaken(sale, sale.cash)) },
          { title: say.prepaid, figures: true, cell: (sale) => format.amount(asTaken(sale, sale.prepaid)) },
          {
            title: say.total,
            figures: true,
            cell: (sale) => <strong>{format.money(asTaken(sale, sale.total))}</strong>,
          },
        ]}
      />
    </>
  );
}

/** What went back to a customer stands below zero: a column of figures must not count it among what came in. */
const asTaken = ({ kind }: Pick<SaleRow, "kind">, amount: WireMoney): WireMoney =>
  kind === "refund" && amount.minor !== "0" ? { ...amount, minor: `-${amount.minor}` } : amount;
