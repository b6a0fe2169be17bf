// Tables that are made from the journal alone: only `project` writes them, and `rebuild` makes them again.

/** In the order in which `rebuild` may empty them. */
export const PROJECTION_TABLES = [
  "sales",
  "receipts",
  "tenders",
  "attempts",
  "shifts",
  "cash_moves",
  "grants",
  "offline_slips",
  "verifiers",
  "password_tries",
  "staff_tries",
  "figures",
] as const;

export const CREATE_PROJECTIONS = [
  `CREATE TABLE sales (
    sale_id TEXT PRIMARY KEY,
    shift_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('frozen', 'completed', 'abandoned')),
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL
  ) STRICT`,

  // Lines and tenders are read from the entry that (epoch, seq) names; here is what lists and sums need.
  `CREATE TABLE receipts (
    epoch TEXT NOT NULL,
    receipt_number INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('sale', 'refund')),
    sale_id TEXT NOT NULL,
    shift_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    staff_id TEXT,
    amount INTEGER NOT NULL,
    copies INTEGER NOT NULL,
    PRIMARY KEY (epoch, receipt_number)
  ) STRICT`,
  `CREATE INDEX receipts_of_sale ON receipts (sale_id)`,
  `CREATE INDEX receipts_of_shift ON receipts (shift_id)`,

  `CREATE TABLE tenders (
    tender_id TEXT PRIMARY KEY,
    sale_id TEXT NOT NULL,
    shift_id TEXT,
    method TEXT NOT NULL CHECK (method IN ('cash', 'prepaid')),
    route TEXT NOT NULL CHECK (route IN ('counter', 'online', 'offline')),
    amount INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('approved', 'voided')),
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX tenders_of_sale ON tenders (sale_id)`,
  `CREATE INDEX tenders_of_shift ON tenders (shift_id)`,

  // Questions to the back office. 'asked' is one whose outcome was never written: a restart makes it 'unknown'.
  `CREATE TABLE attempts (
    attempt_id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('payment', 'refund')),
    sale_id TEXT NOT NULL,
    about_id TEXT NOT NULL,
    amount INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'unknown', 'approved', 'declined', 'closed', 'superseded')),
    code TEXT,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX attempts_open ON attempts (sale_id) WHERE state IN ('asked', 'unknown')`,

  `CREATE TABLE shifts (
    shift_id TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'counted', 'closed')),
    epoch TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    opened_by TEXT,
    float INTEGER NOT NULL,
    closed_at TEXT,
    line_voids INTEGER NOT NULL,
    no_sale_opens INTEGER NOT NULL,
    reprints INTEGER NOT NULL,
    z_epoch TEXT,
    z_seq INTEGER
  ) STRICT`,
  `CREATE TABLE cash_moves (
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    shift_id TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('paid-in', 'paid-out', 'safe-drop', 'float-top-up')),
    amount INTEGER NOT NULL,
    PRIMARY KEY (epoch, seq)
  ) STRICT`,
  `CREATE INDEX cash_moves_of_shift ON cash_moves (shift_id)`,

  // A grant never changes; `remaining` is what is left to spend of it. 'lost' are those of an epoch before a restore.
  `CREATE TABLE grants (
    grant_id TEXT PRIMARY KEY,
    card_id TEXT NOT NULL,
    amount INTEGER NOT NULL,
    remaining INTEGER NOT NULL CHECK (remaining >= 0 AND remaining <= amount),
    currency TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    accepted_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'lost'))
  ) STRICT`,
  `CREATE INDEX grants_open ON grants (card_id) WHERE state = 'open'`,

  // Everything taken or given back without the line: the exposure is the sum of those the server has not got yet.
  `CREATE TABLE offline_slips (
    slip_id TEXT PRIMARY KEY,
    basis TEXT NOT NULL CHECK (basis IN ('escrow', 'risk', 'refund')),
    sale_id TEXT NOT NULL,
    card_ref TEXT NOT NULL,
    card_id TEXT,
    amount INTEGER NOT NULL,
    at TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('standing', 'voided'))
  ) STRICT`,
  `CREATE INDEX offline_slips_in_order ON offline_slips (epoch, seq)`,
  `CREATE INDEX offline_slips_of_card ON offline_slips (card_ref, at)`,

  `CREATE TABLE verifiers (
    card_id TEXT PRIMARY KEY,
    password_version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('live', 'revoked')),
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL
  ) STRICT`,
  // Wrong passwords in a row at this till; a prepaid approval of the card takes the row away.
  `CREATE TABLE password_tries (
    card_ref TEXT PRIMARY KEY,
    wrong_tries INTEGER NOT NULL,
    blocked INTEGER NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE staff_tries (
    staff_id TEXT PRIMARY KEY,
    wrong_tries INTEGER NOT NULL,
    locked INTEGER NOT NULL
  ) STRICT`,

  // One row: the running numbers of this epoch, and what never starts again.
  `CREATE TABLE figures (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last_receipt_number INTEGER NOT NULL,
    last_z_number INTEGER NOT NULL,
    previous_z_hash TEXT,
    last_shift_number INTEGER NOT NULL,
    perpetual_gross INTEGER NOT NULL,
    snapshot_version INTEGER NOT NULL
  ) STRICT`,
  `INSERT INTO figures VALUES (1, 0, 0, NULL, 0, 0, 0)`,
];
