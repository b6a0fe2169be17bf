// Makes Station 7 on an empty database: its people, goods and cards. Run again, it changes nothing.
import type { Cards } from "#backoffice/cards/create-cards.ts";
import type { PasswordHasher, Sealer } from "#backoffice/staff/secrets.ts";
import { insertStaff } from "#backoffice/staff/store.ts";
import { writeEvent } from "#backoffice/staff/story.ts";
import { canonicalJson } from "#core/canonical-json.ts";
import { FailureError } from "#core/errors.ts";
import type { Ids, StaffId } from "#core/ids.ts";
import { krw } from "#core/money.ts";
import type { Clock } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { DEMO_CARDS } from "./cards.ts";
import { DEMO_CATALOGUE } from "./catalogue.ts";
import { DEMO_PEOPLE } from "./people.ts";

export type SeedDeps = Readonly<{
  database: Database;
  cards: Cards;
  passwords: PasswordHasher;
  sealer: Sealer;
  clock: Clock;
  ids: Ids;
}>;

const SEEDER = "operator" as StaffId;
const VALID_DAYS = 1_825;
const REASON = "demonstration";

export async function seedDemo(deps: SeedDeps): Promise<void> {
  const { database } = deps;
  const seeded = await database.read.get("SELECT item_id FROM catalogue_item LIMIT 1");
  if (seeded !== undefined) return;
  await seedPeople(deps);
  await seedCards(deps);
  // Last, for its rows are the sign that all the rest is there.
  await database.transaction((tx) =>
    tx.runEach(
      DEMO_CATALOGUE.map((item, position) => ({
        sql: "INSERT INTO catalogue_item (item_id, item, position) VALUES (?, ?, ?) ON CONFLICT (item_id) DO NOTHING",
        params: [item.itemId, canonicalJson(item), position],
      })),
    ),
  );
}

async function seedPeople({ database, passwords, sealer, clock, ids }: SeedDeps): Promise<void> {
  const people = await Promise.all(
    DEMO_PEOPLE.map(async (person) => ({
      staffId: person.staffId,
      signInName: person.signInName,
      name: person.name,
      role: person.role,
      passwordHash: person.password === null ? null : await passwords.hash(person.password),
      pinSealed: person.pin === null ? null : sealer.seal(person.pin),
      totpSealed: person.totpSecret === null ? null : sealer.seal(person.totpSecret),
    })),
  );
  await database.transaction(async (tx) => {
    for (const person of people) {
      // Taken up again after a start that was cut short, it finds some of them there.
      if (!(await insertStaff(tx, person))) continue;
      const { staffId, role } = person;
      const event = {
        eventId: ids.next(),
        staffId,
        role,
        at: clock.now(),
        by: null,
        reason: REASON,
      } as const;
      await writeEvent(tx, { ...event, what: "added" });
    }
  });
}

async function seedCards({ cards }: SeedDeps): Promise<void> {
  for (const [index, plan] of DEMO_CARDS.entries()) {
    const issued = await cards.issue({
      id: `demo-card-${index + 1}`,
      makerId: SEEDER,
      quantity: 1,
      amount: krw(plan.won),
      validDays: VALID_DAYS,
      numbers: [{ card: plan.number, pin: plan.pin, initialPassword: plan.initialPassword }],
    });
    const [card] = issued.cards;
    if (card === undefined || plan.fate === "unregistered") continue;
    const change = { cardId: card.cardId, by: `staff:${SEEDER}`, reason: REASON };
    await unlessDone(() => cards.register(plan));
    if (plan.fate === "blocked") await unlessDone(() => cards.block(change));
    if (plan.fate === "expired") await unlessDone(() => cards.end(change, "expired"));
  }
}

/** A start that was cut short is taken up again: a card that has made a move already refuses it. */
async function unlessDone(move: () => Promise<unknown>): Promise<void> {
  try {
    await move();
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.code !== "CARD_MOVE_ILLEGAL") throw error;
  }
}
