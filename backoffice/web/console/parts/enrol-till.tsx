// A one-time code for a new till, under the merchant whose it is.
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { MerchantId } from "#core/ids.ts";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { api } from "../api.ts";
import { exposureWords } from "../exposure-words.ts";
import { words } from "../words.ts";
import { ActionDialog } from "./action-dialog.tsx";
import { ErrorNote } from "./error-note.tsx";
import { useTimes } from "./times.ts";

export function EnrolTill() {
  const say = useMessages(words);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{say.newCode}</Button>
      {isOpen ? <EnrolDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function EnrolDialog({ onClose }: Readonly<{ onClose(): void }>) {
  const say = useMessages(words);
  const times = useTimes();
  const merchants = useQuery(api.terminals.merchants.queryOptions());
  const [terminalName, setTerminalName] = useState("");
  const [chosen, setChosen] = useState<MerchantId>();
  const create = useMutation(api.terminals.createCode.mutationOptions());
  const rows = merchants.data?.rows ?? [];
  // Where there is one there is nothing to choose; among several nobody is taken for granted.
  const merchantId = chosen ?? (rows.length === 1 ? rows[0]?.merchantId : undefined);
  const submit = () => {
    if (create.data !== undefined) onClose();
    else if (merchantId !== undefined) create.mutate({ terminalName, merchantId });
  };
  return (
    <ActionDialog
      title={say.newCode}
      opened
      onClose={onClose}
      submit={create.data === undefined ? say.enrolmentCode : say.close}
      pending={create.isPending}
      error={create.error}
      onSubmit={submit}
    >
      {create.data === undefined ? (
        <>
          <TextInput
            label={say.tillName}
            required
            maxLength={60}
            autoFocus
            value={terminalName}
            onChange={(event) => setTerminalName(event.currentTarget.value)}
          />
          {merchants.isError ? (
            <ErrorNote error={merchants.error} onRetry={() => void merchants.refetch()} />
          ) : (
            <MerchantSelect rows={rows} merchantId={merchantId} onChoose={setChosen} />
          )}
        </>
      ) : (
        <>
          <p className="code-shown">{create.data.code}</p>
          <p>{say.codeExpires(times.dateTime(create.data.expiresAt))}</p>
        </>
      )}
    </ActionDialog>
  );
}

type Merchant = Readonly<{ merchantId: MerchantId; name: string }>;

function MerchantSelect({
  rows,
  merchantId,
  onChoose,
}: Readonly<{
  rows: readonly Merchant[];
  merchantId: MerchantId | undefined;
  onChoose(id: MerchantId | undefined): void;
}>) {
  const say = useMessages(exposureWords);
  return (
    <NativeSelect
      label={say.merchant}
      required
      value={merchantId ?? ""}
      onChange={({ currentTarget: { value } }) =>
        onChoose(rows.find((merchant) => merchant.merchantId === value)?.merchantId)
      }
      data={[
        ...(rows.length === 1 ? [] : [{ value: "", label: say.chooseMerchant }]),
        ...rows.map((merchant) => ({ value: merchant.merchantId, label: merchant.name })),
      ]}
    />
  );
}
