// Adds an item, or changes one; what is typed stays until the back office has taken it.
import { NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import type { CatalogueItem } from "#core/contract/terminal.ts";
import type { Currency } from "#core/money.ts";
import { categoryName, USUAL_CATEGORIES } from "#core/receipt/category-name.ts";
import { useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { catalogueWords } from "../catalogue-words.ts";
import { ActionDialog } from "./action-dialog.tsx";
import { EMPTY_ENTRY, type EntryFault, entryOf, type ItemEntry, itemOf } from "./item-entry.ts";

export type ItemDialogProps = Readonly<{
  kind: "add" | "change";
  /** What the fields begin with. */
  item?: CatalogueItem;
  currency: Currency;
  /** Those that other items have. */
  categories: readonly string[];
  onClose(): void;
}>;

const NAME_MAX = 200;
const CATEGORY_MAX = 40;

export function ItemDialog({ kind, item, currency, categories, onClose }: ItemDialogProps) {
  const say = useMessages(catalogueWords);
  const [entry, setEntry] = useState(() => (item === undefined ? EMPTY_ENTRY : entryOf(item)));
  const [fault, setFault] = useState<EntryFault | null>(null);
  const save = useMutation({
    mutationFn: (given: CatalogueItem) => api.catalogue[kind].call(given),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: api.catalogue.key() });
      onClose();
    },
  });
  const isNew = kind === "add" && item === undefined;
  const submit = () => {
    const read = itemOf(entry, currency);
    setFault(typeof read === "string" ? read : null);
    if (typeof read !== "string") save.mutate(read);
  };
  return (
    <ActionDialog
      title={kind === "add" ? say.add : say.change}
      opened
      onClose={onClose}
      onSubmit={submit}
      submit={kind === "add" ? say.add : say.change}
      pending={save.isPending}
      error={save.error}
      wide
    >
      <Pair>
        {isNew ? <Code entry={entry} setEntry={setEntry} fault={fault} /> : null}
        <Category entry={entry} setEntry={setEntry} categories={categories} />
      </Pair>
      <Names entry={entry} setEntry={setEntry} />
      <Price entry={entry} setEntry={setEntry} currency={currency} fault={fault} />
      <AtTheTill entry={entry} setEntry={setEntry} fault={fault} />
      <p className="dim small">{say.saved}</p>
    </ActionDialog>
  );
}

type Fields = Readonly<{ entry: ItemEntry; setEntry(entry: ItemEntry): void }>;
type FaultyFields = Fields & Readonly<{ fault: EntryFault | null }>;

/** What a text field of the entry needs. */
const field = ({ entry, setEntry }: Fields, name: Exclude<keyof ItemEntry, "vatInside">) => ({
  value: entry[name],
  onChange: (event: { currentTarget: { value: string } }) =>
    setEntry({ ...entry, [name]: event.currentTarget.value }),
  autoComplete: "off",
});

function Pair({ children }: Readonly<{ children: ReactNode }>) {
  return <div className="dialog-pair">{children}</div>;
}

function Code({ fault, ...fields }: FaultyFields) {
  const say = useMessages(catalogueWords);
  return (
    <TextInput
      label={say.code}
      description={say.codeHelp}
      title={say.codeWrong}
      required
      pattern="[A-Za-z0-9_:.\-]{1,80}"
      maxLength={80}
      data-autofocus
      error={fault === "code" ? say.codeWrong : null}
      {...field(fields, "code")}
    />
  );
}

function Category({ categories, ...fields }: Fields & Readonly<{ categories: readonly string[] }>) {
  const say = useMessages(catalogueWords);
  const { language } = useLanguage();
  const list = useId();
  return (
    <div>
      <TextInput
        label={say.category}
        description={say.categoryHelp}
        required
        maxLength={CATEGORY_MAX}
        list={list}
        {...field(fields, "category")}
      />
      <datalist id={list}>
        {[...new Set([...categories, ...USUAL_CATEGORIES])].map((category) => (
          <option key={category} value={category}>
            {categoryName(category, language)}
          </option>
        ))}
      </datalist>
    </div>
  );
}

function Names(fields: Fields) {
  const say = useMessages(catalogueWords);
  return (
    <Pair>
      <TextInput label={say.nameKo} required maxLength={NAME_MAX} {...field(fields, "nameKo")} />
      <TextInput label={say.nameEn} required maxLength={NAME_MAX} {...field(fields, "nameEn")} />
    </Pair>
  );
}

function Price({ currency, fault, ...fields }: FaultyFields & Readonly<{ currency: Currency }>) {
  const say = useMessages(catalogueWords);
  const { entry, setEntry } = fields;
  return (
    <Pair>
      <TextInput
        label={say.price(currency)}
        required
        inputMode="decimal"
        maxLength={20}
        error={fault === "price" ? say.priceWrong : null}
        {...field(fields, "price")}
      />
      <TextInput
        label={say.vatRate}
        required
        inputMode="decimal"
        maxLength={6}
        error={fault === "vatRate" ? say.vatWrong : null}
        {...field(fields, "vatRate")}
      />
      <NativeSelect
        label={say.vatTreatment}
        value={entry.vatInside ? "inside" : "onTop"}
        onChange={(event) => setEntry({ ...entry, vatInside: event.currentTarget.value === "inside" })}
        data={[
          { value: "inside", label: say.vatInside },
          { value: "onTop", label: say.vatOnTop },
        ]}
      />
    </Pair>
  );
}

function AtTheTill({ fault, ...fields }: FaultyFields) {
  const say = useMessages(catalogueWords);
  return (
    <Pair>
      <TextInput
        label={say.barcodes}
        description={say.barcodesHelp}
        maxLength={420}
        error={fault === "barcodes" ? say.barcodesWrong : null}
        {...field(fields, "barcodes")}
      />
      <TextInput
        label={say.favourite}
        description={say.favouriteHelp}
        inputMode="numeric"
        maxLength={6}
        error={fault === "favourite" ? say.favouriteWrong : null}
        {...field(fields, "favourite")}
      />
    </Pair>
  );
}
