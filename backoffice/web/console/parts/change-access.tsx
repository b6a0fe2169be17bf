// One change of a person's access: what it means, why it is made, and once what they get by it.
import { NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { type StaffDetail, StaffRole } from "#core/contract/staff.ts";
import { needsSecondFactor, STAFF_ROLES, type StaffAct } from "#core/staff/authority.ts";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { staffWords } from "../staff-words.ts";
import { words } from "../words.ts";
import { ActionDialog } from "./action-dialog.tsx";
import { type Secrets, ShownOnce } from "./shown-once.tsx";
import { TillPinInput } from "./till-pin-input.tsx";

const HELP = {
  unlock: "unlockHelp",
  "give-password": "givePasswordHelp",
  "give-pin": "givePinHelp",
  "change-role": "changeRoleHelp",
  "end-access": "endAccessHelp",
} as const satisfies Record<StaffAct, keyof (typeof staffWords)["en"]>;

export type ChangeAccessProps = Readonly<{ person: StaffDetail; act: StaffAct; onClose(): void }>;

export function ChangeAccess({ person, act, onClose }: ChangeAccessProps) {
  const common = useMessages(words);
  const say = useMessages(staffWords);
  const others = STAFF_ROLES.filter((one) => one !== person.role);
  const [role, setRole] = useState(others[0] ?? "cashier");
  const [pin, setPin] = useState("");
  const [reason, setReason] = useState("");
  const [shown, setShown] = useState<Secrets | null>(null);
  const change = useChange(person, (secrets) => (secrets === null ? onClose() : setShown(secrets)));
  if (shown !== null) return <ShownOnce name={person.name} secrets={shown} onClose={onClose} />;
  return (
    <ActionDialog
      title={`${say[act]}: ${person.name}`}
      opened
      onClose={onClose}
      onSubmit={() => change.mutate({ act, reason, role, pin })}
      submit={say[act]}
      pending={change.isPending}
      error={change.error}
      destructive={act === "end-access"}
    >
      <p>
        {say[HELP[act]]}
        {act === "give-password" && needsSecondFactor(person.role) ? ` ${say.givePasswordTotpHelp}` : ""}
      </p>
      {act === "change-role" ? (
        <NativeSelect
          label={common.role}
          value={role}
          onChange={(event) => setRole(StaffRole.parse(event.currentTarget.value))}
          data={others.map((one) => ({ value: one, label: common[one] }))}
        />
      ) : null}
      {act === "give-pin" ? <TillPinInput value={pin} onType={setPin} /> : null}
      <TextInput
        label={common.reason}
        description={say.reasonHelp}
        required
        maxLength={200}
        data-autofocus
        autoComplete="off"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ActionDialog>
  );
}

type Change = Readonly<{ act: StaffAct; reason: string; role: StaffDetail["role"]; pin: string }>;

/** Sends the change; `done` gets what is to be shown once, or null. */
function useChange({ staffId }: StaffDetail, done: (secrets: Secrets | null) => void) {
  return useMutation({
    mutationFn: async ({ act, reason, role, pin }: Change): Promise<Secrets | null> => {
      const about = { staffId, reason };
      switch (act) {
        case "unlock":
          await api.staff.unlock.call(about);
          return null;
        case "give-password":
          return api.staff.givePassword.call(about);
        case "give-pin":
          if (pin === "") return api.staff.givePin.call(about);
          await api.staff.givePin.call({ ...about, pin });
          return null;
        case "change-role":
          return (await api.staff.changeRole.call({ ...about, role })).secrets;
        case "end-access":
          await api.staff.endAccess.call(about);
          return null;
      }
    },
    onSuccess: async (secrets) => {
      await queryClient.invalidateQueries({ queryKey: api.staff.key() });
      done(secrets);
    },
  });
}
