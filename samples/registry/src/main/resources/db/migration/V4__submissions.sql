-- What people hand in. The files themselves are kept by the starter, which knows them by these ids.
CREATE TABLE submission (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id   bigint NOT NULL REFERENCES account,
    title        text NOT NULL,
    file         text NOT NULL,
    size         bigint NOT NULL,
    sha256       text NOT NULL,
    state        text NOT NULL DEFAULT 'RECEIVED',
    stamped      text,
    handed_in_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX submission_of_account ON submission (account_id, id);
