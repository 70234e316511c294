-- One certificate to verify before anybody has issued any. No password has this hash, so nobody can
-- sign in as its issuer.
INSERT INTO account (email, name, password)
VALUES ('registry@example.org', 'The registry', 'none');

INSERT INTO certificate (code, account_id, title, holder)
SELECT 'SAMP-LECE-RTXX', id, 'Reading a sample', 'Ada Lovelace'
  FROM account WHERE email = 'registry@example.org';
