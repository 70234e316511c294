package dev.concertina.starter.session;

/** What PostgreSQL runs: one statement for each call, on its own clock. */
record PostgresSql(
        String find,
        String save,
        String delete,
        String ofUser,
        String take,
        String forget,
        String clean,
        String cleanMoved,
        String count,
        String page,
        String reseal) {

    /** When a session ends as far as is known now. */
    private static final String END = "concertina_session_end(t.accessed_at, t.idle_ms, t.ends_at)";

    private static final String COLUMNS =
            "t.id, t.owner, t.version || ':' || t.operation as version, t.created_at,"
                    + " t.accessed_at, t.idle_ms, t.user_tag, t.stamp";

    static final PostgresSql WHOLE =
            new PostgresSql(
                    """
                    with s as (
                      select t.number, %2$s,
                        statement_timestamp() - t.accessed_at >= interval '1 millisecond'
                          * case when t.idle_ms > 0 then least(t.idle_ms / 10, ?) else ? end as due
                      from concertina_session t
                      where t.id = ? and %1$s > statement_timestamp()
                    ), touched as (
                      update concertina_session t set accessed_at = statement_timestamp()
                      from s
                      where ? and s.due and t.number = s.number and t.accessed_at = s.accessed_at
                      returning t.accessed_at
                    )
                    select s.id, s.owner, s.version, s.created_at,
                      coalesce((select accessed_at from touched), s.accessed_at) as accessed_at,
                      s.idle_ms, s.user_tag, s.stamp, exists (select from touched) as touched,
                      a.name, a.value
                    from s left join concertina_session_attribute a
                      on a.session = s.number and s.version <> ?
                    """
                            .formatted(END, COLUMNS),
                    "select outcome, detail from concertina_session_save_1(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    "select concertina_session_delete_1(?)",
                    """
                    select %2$s, a.name, a.value
                    from concertina_session t left join concertina_session_attribute a
                      on a.session = t.number
                    where t.user_tag = ? and %1$s > statement_timestamp()
                    """
                            .formatted(END, COLUMNS),
                    """
                    with due as (
                      select t.number from concertina_session t
                      where t.look_at <= statement_timestamp()
                      order by t.look_at limit ? for update skip locked
                    ), alive as (
                      update concertina_session t set look_at = %1$s from due
                      where t.number = due.number and %1$s > statement_timestamp()
                    ), late as (
                      delete from concertina_session t using due
                      where t.number = due.number
                        and %1$s <= statement_timestamp() - ? * interval '1 millisecond'
                    ), taken as (
                      update concertina_session t
                      set look_at = statement_timestamp() + ? * interval '1 millisecond', claim = ?
                      from due
                      where t.number = due.number and %1$s <= statement_timestamp()
                        and %1$s > statement_timestamp() - ? * interval '1 millisecond'
                      returning t.number, %2$s
                    )
                    select (select count(*) from due) as looked, taken.*, a.name, a.value
                    from (select 1) as one left join taken on true
                      left join concertina_session_attribute a on a.session = taken.number
                    """
                            .formatted(END, COLUMNS),
                    "delete from concertina_session where id = ? and claim = ?",
                    """
                    with due as (
                      select t.number from concertina_session t
                      where t.look_at <= statement_timestamp() - ? * interval '1 millisecond'
                      order by t.look_at limit ? for update skip locked
                    ), alive as (
                      update concertina_session t set look_at = %1$s from due
                      where t.number = due.number
                        and %1$s > statement_timestamp() - ? * interval '1 millisecond'
                    ), late as (
                      delete from concertina_session t using due
                      where t.number = due.number
                        and %1$s <= statement_timestamp() - ? * interval '1 millisecond'
                    )
                    select count(*) from due
                    """
                            .formatted(END),
                    """
                    delete from concertina_session_moved where id in (
                      select id from concertina_session_moved where ends_at < statement_timestamp()
                      limit ? for update skip locked)
                    """,
                    // Where there are very many the server's own estimate does.
                    """
                    select case when c.reltuples > 1000000 then c.reltuples::bigint
                      else (select count(*) from concertina_session) end
                    from pg_class c where c.oid = 'concertina_session'::regclass
                    """,
                    """
                    with page as (
                      select number from concertina_session where number > ? order by number limit ?
                    )
                    select t.number, %s, a.name, a.value
                    from page join concertina_session t on t.number = page.number
                      left join concertina_session_attribute a on a.session = t.number
                    """
                            .formatted(COLUMNS),
                    """
                    with s as (
                      select number from concertina_session where id = ?
                    ), stamped as (
                      update concertina_session t set stamp = n.stamp
                      from s, (select ? as stamp, ? as seen) as n
                      where t.number = s.number and t.stamp = n.seen and n.stamp <> n.seen
                    )
                    update concertina_session_attribute a set value = p.value
                    from s, unnest(?, ?, ?) as p (name, seen, value)
                    where a.session = s.number and a.name = p.name and a.value = p.seen
                    """);
}
