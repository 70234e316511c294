package dev.concertina.starter.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1",
                "  SELECT name, count(*) FROM t WHERE a = ? GROUP BY name",
                "select coalesce(max(a), 0) from t where b in (1, 2) and c like 'delete (x)'",
                "-- insert\nselect /* update */ now()",
                "select * from (select lower(a) from t) x order by 1",
                "values (1)",
                "show max_connections"
            })
    void whatCertainlyReads(String sql) {
        assertThat(Sql.mayWrite(sql)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into t values (1)",
                "update t set a = 1",
                "delete from t",
                "merge into t using s on true when matched then do nothing",
                "with x as (insert into t values (1) returning *) select * from x",
                "select * into t2 from t",
                "select * from t for update",
                "select * from t for no key update",
                "select * from t for share",
                "select book_a_seat(1)",
                "select * from shop.book(1)",
                "select \"Book\"(1)",
                "select nextval('s')",
                "select 1; delete from t",
                "call book()",
                "create table t (a int)",
                "commit",
                "do $$ begin end $$",
                "explain analyze delete from t",
                ""
            })
    void whatMayWrite(String sql) {
        assertThat(Sql.mayWrite(sql)).isTrue();
    }
}
