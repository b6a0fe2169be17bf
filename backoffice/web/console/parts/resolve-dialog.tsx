// How a difference or an item of a till ended, in the words of whoever looked at it.
import { Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { words } from "../words.ts";
import { ActionDialog } from "./action-dialog.tsx";

export type Resolving = Readonly<{ kind: "exception" | "work-item"; id: string; title: string }>;

export function ResolveDialog({ resolving, onClose }: Readonly<{ resolving: Resolving; onClose(): void }>) {
  const say = useMessages(words);
  const [resolution, setResolution] = useState("");
  const done = {
    onSuccess: async () => {
      await queryClient.invalidateQueries();
      onClose();
    },
  };
  const exception = useMutation(api.settlement.resolveException.mutationOptions(done));
  const workItem = useMutation(api.terminals.resolveWorkItem.mutationOptions(done));
  const mutation = resolving.kind === "exception" ? exception : workItem;
  return (
    <ActionDialog
      title={`${say.resolve}: ${resolving.title}`}
      opened
      onClose={onClose}
      submit={say.resolve}
      pending={mutation.isPending}
      error={mutation.error}
      onSubmit={() =>
        resolving.kind === "exception"
          ? exception.mutate({ exceptionId: resolving.id, resolution })
          : workItem.mutate({ workItemId: resolving.id, resolution })
      }
    >
      <Textarea
        label={say.resolution}
        required
        minLength={3}
        maxLength={200}
        autoFocus
        value={resolution}
        onChange={(event) => setResolution(event.currentTarget.value)}
      />
    </ActionDialog>
  );
}
