// What needs a person: differences with the bank, and what tills reported that could not be posted as it stood.
import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { BankDifferences } from "../parts/bank-differences.tsx";
import { ResolveDialog, type Resolving } from "../parts/resolve-dialog.tsx";
import { useListAddress } from "../parts/table.tsx";
import { WorkItems } from "../parts/work-items.tsx";
import { words } from "../words.ts";

export function Exceptions() {
  const say = useMessages(words);
  const address = useListAddress();
  const [resolving, setResolving] = useState<Resolving | null>(null);
  const list = address.get("list") === "tills" ? "tills" : "bank";
  return (
    <>
      <header className="heading">
        <h1>{say.exceptions}</h1>
        <SegmentedControl
          value={list}
          onChange={(chosen) => address.set({ list: chosen === "bank" ? "" : chosen, state: "" })}
          data={[
            { value: "bank", label: say.bankDifferences },
            { value: "tills", label: say.workItems },
          ]}
        />
      </header>
      {list === "bank" ? (
        <BankDifferences onResolve={setResolving} />
      ) : (
        <WorkItems onResolve={setResolving} />
      )}
      {resolving === null ? null : <ResolveDialog resolving={resolving} onClose={() => setResolving(null)} />}
    </>
  );
}
