-- Who shares this installation with others. An instance of the release before writes no tenant and
-- so goes on writing the public registry's.
ALTER TABLE account ADD COLUMN tenant text NOT NULL DEFAULT 'public';
ALTER TABLE account DROP CONSTRAINT account_email_key;
ALTER TABLE account ADD CONSTRAINT account_email_of_tenant UNIQUE (tenant, email);

ALTER TABLE certificate ADD COLUMN revoked_at timestamptz;
