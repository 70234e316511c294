-- Sessions of Concertina, version 1. The starter runs this by itself (concertina.session.schema=create);
-- by hand: psql -1 -f postgres-1.sql

create table if not exists concertina_schema (
    part text primary key,
    version integer not null
);

-- accessed_at is in no index, so noting an access is a HOT update. look_at says when to see whether
-- the session ended; an access does not move it, so whoever looks finds out what is true.
create table concertina_session (
    number bigint generated always as identity primary key,
    id text not null constraint concertina_session_id unique,
    owner text not null,
    version bigint not null,
    operation text not null,
    operations text not null,
    created_at timestamptz not null,
    accessed_at timestamptz not null,
    idle_ms bigint not null,
    ends_at timestamptz not null,
    look_at timestamptz not null,
    user_tag text,
    stamp text not null,
    claim text
) with (fillfactor = 70);
create index concertina_session_look on concertina_session (look_at);
create index concertina_session_user on concertina_session (user_tag) where user_tag is not null;

create table concertina_session_attribute (
    session bigint not null references concertina_session (number) on delete cascade,
    name text not null,
    version bigint not null,
    value bytea not null,
    primary key (session, name)
) with (fillfactor = 80);
-- What is encrypted cannot be compressed.
alter table concertina_session_attribute alter column value set storage external;

-- Where a session is now whose id changed, for requests that still have an old one.
create table concertina_session_moved (
    id text primary key,
    moved_to text not null,
    ends_at timestamptz not null
);
create index concertina_session_moved_end on concertina_session_moved (ends_at);
create index concertina_session_moved_to on concertina_session_moved (moved_to);

-- Which keys, by id, values may be sealed with, and when somebody last said to seal with it.
create table concertina_session_key (
    id integer primary key,
    noted_at timestamptz not null
);

-- Who does alone what one instance should do at a time.
create table concertina_session_lease (
    name text primary key,
    holder text not null,
    ends_at timestamptz not null
);

create function concertina_session_end(accessed timestamptz, idle bigint, ends timestamptz)
returns timestamptz language sql immutable parallel safe as $$
    select case when idle > 0 then least(ends, accessed + idle * interval '1 millisecond') else ends end
$$;

-- Outcomes: 0 it has ended, 1 kept, with its version, 2 it moved, with its new key.
create function concertina_session_save_1(
    key text, op text, new_owner text, idle bigint, lifetime bigint, tombstone bigint,
    new_user text, names text[], contents bytea[], removals text[], target text, new_stamp text)
returns table (outcome integer, detail text) language plpgsql as $$
declare
    s concertina_session%rowtype;
    moved text;
    t timestamptz;
begin
    select * into s from concertina_session where id = key for update;
    -- The clock of whoever has the row, not of whoever began to wait for it.
    t := clock_timestamp();
    if not found then
        select moved_to into moved from concertina_session_moved where id = key and ends_at > t;
        if found then
            if moved = target then
                return query
                    select 1, m.version || ':' || m.operation from concertina_session m where m.id = target;
                if found then return; end if;
                return query select 0, null::text;
                return;
            end if;
            return query select 2, moved;
            return;
        end if;
        if new_owner is null then
            return query select 0, null::text;
            return;
        end if;
        insert into concertina_session
            (id, owner, version, operation, operations, created_at, accessed_at, idle_ms, ends_at, look_at,
             stamp)
        values
            (key, new_owner, 0, '', '', t, t, idle, t + lifetime * interval '1 millisecond',
             concertina_session_end(t, idle, t + lifetime * interval '1 millisecond'),
             coalesce(new_stamp, ''))
        on conflict (id) do nothing;
        select * into s from concertina_session where id = key for update;
    end if;
    if position(op in s.operations) > 0 then
        return query select 1, s.version || ':' || s.operation;
        return;
    end if;
    if t >= concertina_session_end(s.accessed_at, s.idle_ms, s.ends_at) then
        return query select 0, null::text;
        return;
    end if;
    update concertina_session set
        id = coalesce(target, s.id),
        version = s.version + 1,
        operation = op,
        operations = left(op || ',' || s.operations, 8 * (length(op) + 1)),
        idle_ms = coalesce(idle, s.idle_ms),
        look_at = least(s.look_at,
            concertina_session_end(s.accessed_at, coalesce(idle, s.idle_ms), s.ends_at)),
        user_tag = case when new_user is null then s.user_tag else nullif(new_user, '-') end,
        stamp = coalesce(new_stamp, s.stamp)
    where number = s.number;
    insert into concertina_session_attribute as a (session, name, version, value)
        select s.number, p.name, s.version + 1, p.value from unnest(names, contents) as p (name, value)
        on conflict (session, name) do update set version = excluded.version, value = excluded.value;
    delete from concertina_session_attribute a where a.session = s.number and a.name = any (removals);
    if target is not null then
        -- Whoever has one of the older ids is led to the newest at once.
        update concertina_session_moved set moved_to = target where moved_to = s.id;
        insert into concertina_session_moved as m (id, moved_to, ends_at)
            values (s.id, target, t + tombstone * interval '1 millisecond')
            on conflict (id) do update set moved_to = excluded.moved_to, ends_at = excluded.ends_at;
    end if;
    return query select 1, (s.version + 1) || ':' || op;
end $$;

-- Whether this call ended it. Somebody who was handed it after its end tells of it.
create function concertina_session_delete_1(key text)
returns boolean language plpgsql as $$
declare
    at text := key;
begin
    loop
        delete from concertina_session s where s.id = at and s.claim is null;
        if found then return true; end if;
        select m.moved_to into at from concertina_session_moved m
            where m.id = at and m.ends_at > clock_timestamp();
        if not found then return false; end if;
    end loop;
end $$;

insert into concertina_schema (part, version) values ('session', 1)
    on conflict (part) do update set version = excluded.version;
