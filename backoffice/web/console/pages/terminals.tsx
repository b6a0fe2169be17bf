// The tills: when each was last heard of, and what could be lost at it.
import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { TERMINAL_STATES } from "#core/contract/terminals.ts";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api } from "../api.ts";
import { exposureWords } from "../exposure-words.ts";
import { EnrolTill } from "../parts/enrol-till.tsx";
import { useMe } from "../parts/me.ts";
import { Table, useListAddress } from "../parts/table.tsx";
import { TERMINAL_STATE_WORDS, TerminalStateWord } from "../parts/terminal-state.tsx";
import { useTimes } from "../parts/times.ts";
import { words } from "../words.ts";

const REFRESH_MS = 5_000;

export function Terminals() {
  const say = { ...useMessages(words), ...useMessages(exposureWords) };
  const { language } = useLanguage();
  const format = useFormat();
  const times = useTimes();
  const address = useListAddress();
  // The page of a till, like the enrolment of one, is not a cashier's.
  const isCashier = useMe().role === "cashier";
  const state = TERMINAL_STATES.find((one) => one === address.get("state"));
  const input = { ...address.request, ...(state === undefined ? {} : { state }) };
  const terminals = useQuery({
    ...api.terminals.list.queryOptions({ input, placeholderData: (before) => before }),
    refetchInterval: REFRESH_MS,
  });
  return (
    <>
      <header className="heading">
        <h1>{say.terminals}</h1>
      </header>
      {terminals.data?.booksRestored ? (
        <div className="note note-pending" role="status">
          {say.restored}
        </div>
      ) : null}
      <Table
        label={say.terminals}
        query={terminals}
        csv="terminals"
        rowKey={(till) => till.terminalId}
        href={isCashier ? undefined : (till) => `/terminals/${till.terminalId}`}
        actions={isCashier ? null : <EnrolTill />}
        filters={
          <NativeSelect
            aria-label={say.state}
            value={state ?? ""}
            onChange={(event) => address.set({ state: event.currentTarget.value })}
            data={[
              { value: "", label: `${say.state}: ${say.all}` },
              ...TERMINAL_STATES.map((one) => ({ value: one, label: TERMINAL_STATE_WORDS[language][one] })),
            ]}
          />
        }
        columns={[
          { title: say.till, cell: (till) => <strong className="whole">{till.name}</strong> },
          { title: say.state, cell: (till) => <TerminalStateWord till={till} /> },
          {
            title: say.lastSync,
            cell: (till) => (
              <span className="whole">
                {till.lastSyncAt === null ? say.never : times.dateTime(till.lastSyncAt)}
              </span>
            ),
          },
          { title: say.entries, figures: true, cell: (till) => format.count(till.markSeq) },
          { title: say.setAsideShort, figures: true, cell: (till) => format.amount(till.exposure.granted) },
          {
            title: say.riskTakenShort,
            figures: true,
            cell: (till) => format.amount(till.exposure.riskTaken),
          },
          { title: say.riskCapShort, figures: true, cell: (till) => format.amount(till.exposure.riskCap) },
          { title: say.lost, figures: true, cell: (till) => format.amount(till.exposure.lost) },
        ]}
      />
    </>
  );
}
