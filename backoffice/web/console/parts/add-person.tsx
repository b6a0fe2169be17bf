// Takes a person on, then shows once what they sign in with.
import { NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { StaffRole } from "#core/contract/staff.ts";
import { type StaffRole as Role, worksAtTill } from "#core/staff/authority.ts";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { staffWords } from "../staff-words.ts";
import { words } from "../words.ts";
import { ActionDialog } from "./action-dialog.tsx";
import { ShownOnce } from "./shown-once.tsx";
import { TillPinInput } from "./till-pin-input.tsx";

export type AddPersonProps = Readonly<{
  /** Those that the own role may give; never empty. */
  roles: readonly Role[];
  onClose(): void;
}>;

export function AddPerson({ roles, onClose }: AddPersonProps) {
  const common = useMessages(words);
  const say = useMessages(staffWords);
  const [typed, setTyped] = useState({ name: "", signInName: "", pin: "", reason: "" });
  const [role, setRole] = useState<Role>(roles[0] ?? "cashier");
  const add = useMutation(
    api.staff.add.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: api.staff.key() }),
    }),
  );
  const type = (field: keyof typeof typed) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setTyped((before) => ({ ...before, [field]: value }));
  };
  if (add.data !== undefined) return <ShownOnce name={typed.name} secrets={add.data} onClose={onClose} />;
  const { name, signInName, pin, reason } = typed;
  const submit = () =>
    add.mutate({ name, signInName, role, reason, pin: worksAtTill(role) && pin !== "" ? pin : null });
  return (
    <ActionDialog
      title={say.add}
      opened
      onClose={onClose}
      onSubmit={submit}
      submit={say.add}
      pending={add.isPending}
      error={add.error}
      wide
    >
      <div className="dialog-pair">
        <TextInput
          label={common.name}
          required
          maxLength={60}
          data-autofocus
          autoComplete="off"
          value={name}
          onChange={type("name")}
        />
        <NativeSelect
          label={common.role}
          value={role}
          onChange={(event) => setRole(StaffRole.parse(event.currentTarget.value))}
          data={roles.map((one) => ({ value: one, label: common[one] }))}
        />
      </div>
      <div className="dialog-pair">
        <TextInput
          label={common.signsInAs}
          description={say.signInNameHelp}
          required
          pattern="[a-z0-9.\-]{2,40}"
          maxLength={40}
          autoComplete="off"
          value={signInName}
          onChange={type("signInName")}
        />
        {worksAtTill(role) ? (
          <TillPinInput value={pin} onType={(typed) => setTyped((before) => ({ ...before, pin: typed }))} />
        ) : null}
      </div>
      <TextInput
        label={common.reason}
        description={say.reasonHelp}
        required
        maxLength={200}
        autoComplete="off"
        value={reason}
        onChange={type("reason")}
      />
      <p className="dim small">{say.addHelp}</p>
    </ActionDialog>
  );
}
