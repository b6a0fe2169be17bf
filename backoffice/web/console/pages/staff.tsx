// Who works here, in which role, and who is locked out; a row opens the person with all that was done to their access.
import { Button, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { mayGiveRole, STAFF_ROLES, STAFF_STATES } from "#core/staff/authority.ts";
import { useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api } from "../api.ts";
import { AddPerson } from "../parts/add-person.tsx";
import { useMe } from "../parts/me.ts";
import { StaffStateWord } from "../parts/staff-state.tsx";
import { Table, useListAddress } from "../parts/table.tsx";
import { useTimes } from "../parts/times.ts";
import { STAFF_STATE_WORDS, staffWords } from "../staff-words.ts";
import { words } from "../words.ts";

export function Staff() {
  const say = useMessages(words);
  const { add } = useMessages(staffWords);
  const { language } = useLanguage();
  const times = useTimes();
  const address = useListAddress();
  const me = useMe();
  const [adding, setAdding] = useState(false);
  const state = STAFF_STATES.find((one) => one === address.get("state"));
  const roles = STAFF_ROLES.filter((role) => mayGiveRole(me.role, role));
  const input = { ...address.request, ...(state === undefined ? {} : { state }) };
  const staff = useQuery(api.staff.list.queryOptions({ input, placeholderData: (before) => before }));
  return (
    <>
      <header className="heading">
        <h1>{say.staff}</h1>
      </header>
      <Table
        label={say.staff}
        query={staff}
        csv="staff"
        rowKey={(person) => person.staffId}
        href={(person) => `/staff/${person.staffId}`}
        filters={
          <NativeSelect
            aria-label={say.state}
            value={state ?? ""}
            onChange={(event) => address.set({ state: event.currentTarget.value })}
            data={[
              { value: "", label: `${say.state}: ${say.all}` },
              ...STAFF_STATES.map((one) => ({ value: one, label: STAFF_STATE_WORDS[language][one] })),
            ]}
          />
        }
        actions={roles.length === 0 ? null : <Button onClick={() => setAdding(true)}>{add}</Button>}
        columns={[
          { title: say.name, cell: (person) => <strong>{person.name}</strong> },
          { title: say.signsInAs, cell: (person) => <code>{person.signInName}</code> },
          { title: say.role, cell: (person) => say[person.role] },
          { title: say.state, cell: (person) => <StaffStateWord person={person} /> },
          {
            title: say.lastSignIn,
            cell: (person) =>
              person.lastSignInAt === null ? say.never : times.dateTime(person.lastSignInAt),
          },
        ]}
      />
      {adding ? <AddPerson roles={roles} onClose={() => setAdding(false)} /> : null}
    </>
  );
}
