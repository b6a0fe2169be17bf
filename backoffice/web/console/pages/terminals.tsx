// The tills: when each was last heard of, what could be lost at it, and the two ends of its life.
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { TerminalRow, TerminalState } from "#core/contract/terminals.ts";
import type { Language } from "#core/contract/values.ts";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { exposureWords } from "../exposure-words.ts";
import { ActionDialog } from "../parts/action-dialog.tsx";
import { StateWord, type Tone } from "../parts/state-word.tsx";
import { Table } from "../parts/table.tsx";
import { useTimes } from "../parts/times.ts";
import { words } from "../words.ts";

const REFRESH_MS = 5_000;

const STATE_WORDS = {
  en: { enrolled: "enrolled", quarantined: "quarantined", "written-off": "written off" },
  ko: { enrolled: "등록됨", quarantined: "격리됨", "written-off": "대손 처리됨" },
} as const satisfies Record<Language, Record<TerminalState, string>>;

const STATE_TONES = {
  enrolled: "plain",
  quarantined: "refused",
  "written-off": "pending",
} as const satisfies Record<TerminalState, Tone>;

export function Terminals() {
  const say = { ...useMessages(words), ...useMessages(exposureWords) };
  const { language } = useLanguage();
  const format = useFormat();
  const times = useTimes();
  const [enrolling, setEnrolling] = useState(false);
  const [givenUp, setGivenUp] = useState<TerminalRow | null>(null);
  const terminals = useQuery({ ...api.terminals.list.queryOptions(), refetchInterval: REFRESH_MS });
  const rows = terminals.data?.rows;
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
        query={{ ...terminals, data: rows === undefined ? undefined : { total: rows.length, rows } }}
        searchable={false}
        csv="terminals"
        rowKey={(till) => till.terminalId}
        actions={<Button onClick={() => setEnrolling(true)}>{say.newCode}</Button>}
        columns={[
          { title: say.till, cell: (till) => <strong className="whole">{till.name}</strong> },
          {
            title: say.state,
            cell: (till) => (
              <>
                <StateWord word={STATE_WORDS[language][till.state]} tone={STATE_TONES[till.state]} />
                {till.connected ? <StateWord word={say.connected} tone="done" /> : null}
              </>
            ),
          },
          {
            title: say.lastSync,
            cell: (till) => (till.lastSyncAt === null ? say.never : times.dateTime(till.lastSyncAt)),
          },
          { title: say.entries, figures: true, cell: (till) => format.count(till.markSeq) },
          { title: say.setAsideShort, figures: true, cell: (till) => format.amount(till.exposure.granted) },
          { title: say.riskTaken, figures: true, cell: (till) => format.amount(till.exposure.riskTaken) },
          { title: say.riskCap, figures: true, cell: (till) => format.amount(till.exposure.riskCap) },
          { title: say.lost, figures: true, cell: (till) => format.amount(till.exposure.lost) },
          {
            title: "",
            cell: (till) =>
              till.state === "written-off" ? null : (
                <Button variant="subtle" color="red" onClick={() => setGivenUp(till)}>
                  {say.writeOff}
                </Button>
              ),
          },
        ]}
      />
      <EnrolDialog
        opened={enrolling}
        onClose={() => setEnrolling(false)}
        merchantId={rows?.[0]?.merchantId ?? "station-7"}
      />
      {givenUp === null ? null : <WriteOffDialog till={givenUp} onClose={() => setGivenUp(null)} />}
    </>
  );
}

function EnrolDialog({
  opened,
  onClose,
  merchantId,
}: Readonly<{ opened: boolean; onClose(): void; merchantId: string }>) {
  const say = useMessages(words);
  const times = useTimes();
  const [terminalName, setTerminalName] = useState("");
  const create = useMutation(api.terminals.createCode.mutationOptions());
  const close = () => {
    create.reset();
    setTerminalName("");
    onClose();
  };
  return (
    <ActionDialog
      title={say.newCode}
      opened={opened}
      onClose={close}
      submit={create.data === undefined ? say.enrolmentCode : say.close}
      pending={create.isPending}
      error={create.error}
      onSubmit={() => (create.data === undefined ? create.mutate({ terminalName, merchantId }) : close())}
    >
      {create.data === undefined ? (
        <TextInput
          label={say.tillName}
          required
          maxLength={60}
          autoFocus
          value={terminalName}
          onChange={(event) => setTerminalName(event.currentTarget.value)}
        />
      ) : (
        <>
          <p className="code-shown">{create.data.code}</p>
          <p>{say.codeExpires(times.dateTime(create.data.expiresAt))}</p>
        </>
      )}
    </ActionDialog>
  );
}

function WriteOffDialog({ till, onClose }: Readonly<{ till: TerminalRow; onClose(): void }>) {
  const say = useMessages(words);
  const format = useFormat();
  const [reason, setReason] = useState("");
  const writeOff = useMutation(
    api.terminals.writeOff.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: api.terminals.key() });
        onClose();
      },
    }),
  );
  return (
    <ActionDialog
      title={`${say.writeOff}: ${till.name}`}
      opened
      onClose={onClose}
      submit={say.writeOff}
      pending={writeOff.isPending}
      error={writeOff.error}
      destructive
      onSubmit={() => writeOff.mutate({ terminalId: till.terminalId, reason })}
    >
      <p>
        {say.writeOffText} <strong>{format.money(till.exposure.granted)}</strong>
      </p>
      <TextInput
        label={say.reason}
        required
        maxLength={200}
        autoFocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ActionDialog>
  );
}
