package dev.concertina.starter.database;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Whether a statement may write. Only what certainly does not is taken for a read: a query without
 * a locking clause that calls none but well-known functions, because any other may write.
 */
final class Sql {
    private static final int REMEMBERED = 2_000;
    private static final Map<String, Boolean> KNOWN = new ConcurrentHashMap<>();

    private static final Pattern READING =
            Pattern.compile("(select|show|values|table)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern NOISE =
            Pattern.compile("'(?:[^']|'')*'|--[^\\n]*|/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern WRITING =
            Pattern.compile(
                    "\\b(into|insert|update|delete|merge|for\\s+(no|share|key))\\b|;\\s*\\S");
    private static final Pattern CALL = Pattern.compile("([a-z_][a-z0-9_.$\"]*)\\s*\\(");

    private static final Set<String> HARMLESS =
            Set.of(
                    """
                    select from where and or not in exists any all some on as by over values case
                    when then else union except intersect having limit offset join using lateral
                    filter array row between is like ilike end interval partition distinct group
                    within numeric varchar char decimal timestamp time bit float count sum min max
                    avg coalesce nullif greatest least cast extract lower upper length char_length
                    octet_length substring substr trim ltrim rtrim btrim replace concat concat_ws
                    position strpos left right lpad rpad split_part abs round floor ceil ceiling mod
                    power sqrt sign now date date_trunc date_part age to_char to_date to_timestamp
                    to_number row_number rank dense_rank lag lead first_value last_value ntile
                    array_agg string_agg json_agg jsonb_agg json_build_object jsonb_build_object
                    to_json to_jsonb unnest generate_series array_length cardinality md5 encode
                    decode bool_and bool_or every to_tsvector to_tsquery plainto_tsquery
                    websearch_to_tsquery ts_rank current_setting pg_sleep version current_schemas
                    row_to_json jsonb_array_elements regexp_replace regexp_matches gen_random_uuid
                    """
                            .strip()
                            .split("\\s+"));

    private Sql() {}

    static boolean mayWrite(String sql) {
        var known = KNOWN.get(sql);
        if (known != null) {
            return known;
        }
        boolean may = judge(sql);
        if (KNOWN.size() >= REMEMBERED) {
            // Texts with values in them have no end.
            KNOWN.clear();
        }
        KNOWN.put(sql, may);
        return may;
    }

    private static boolean judge(String sql) {
        var text = NOISE.matcher(sql).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
        if (!READING.matcher(text).lookingAt() || WRITING.matcher(text).find()) {
            return true;
        }
        var calls = CALL.matcher(text);
        while (calls.find()) {
            if (!HARMLESS.contains(calls.group(1))) {
                return true;
            }
        }
        return false;
    }
}
