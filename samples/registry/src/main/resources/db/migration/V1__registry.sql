CREATE TABLE account (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email    text NOT NULL UNIQUE,
    name     text NOT NULL,
    password text NOT NULL
);

CREATE TABLE certificate (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code       text NOT NULL UNIQUE,
    account_id bigint NOT NULL REFERENCES account,
    title      text NOT NULL,
    holder     text NOT NULL,
    issued_at  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX certificate_of_account ON certificate (account_id, id);
