// One item: how it is sold, what a manager may do about it, and who changed what, and when.
import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { CatalogueItemPage } from "#core/contract/catalogue.ts";
import type { CatalogueItem } from "#core/contract/terminal.ts";
import { categoryName } from "#core/receipt/category-name.ts";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { catalogueWords } from "../catalogue-words.ts";
import { ActionDialog } from "../parts/action-dialog.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { Facts } from "../parts/facts.tsx";
import { ItemDialog } from "../parts/item-dialog.tsx";
import { ItemHistory } from "../parts/item-history.tsx";
import { useVatText } from "../parts/item-vat.ts";
import { Loading } from "../parts/loading.tsx";
import { StateWord } from "../parts/state-word.tsx";
import { words } from "../words.ts";

export function Item({ itemId }: Readonly<{ itemId: string }>) {
  const found = useQuery(api.catalogue.get.queryOptions({ input: { itemId } }));
  if (found.isError) return <ErrorNote error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined) return <Loading />;
  const { item, history } = found.data;
  const shown = item ?? history.at(-1)?.before;
  return shown === null || shown === undefined ? null : (
    <ItemPage shown={shown} isSold={item !== null} history={history} />
  );
}

type ItemPageProps = Readonly<{
  shown: CatalogueItem;
  isSold: boolean;
  history: CatalogueItemPage["history"];
}>;

function ItemPage({ shown, isSold, history }: ItemPageProps) {
  const say = useMessages(catalogueWords);
  const format = useFormat();
  const [dialog, setDialog] = useState<"add" | "change" | "remove" | null>(null);
  const close = () => setDialog(null);
  return (
    <>
      <header className="heading">
        <h1>{format.local(shown.name)}</h1>
        {isSold ? null : <StateWord word={say.soldNoMore} tone="plain" />}
        <div className="acts">
          {isSold ? (
            <>
              <Button variant="default" onClick={() => setDialog("change")}>
                {say.change}
              </Button>
              <Button variant="subtle" color="red" onClick={() => setDialog("remove")}>
                {say.remove}
              </Button>
            </>
          ) : (
            <Button onClick={() => setDialog("add")}>{say.putBack}</Button>
          )}
        </div>
        <span className="heading-amount">{format.money(shown.price)}</span>
      </header>
      <HowItIsSold item={shown} />
      <ItemHistory history={history} />
      {dialog === "remove" ? <Removal item={shown} onClose={close} /> : null}
      {dialog === "add" || dialog === "change" ? (
        <ItemDialog
          kind={dialog}
          item={shown}
          currency={shown.price.currency}
          categories={[]}
          onClose={close}
        />
      ) : null}
    </>
  );
}

function HowItIsSold({ item }: Readonly<{ item: CatalogueItem }>) {
  const common = useMessages(words);
  const say = useMessages(catalogueWords);
  const { language } = useLanguage();
  const format = useFormat();
  const vatText = useVatText();
  const facts = [
    [say.code, <code key="code">{item.itemId}</code>],
    [say.nameKo, item.name.ko],
    [say.nameEn, item.name.en],
    [say.category, categoryName(item.category, language)],
    [common.vat, vatText(item.vat)],
    [say.barcodes, item.barcodes.join(" ") || say.none],
    [say.favourite, item.favourite === null ? say.none : format.count(item.favourite)],
  ] as const;
  return (
    <section className="panel" aria-label={say.item}>
      <Facts facts={facts} />
    </section>
  );
}

function Removal({ item, onClose }: Readonly<{ item: CatalogueItem; onClose(): void }>) {
  const say = useMessages(catalogueWords);
  const format = useFormat();
  const remove = useMutation(
    api.catalogue.remove.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: api.catalogue.key() });
        onClose();
      },
    }),
  );
  return (
    <ActionDialog
      title={`${say.remove}: ${format.local(item.name)}`}
      opened
      onClose={onClose}
      onSubmit={() => remove.mutate({ itemId: item.itemId })}
      submit={say.remove}
      pending={remove.isPending}
      error={remove.error}
      destructive
    >
      <p>{say.removeHelp}</p>
    </ActionDialog>
  );
}
