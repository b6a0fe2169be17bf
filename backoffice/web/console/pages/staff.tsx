// Who works here, and who is locked out.
import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { StaffRow } from "#core/contract/staff.ts";
import type { Language } from "#core/contract/values.ts";
import { useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { StateWord, type Tone } from "../parts/state-word.tsx";
import { Table, useListAddress } from "../parts/table.tsx";
import { useTimes } from "../parts/times.ts";
import { words } from "../words.ts";

const STATE_WORDS = {
  en: { active: "active", locked: "locked", left: "left" },
  ko: { active: "근무", locked: "잠김", left: "퇴사" },
} as const satisfies Record<Language, Record<StaffRow["state"], string>>;

const STATE_TONES = { active: "done", locked: "refused", left: "plain" } as const satisfies Record<
  StaffRow["state"],
  Tone
>;

export function Staff() {
  const say = useMessages(words);
  const { language } = useLanguage();
  const times = useTimes();
  const address = useListAddress();
  const staff = useQuery(
    api.staff.list.queryOptions({ input: address.request, placeholderData: (before) => before }),
  );
  const unlock = useMutation(
    api.staff.unlock.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: api.staff.key() }),
    }),
  );
  return (
    <>
      <header className="heading">
        <h1>{say.staff}</h1>
      </header>
      {unlock.isError ? <ErrorNote error={unlock.error} /> : null}
      <Table
        label={say.staff}
        query={staff}
        csv="staff"
        rowKey={(person) => person.staffId}
        columns={[
          { title: say.name, cell: (person) => <strong>{person.name}</strong> },
          { title: say.signsInAs, cell: (person) => <code>{person.signInName}</code> },
          { title: say.role, cell: (person) => say[person.role] },
          {
            title: say.state,
            cell: (person) => (
              <StateWord word={STATE_WORDS[language][person.state]} tone={STATE_TONES[person.state]} />
            ),
          },
          {
            title: say.lastSignIn,
            cell: (person) =>
              person.lastSignInAt === null ? say.never : times.dateTime(person.lastSignInAt),
          },
          {
            title: "",
            cell: (person) =>
              person.state === "locked" ? (
                <Button variant="default" onClick={() => unlock.mutate({ staffId: person.staffId })}>
                  {say.unlock}
                </Button>
              ) : null,
          },
        ]}
      />
    </>
  );
}
