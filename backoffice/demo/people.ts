// Who works at Station 7. Made-up people; their PINs and passwords are shown for the demo only.
import type { DemoSignIn } from "#core/contract/process.ts";
import type { StaffId } from "#core/ids.ts";

export type DemoPerson = Readonly<{
  staffId: StaffId;
  signInName: string;
  name: string;
  role: "cashier" | "manager" | "operator";
  pin: string | null;
  password: string | null;
  /** Base32 key of the authenticator. */
  totpSecret: string | null;
}>;

const person = (
  id: string,
  name: string,
  role: DemoPerson["role"],
  secrets: Pick<DemoPerson, "pin" | "password" | "totpSecret">,
): DemoPerson => ({ staffId: id as StaffId, signInName: id, name, role, ...secrets });

export const DEMO_PEOPLE: readonly DemoPerson[] = [
  person("kim", "김하늘", "cashier", { pin: "1111", password: null, totpSecret: null }),
  person("lee", "이바다", "cashier", { pin: "2222", password: null, totpSecret: null }),
  person("park", "박노을", "manager", {
    pin: "7777",
    password: "station7-park",
    totpSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
  }),
  person("choi", "최새벽", "manager", {
    pin: "8888",
    password: "station7-choi",
    totpSecret: "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU",
  }),
  person("operator", "운영자", "operator", {
    pin: null,
    password: "station7-operator",
    totpSecret: "NB2W45DFOIZA2YLBNB2W45DFOIZA2YLB",
  }),
];

/** As the terminal and `station.json` show them. */
export const shownDemoSignIns = (): DemoSignIn[] =>
  DEMO_PEOPLE.flatMap(({ signInName, name, role, pin, password, totpSecret }) => [
    ...(pin === null ? [] : [{ where: "till" as const, name, role, secret: pin }]),
    ...(password === null
      ? []
      : [
          {
            where: "console" as const,
            name: signInName,
            role,
            secret: password,
            ...(totpSecret === null ? {} : { totpSecret }),
          },
        ]),
  ]);
