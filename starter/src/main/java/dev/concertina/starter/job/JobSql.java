package dev.concertina.starter.job;

/**
 * What PostgreSQL runs.
 *
 * @param guard ends a job if the claim on it holds; the first statement of its transaction, so that
 *     it is lock, check and end in one
 */
record JobSql(String guard, String done, String again, String back, String dead) {

    static final JobSql WHOLE =
            new JobSql(
                    "delete from concertina_job where id = ? and fence = ?",
                    // No two claims have one fence, so that two lists will do; a join may be
                    // planned
                    // over the whole table.
                    "delete from concertina_job"
                            + " where id = any (?::bigint[]) and fence = any (?::bigint[])",
                    """
                    update concertina_job j
                    set owner = null, error = c.error,
                        due_at = clock_timestamp() + c.wait * interval '1 millisecond'
                    from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[])
                        as c(id, fence, wait, error)
                    where j.id = c.id and j.fence = c.fence
                    """,
                    """
                    update concertina_job j
                    set owner = null, attempts = j.attempts - 1,
                        error = coalesce(nullif(c.error, ''), j.error),
                        due_at = case when c.wait = 0 then j.due_at
                            else clock_timestamp() + c.wait * interval '1 millisecond' end
                    from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[])
                        as c(id, fence, wait, error)
                    where j.id = c.id and j.fence = c.fence and j.owner is not null
                    """,
                    """
                    with gone as (
                      delete from concertina_job j
                      using unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[])
                        as c(id, fence, wait, error)
                      where j.id = c.id and j.fence = c.fence
                      returning j.*, c.error as last
                    )
                    insert into concertina_job_dead
                      (id, type, payload, tenant, request, enqueued_at, attempts, error)
                    select id, type, payload, tenant, request, enqueued_at, attempts, last from gone
                    """);

    static final String ENQUEUE =
            """
            insert into concertina_job (type, payload, tenant, request, due_at)
            select n.type, n.payload, n.tenant, n.request,
              coalesce(n.at, clock_timestamp() + n.wait * interval '1 millisecond')
            from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::timestamptz[])
              with ordinality as n(type, payload, tenant, request, wait, at, place)
            order by n.place
            returning id
            """;

    static final String ENQUEUE_ONE =
            """
            insert into concertina_job (type, payload, tenant, request, due_at)
            values (?, ?, ?, ?,
              coalesce(?::timestamptz, clock_timestamp() + ? * interval '1 millisecond'))
            returning id
            """;

    static final String ENQUEUE_ONCE =
            """
            with known as (
              insert into concertina_job_key as k (tenant, type, key, job, until)
              values (?, ?, ?, nextval(pg_get_serial_sequence('concertina_job', 'id')),
                clock_timestamp() + ? * interval '1 millisecond')
              on conflict (tenant, type, key)
                do update set job = excluded.job, until = excluded.until
                where k.until < clock_timestamp()
              returning k.job
            )
            insert into concertina_job (id, type, payload, tenant, request, due_at)
            select job, ?, ?, ?, ?,
              coalesce(?::timestamptz, clock_timestamp() + ? * interval '1 millisecond')
            from known
            returning id
            """;

    static final String KNOWN =
            "select job from concertina_job_key where tenant = ? and type = ? and key = ?";

    static final String CLAIM = "select * from concertina_job_claim_1(?, ?, ?, ?, ?, ?, ?)";

    static final String TICK =
            """
            with due as (
              update concertina_job_recurring
              set next_at = ?, last_at = clock_timestamp()
              where name = ? and schedule = ? and next_at = ?
              returning name
            )
            insert into concertina_job (type, payload)
            select ?, '' from due
            where not exists (select from concertina_job j where j.type = ?)
            """;

    static final String OVERVIEW =
            """
            with living as (
              select o.types from concertina_job_owner o where o.alive_until > clock_timestamp()
            ), alive as (
              select j.type,
                count(*) filter (where j.owner is null and j.due_at <= clock_timestamp()) as due,
                count(*) filter (where j.owner is null and j.due_at > clock_timestamp()) as later,
                count(*) filter (where j.owner is not null) as running,
                min(j.due_at) filter (where j.owner is null) as oldest
              from concertina_job j group by j.type
            ), dead as (
              select d.type, count(*) as dead from concertina_job_dead d group by d.type
            )
            select type, coalesce(due, 0), coalesce(later, 0), coalesce(running, 0),
              coalesce(dead, 0),
              greatest(0, coalesce(extract(epoch from clock_timestamp() - oldest), 0))::float8,
              exists (select from living l where type = any (l.types))
            from alive full join dead using (type) order by type
            """;
}
