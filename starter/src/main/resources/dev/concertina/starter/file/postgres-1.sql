-- Files of Concertina, version 1. The starter runs this by itself (concertina.file.schema=create);
-- by hand: psql -1 -f postgres-1.sql

create table if not exists concertina_schema (
    part text primary key,
    version integer not null
);

-- A file is there when stored_at is set. Until then written_at says that somebody still writes it.
create table concertina_file (
    number bigint generated always as identity primary key,
    tenant text not null,
    id text not null,
    name text not null,
    type text not null,
    written_at timestamptz not null,
    stored_at timestamptz,
    size bigint,
    sha256 text,
    constraint concertina_file_id unique (tenant, id)
);
create index concertina_file_half on concertina_file (written_at) where stored_at is null;

create table concertina_file_chunk (
    file bigint not null references concertina_file (number) on delete cascade,
    chunk integer not null,
    content bytea not null,
    primary key (file, chunk)
);
-- What is uploaded is mostly compressed already.
alter table concertina_file_chunk alter column content set storage external;

insert into concertina_schema values ('file', 1)
on conflict (part) do update set version = excluded.version;
