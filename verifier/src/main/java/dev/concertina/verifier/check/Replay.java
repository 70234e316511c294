package dev.concertina.verifier.check;

import dev.concertina.fleet.manifest.Manifest.Step;
import dev.concertina.verifier.http.Origin;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A journey as a shell script that needs curl and perl: it establishes the session through the
 * gateway and repeats one request until another instance answers, and says where it was lost. Pure.
 */
final class Replay {
    private static final Pattern PLACE = Pattern.compile("\\$\\{([A-Za-z0-9_.-]+)}");

    private static final String FRAME =
            """
            #!/bin/sh
            # @CHECK@: establishes a session, then repeats one request until other instances answer.
            # Exit 1: an answer did not know the session. Exit 0: every one of 20 answers knew it.
            # Exit 2: no answer. Arguments: where to establish it, where to ask again (else the same).
            first=${1:-@FIRST@}
            again=${2:-${1:-@AGAIN@}}
            base=$first
            dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT
            v_unique=r$(date +%s)x$$
            created=nobody

            ask() { # what, expected status, expected text, curl arguments...
                what=$1 wanted=$2 text=$3 before=$created; shift 3
                : >"$dir/head"; : >"$dir/body"
                status=$(curl -s -b "$dir/jar" -c "$dir/jar" -D "$dir/head" -o "$dir/body" -w '%{http_code}' -g "$@")
                if [ "$status" = 000 ]; then echo "$what: no answer from $base"; exit 2; fi
                who=$(tr -d '\\r' <"$dir/head" | sed -n 's/^[Xx]-[Ii]nstance-[Ii][Dd]: *//p')
                if grep -qi '^set-cookie:' "$dir/head"; then created=$who; fi
                echo "$what -> $status by $who"
                if [ "$wanted" = any ]; then [ "$status" -lt 400 ]; else [ "$status" = "$wanted" ]; fi || lost
                if [ -n "$text" ]; then grep -qF -- "$text" "$dir/body" || lost; fi
            }
            lost() {
                echo "LOST: created on $before, not known to $who: $what answered $status"
                exit 1
            }
            capture() { # expression
                EXPRESSION=$1 perl -0777 -ne 'if (/$ENV{EXPRESSION}/) { print defined $1 ? $1 : $&; exit }' "$dir/body" "$dir/head" |
                    sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#39;/'"'"'/g; s/&#43;/+/g; s/&#61;/=/g; s/&amp;/\\&/g'
            }

            @ESTABLISH@
            creator=$created
            base=$again
            for try in $(seq 20); do
                created=$creator
                @REPEAT@
            done
            echo "KEPT: created on $creator, known to every instance that answered"
            """;

    private Replay() {}

    static String script(
            String check, Origin first, Origin again, List<Step> establishing, Step repeated) {
        return FRAME.replace("@CHECK@", check)
                .replace("@FIRST@", first.url(""))
                .replace("@AGAIN@", again.url(""))
                .replace(
                        "@ESTABLISH@",
                        establishing.stream().map(Replay::step).collect(Collectors.joining("\n")))
                .replace("@REPEAT@", step(repeated));
    }

    private static String step(Step step) {
        var line = new StringBuilder("ask ");
        line.append(quoted(step.method() + " " + step.path())).append(' ');
        line.append(step.expectStatus().map(s -> Integer.toString(s)).orElse("any")).append(' ');
        line.append(step.expectBody().isEmpty() ? "''" : quoted(step.expectBody().getFirst()));
        if (step.method().equals("HEAD")) {
            line.append(" -I");
        } else if (!step.method().equals("GET")) {
            line.append(" -X ").append(step.method());
        }
        step.headers().forEach((n, v) -> line.append(" -H ").append(quoted(n + ": " + v)));
        step.form()
                .forEach((n, v) -> line.append(" --data-urlencode ").append(quoted(n + "=" + v)));
        step.body().ifPresent(b -> line.append(" --data-raw ").append(quoted(b)));
        if (step.method().equals("POST") && step.form().isEmpty() && step.body().isEmpty()) {
            line.append(" -d ''");
        }
        line.append(" \"$base\"").append(quoted(step.path()));
        step.capture()
                .forEach((name, expression) ->
                        line.append("\nv_")
                                .append(variable(name))
                                .append("=$(capture '")
                                .append(expression.replace("'", "'\\''"))
                                .append("')"));
        return line.toString();
    }

    /** Text between double quotes, in which only our places are expanded. */
    private static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        int from = 0;
        var places = PLACE.matcher(text);
        while (places.find()) {
            quoted.append(literal(text.substring(from, places.start())));
            quoted.append("${v_").append(variable(places.group(1))).append('}');
            from = places.end();
        }
        return quoted.append(literal(text.substring(from))).append('"').toString();
    }

    private static String literal(String text) {
        return text.replaceAll("([\\\\\"$`])", "\\\\$1");
    }

    private static String variable(String name) {
        return name.replaceAll("[^A-Za-z0-9_]", "_");
    }
}
