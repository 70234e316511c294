package dev.concertina.starter.file;

import dev.concertina.starter.request.Refusal;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/**
 * Serves what signed links lead to. The link is the permission, so this comes before the
 * application's own checks; limits come before this.
 */
final class FileLinkFilter implements Filter {
    private final FileStore store;
    private final FileLinks links;
    private final FileStatistics statistics;
    private final Clock clock;

    FileLinkFilter(FileStore store, FileLinks links, FileStatistics statistics, Clock clock) {
        this.store = store;
        this.links = links;
        this.statistics = statistics;
        this.clock = clock;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request instanceof HttpServletRequest asked
                && response instanceof HttpServletResponse answer) {
            serve(asked, answer);
        } else {
            chain.doFilter(request, response);
        }
    }

    private void serve(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var method = request.getMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            refuse(response, 405, "Method not allowed", "A link to a file is for reading.");
            return;
        }
        var query = request.getQueryString();
        var text = request.getRequestURI() + (query == null ? "" : "?" + query);
        switch (links.target(text)) {
            case FileLinks.Target.Unknown unknown ->
                    refuse(response, 403, "Not a link", "This link was altered, or never made.");
            case FileLinks.Target.Expired expired ->
                    refuse(response, 403, "Link expired", "Ask for a new link.");
            case FileLinks.Target.Allowed allowed -> answer(allowed, request, response);
        }
    }

    private void answer(
            FileLinks.Target.Allowed allowed,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        var file = store.find(allowed.key());
        if (file.isEmpty()) {
            refuse(response, 404, "No such file", "The file was removed.");
            return;
        }
        statistics.linksServed.increment();
        var left = Duration.between(clock.instant(), allowed.until()).toSeconds();
        response.setHeader("Cache-Control", "private, max-age=" + Math.max(0, left));
        FileAnswer.of(store, statistics, allowed.key(), file.get(), allowed.inline())
                .write(request, response);
    }

    private void refuse(HttpServletResponse response, int status, String title, String detail)
            throws IOException {
        statistics.linksRefused.increment();
        var fields = status == 405 ? Map.of("Allow", "GET, HEAD") : Map.<String, String>of();
        new Refusal(status, title, detail, Duration.ZERO, fields).write(response);
    }
}
