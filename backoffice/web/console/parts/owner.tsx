// Who looks into something that needs a person, and the button of those who do not: they may take it over, too.
import { Button } from "@mantine/core";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { exceptionWords } from "../exception-words.ts";
import { useMe } from "./me.ts";

type Owned = Readonly<{ state: "open" | "resolved"; owner: string | null; ownerId: string | null }>;

export function Owner({
  of: { state, owner, ownerId },
  isTaking,
  onTake,
}: Readonly<{ of: Owned; isTaking: boolean; onTake(): void }>) {
  const say = useMessages(exceptionWords);
  const { staffId } = useMe();
  const canTake = state === "open" && ownerId !== staffId;
  return (
    <>
      {owner === null && canTake ? null : <span className="owner">{owner ?? "–"}</span>}
      {canTake ? (
        <Button variant="default" disabled={isTaking} onClick={onTake}>
          {say.take}
        </Button>
      ) : null}
    </>
  );
}
