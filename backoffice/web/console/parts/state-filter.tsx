// Open or resolved: what waits for a person, and what was said about what does not wait any more.
import { NativeSelect } from "@mantine/core";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { exceptionWords } from "../exception-words.ts";
import { words } from "../words.ts";
import { useListAddress } from "./table.tsx";

export const useStateFilter = (): "open" | "resolved" =>
  useListAddress().get("state") === "resolved" ? "resolved" : "open";

export function StateFilter() {
  const say = { ...useMessages(words), ...useMessages(exceptionWords) };
  const address = useListAddress();
  const state = useStateFilter();
  return (
    <NativeSelect
      aria-label={say.stateFilter}
      value={state}
      onChange={({ currentTarget: { value } }) => address.set({ state: value === "open" ? "" : value })}
      data={[
        { value: "open", label: `${say.stateFilter}: ${say.open}` },
        { value: "resolved", label: `${say.stateFilter}: ${say.resolved}` },
      ]}
    />
  );
}
