// What is sold: every item with its price; a row opens the item with all that was changed.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { categoryName } from "#core/receipt/category-name.ts";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api } from "../api.ts";
import { catalogueWords } from "../catalogue-words.ts";
import { ItemDialog } from "../parts/item-dialog.tsx";
import { useVatText } from "../parts/item-vat.ts";
import { usePrivateQuery } from "../parts/private-query.tsx";
import { Table, useListAddress } from "../parts/table.tsx";
import { words } from "../words.ts";

export function Catalogue() {
  const common = useMessages(words);
  const say = useMessages(catalogueWords);
  const { language } = useLanguage();
  const format = useFormat();
  const vatText = useVatText();
  const address = useListAddress();
  const hidden = usePrivateQuery();
  const [isAdding, setIsAdding] = useState(false);
  // A barcode that is scanned here may look like a card's number: it is posted, and stands in no address.
  const input = { ...address.request, ...(hidden.text === "" ? {} : { query: hidden.text }) };
  const items = useQuery(api.catalogue.search.queryOptions({ input, placeholderData: (before) => before }));
  return (
    <>
      <header className="heading">
        <h1>{say.catalogue}</h1>
      </header>
      <Table
        label={say.catalogue}
        query={items}
        csv="catalogue"
        ifEmpty={say.empty}
        rowKey={(item) => item.itemId}
        href={(item) => `/catalogue/${item.itemId}`}
        actions={
          items.data === undefined ? null : <Button onClick={() => setIsAdding(true)}>{say.add}</Button>
        }
        columns={[
          { title: common.name, cell: (item) => <strong>{format.local(item.name)}</strong> },
          { title: say.code, cell: (item) => <code>{item.itemId}</code> },
          { title: say.category, cell: (item) => categoryName(item.category, language) },
          { title: say.barcodes, cell: ({ barcodes }) => <Barcodes barcodes={barcodes} /> },
          {
            title: say.favourite,
            figures: true,
            cell: ({ favourite }) => (favourite === null ? "" : format.count(favourite)),
          },
          { title: common.vat, cell: (item) => <span className="whole">{vatText(item.vat)}</span> },
          { title: common.price, figures: true, cell: (item) => <strong>{format.money(item.price)}</strong> },
        ]}
      />
      {isAdding && items.data !== undefined ? (
        <ItemDialog
          kind="add"
          currency={items.data.currency}
          categories={items.data.categories}
          onClose={() => setIsAdding(false)}
        />
      ) : null}
    </>
  );
}

/** The first, and how many more there are. */
function Barcodes({ barcodes }: Readonly<{ barcodes: readonly string[] }>) {
  const [first, ...more] = barcodes;
  return (
    <>
      <code>{first ?? ""}</code> {more.length === 0 ? null : <span className="dim">+{more.length}</span>}
    </>
  );
}
