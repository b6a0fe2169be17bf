// A till that never comes back is given up, with a reason.
import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { TerminalRow } from "#core/contract/terminals.ts";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { words } from "../words.ts";
import { ActionDialog } from "./action-dialog.tsx";

export function WriteOffTill({ till, onClose }: Readonly<{ till: TerminalRow; onClose(): void }>) {
  const say = useMessages(words);
  const format = useFormat();
  const [reason, setReason] = useState("");
  const writeOff = useMutation(
    api.terminals.writeOff.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries();
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
