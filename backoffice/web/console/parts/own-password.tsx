// One's own password, changed with the old one. It lies beside who is signed in, where everybody has it.
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { api } from "../api.ts";
import { staffWords } from "../staff-words.ts";
import { words } from "../words.ts";
import { ActionDialog } from "./action-dialog.tsx";
import { useMe } from "./me.ts";
import { NewPasswordFields, useNewPassword } from "./new-password.tsx";
import { PasswordField } from "./password-field.tsx";

export function OwnPassword({ onClose }: Readonly<{ onClose(): void }>) {
  const say = useMessages(staffWords);
  const common = useMessages(words);
  const me = useMe();
  const [password, setPassword] = useState("");
  const chosen = useNewPassword();
  const change = useMutation(api.staff.changePassword.mutationOptions());
  const submit = () => {
    if (change.isSuccess) onClose();
    else if (chosen.chosen !== undefined) change.mutate({ password, newPassword: chosen.chosen });
  };
  return (
    <ActionDialog
      title={say.changePassword}
      opened
      onClose={onClose}
      onSubmit={submit}
      submit={change.isSuccess ? common.close : say.changePassword}
      pending={change.isPending}
      error={change.error}
    >
      {change.isSuccess ? (
        <p className="note note-done" role="status">
          {say.passwordChanged}
        </p>
      ) : (
        <>
          {/* For password stores, which else would not know whose it is. */}
          <input type="text" autoComplete="username" value={me.signInName} readOnly hidden />
          <PasswordField
            label={say.oldPassword}
            autoComplete="current-password"
            required
            size="md"
            data-autofocus
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <NewPasswordFields value={chosen} />
        </>
      )}
    </ActionDialog>
  );
}
