-- +goose Up
CREATE TABLE payment_charge (
    id text PRIMARY KEY,
    case_id text NOT NULL,
    step text NOT NULL,
    service text NOT NULL,
    owner text NOT NULL,
    payer text NOT NULL,
    channel text NOT NULL,
    place text NOT NULL,
    version text NOT NULL,
    lines jsonb NOT NULL,
    waived bigint NOT NULL CHECK (waived >= 0),
    waived_reason jsonb NOT NULL,
    total bigint NOT NULL CHECK (total >= 0),
    refunded bigint NOT NULL DEFAULT 0 CHECK (refunded >= 0 AND refunded <= promised),
    promised bigint NOT NULL DEFAULT 0 CHECK (promised >= 0 AND promised <= total),
    state text NOT NULL,
    reason text NOT NULL DEFAULT '',
    means text NOT NULL DEFAULT '',
    reference text NOT NULL DEFAULT '',
    due bigint NOT NULL,
    created bigint NOT NULL,
    settled bigint NOT NULL DEFAULT 0
);
CREATE INDEX payment_charge_case ON payment_charge (case_id);
CREATE INDEX payment_charge_payer ON payment_charge (payer, id);

CREATE TABLE payment_account (
    id text PRIMARY KEY,
    kind text NOT NULL,
    holder text NOT NULL,
    opened bigint NOT NULL
);

CREATE TABLE payment_posting (
    id text PRIMARY KEY,
    charge text NOT NULL,
    kind text NOT NULL,
    at bigint NOT NULL,
    provider text NOT NULL,
    ref text NOT NULL
);
CREATE INDEX payment_posting_charge ON payment_posting (charge);
CREATE UNIQUE INDEX payment_posting_ref ON payment_posting (provider, ref) WHERE ref <> '';

CREATE TABLE payment_entry (
    posting text NOT NULL REFERENCES payment_posting (id),
    n bigint NOT NULL,
    debit text NOT NULL REFERENCES payment_account (id),
    credit text NOT NULL REFERENCES payment_account (id),
    amount bigint NOT NULL CHECK (amount > 0),
    PRIMARY KEY (posting, n),
    CHECK (debit <> credit)
);

CREATE TABLE payment_counter (
    entity text NOT NULL,
    year bigint NOT NULL,
    last bigint NOT NULL,
    PRIMARY KEY (entity, year)
);

CREATE TABLE payment_receipt (
    entity text NOT NULL,
    year bigint NOT NULL,
    serial bigint NOT NULL CHECK (serial > 0),
    charge text NOT NULL REFERENCES payment_charge (id),
    amount bigint NOT NULL CHECK (amount >= 0),
    at bigint NOT NULL,
    PRIMARY KEY (entity, year, serial)
);
CREATE UNIQUE INDEX payment_receipt_charge ON payment_receipt (charge, entity);

CREATE TABLE payment_attempt (
    id text PRIMARY KEY,
    charge text NOT NULL REFERENCES payment_charge (id),
    provider text NOT NULL,
    ref text NOT NULL DEFAULT '',
    redirect text NOT NULL DEFAULT '',
    secret text NOT NULL DEFAULT '',
    return_url text NOT NULL,
    description jsonb NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    state text NOT NULL,
    created bigint NOT NULL,
    ended bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX payment_attempt_live ON payment_attempt (charge) WHERE state = 'pending';
CREATE INDEX payment_attempt_charge ON payment_attempt (charge, id);
CREATE UNIQUE INDEX payment_attempt_ref ON payment_attempt (provider, ref) WHERE ref <> '';

CREATE TABLE payment_event (
    provider text NOT NULL,
    id text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (provider, id)
);

CREATE TABLE payment_refund (
    id text PRIMARY KEY,
    charge text NOT NULL,
    provider text NOT NULL,
    payment text NOT NULL,
    ref text NOT NULL DEFAULT '',
    amount bigint NOT NULL CHECK (amount > 0),
    parts jsonb NOT NULL,
    reason text NOT NULL,
    state text NOT NULL,
    difference text NOT NULL DEFAULT '',
    asked_by text NOT NULL,
    asked bigint NOT NULL,
    ended bigint NOT NULL DEFAULT 0
);
CREATE INDEX payment_refund_charge ON payment_refund (charge, id);
CREATE INDEX payment_refund_ref ON payment_refund (provider, ref);

CREATE TABLE payment_statement (
    provider text NOT NULL,
    ref text NOT NULL,
    day text NOT NULL,
    kind text NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    PRIMARY KEY (provider, ref)
);

CREATE TABLE payment_difference (
    id text PRIMARY KEY,
    provider text NOT NULL,
    kind text NOT NULL,
    ref text NOT NULL,
    charge text NOT NULL,
    ours bigint NOT NULL,
    theirs bigint NOT NULL,
    currency text NOT NULL,
    at bigint NOT NULL,
    day text NOT NULL,
    state text NOT NULL,
    words text NOT NULL DEFAULT '',
    closed_by text NOT NULL DEFAULT '',
    closed bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX payment_difference_once ON payment_difference (provider, kind, ref);
CREATE INDEX payment_difference_state ON payment_difference (state, id);

CREATE TABLE payment_reconciled (
    provider text NOT NULL,
    day text NOT NULL,
    at bigint NOT NULL,
    lines bigint NOT NULL,
    differences bigint NOT NULL,
    PRIMARY KEY (provider, day)
);

CREATE TABLE payment_bank_payment (
    id text PRIMARY KEY,
    key text NOT NULL UNIQUE,
    intent text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    description jsonb NOT NULL,
    return_url text NOT NULL,
    state text NOT NULL,
    tries bigint NOT NULL DEFAULT 0,
    last4 text NOT NULL DEFAULT '',
    created bigint NOT NULL,
    ended bigint NOT NULL DEFAULT 0
);
CREATE INDEX payment_bank_payment_ended ON payment_bank_payment (ended);

CREATE TABLE payment_bank_refund (
    id text PRIMARY KEY,
    key text NOT NULL UNIQUE,
    payment text NOT NULL REFERENCES payment_bank_payment (id),
    amount bigint NOT NULL CHECK (amount > 0),
    ended bigint NOT NULL
);
CREATE INDEX payment_bank_refund_payment ON payment_bank_refund (payment);
CREATE INDEX payment_bank_refund_ended ON payment_bank_refund (ended);

-- +goose Down
DROP TABLE payment_bank_refund;
DROP TABLE payment_bank_payment;
DROP TABLE payment_reconciled;
DROP TABLE payment_difference;
DROP TABLE payment_statement;
DROP TABLE payment_refund;
DROP TABLE payment_event;
DROP TABLE payment_attempt;
DROP TABLE payment_receipt;
DROP TABLE payment_counter;
DROP TABLE payment_entry;
DROP TABLE payment_posting;
DROP TABLE payment_account;
DROP TABLE payment_charge;
