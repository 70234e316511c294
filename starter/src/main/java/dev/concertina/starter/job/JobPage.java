package dev.concertina.starter.job;

import java.util.List;
import java.util.stream.Collectors;
import org.springframework.web.util.HtmlUtils;

/** The endpoint's page. Nothing in it is loaded from elsewhere. */
final class JobPage {
    private static final String HEAD =
            """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Jobs</title>
            <meta name="viewport" content="width=device-width">
            <style>
            body{font:15px system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}
            table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}
            th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8884;vertical-align:top}
            td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
            .alert{background:#c331;border-left:4px solid #c33;padding:.5rem 1rem}
            pre{white-space:pre-wrap;overflow-wrap:anywhere;max-height:20rem;overflow:auto;margin:.3rem 0}
            button{font:inherit}
            :root{color-scheme:light dark}
            </style></head><body>
            """;

    private static final String SCRIPT =
            """
            <script>
            addEventListener('click', async event => {
              const button = event.target.closest('button[data-id]');
              if (!button) return;
              const token = document.cookie.match(/(?:^|; )XSRF-TOKEN=([^;]*)/);
              const answer = await fetch(location.pathname.replace(/page$/, '') +
                  encodeURIComponent(button.dataset.id), {
                method: button.dataset.method,
                headers: { 'Content-Type': 'application/json',
                  ...(token ? { 'X-XSRF-TOKEN': decodeURIComponent(token[1]) } : {}) },
                body: button.dataset.method === 'POST' ? '{}' : undefined
              });
              if (answer.ok) location.reload();
              else alert('It was refused: ' + answer.status);
            });
            </script></body></html>
            """;

    private JobPage() {}

    static String of(Desk desk, List<String> alerts, String instance) {
        var overview = desk.overview();
        return HEAD
                + "<h1>Jobs</h1><p>As instance "
                + text(instance)
                + " sees them.</p>"
                + alerts.stream()
                        .map(alert -> "<p class=alert>" + text(alert) + "</p>")
                        .collect(Collectors.joining())
                + kinds(overview)
                + letters(desk)
                + recurring(overview)
                + workers(overview)
                + SCRIPT;
    }

    private static String kinds(Desk.Overview overview) {
        return "<h2>Types</h2><table><tr><th>type<th class=n>due<th class=n>later<th"
                + " class=n>running<th class=n>dead<th class=n>oldest due<th></tr>"
                + overview.kinds().stream()
                        .map(kind ->
                                "<tr><td>"
                                        + text(kind.type())
                                        + number(kind.due())
                                        + number(kind.later())
                                        + number(kind.running())
                                        + number(kind.dead())
                                        + "<td class=n>"
                                        + kind.age().toSeconds()
                                        + " s<td>"
                                        + (kind.handled() ? "" : "no handler works ")
                                        + (kind.dead() > 0
                                                ? button(kind.type(), "POST", "All dead again")
                                                : "")
                                        + "</tr>")
                        .collect(Collectors.joining())
                + "</table>";
    }

    private static String letters(Desk desk) {
        var letters = desk.dead(100);
        if (letters.isEmpty()) {
            return "<h2>Dead letters</h2><p>None.</p>";
        }
        return "<h2>Dead letters</h2><table><tr><th class=n>id<th>type<th>died<th"
                + " class=n>attempts<th>why<th></tr>"
                + letters.stream().map(JobPage::letter).collect(Collectors.joining())
                + "</table>";
    }

    private static String letter(Desk.DeadLetter letter) {
        var id = Long.toString(letter.id());
        return "<tr><td class=n>"
                + id
                + "<td>"
                + text(letter.type())
                + letter.tenant().map(tenant -> "<br>of " + text(tenant)).orElse("")
                + "<td>"
                + letter.diedAt()
                + number(letter.attempts())
                + "<td><details><summary>"
                + text(letter.error().lines().findFirst().orElse(""))
                + "</summary><pre>"
                + text(letter.payload())
                + "</pre><pre>"
                + text(letter.error())
                + "</pre></details><td>"
                + button(id, "POST", "Again")
                + " "
                + button(id, "DELETE", "Discard")
                + "</tr>";
    }

    private static String recurring(Desk.Overview overview) {
        return "<h2>Recurring</h2><table><tr><th>name<th>schedule<th>next<th>last</tr>"
                + overview.recurring().stream()
                        .map(one ->
                                "<tr><td>"
                                        + text(one.name().substring(JobNames.RECURRING.length()))
                                        + "<td>"
                                        + text(one.schedule())
                                        + "<td>"
                                        + one.next()
                                        + "<td>"
                                        + one.last().map(Object::toString).orElse("never")
                                        + "</tr>")
                        .collect(Collectors.joining())
                + "</table>";
    }

    private static String workers(Desk.Overview overview) {
        return "<h2>Instances</h2><table><tr><th>instance<th>since<th>types</tr>"
                + overview.owners().stream()
                        .map(worker ->
                                "<tr><td>"
                                        + text(worker.instance())
                                        + "<td>"
                                        + worker.since()
                                        + "<td>"
                                        + text(String.join(", ", worker.types()))
                                        + "</tr>")
                        .collect(Collectors.joining())
                + "</table>";
    }

    private static String number(long value) {
        return "<td class=n>" + value;
    }

    private static String button(String id, String method, String label) {
        return "<button data-id=\""
                + text(id)
                + "\" data-method="
                + method
                + ">"
                + label
                + "</button>";
    }

    private static String text(String value) {
        return HtmlUtils.htmlEscape(value);
    }
}
