package dev.concertina.starter.job;

import dev.concertina.starter.instance.Instance;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.util.MimeTypeUtils;

/**
 * What operators see and do: {@code GET /actuator/jobs}, and of a dead letter {@code GET}, {@code
 * POST} (again) and {@code DELETE} (discard) {@code /actuator/jobs/{id}}. {@code POST} with the
 * name of a type in place of an id is all dead letters of that type again; {@code GET} with {@code
 * page} is a page for people.
 */
@Endpoint(id = "jobs")
public final class JobEndpoint {
    private static final int LETTERS = 100;
    private static final String PAGE = "page";

    private final Supplier<Backend> backend;
    private final Workplace place;
    private final Instance instance;

    JobEndpoint(Supplier<Backend> backend, Workplace place, Instance instance) {
        this.backend = backend;
        this.place = place;
        this.instance = instance;
    }

    @ReadOperation
    public Map<String, Object> jobs() {
        var desk = backend.get().desk();
        var overview = desk.overview();
        var jobs = new LinkedHashMap<String, Object>();
        jobs.put("instance", instance.id().value());
        jobs.put("store", backend.get().name());
        jobs.put("held", place.held());
        jobs.put("alerts", place.alerts());
        jobs.put("types", overview.kinds().stream().map(JobEndpoint::kind).toList());
        jobs.put("workers", overview.owners());
        jobs.put("recurring", overview.recurring().stream().map(JobEndpoint::recurring).toList());
        jobs.put("dead", desk.dead(LETTERS).stream().map(JobEndpoint::head).toList());
        return jobs;
    }

    private static Map<String, Object> kind(Desk.Kind kind) {
        var map = new LinkedHashMap<String, Object>();
        map.put("type", kind.type());
        map.put("due", kind.due());
        map.put("later", kind.later());
        map.put("running", kind.running());
        map.put("dead", kind.dead());
        map.put("ageSeconds", kind.age().toMillis() / 1000.0);
        map.put("handled", kind.handled());
        return map;
    }

    private static Map<String, Object> recurring(Desk.Recurring recurring) {
        var map = new LinkedHashMap<String, Object>();
        map.put("name", recurring.name().substring(JobNames.RECURRING.length()));
        map.put("schedule", recurring.schedule());
        map.put("next", recurring.next().toString());
        recurring.last().ifPresent(last -> map.put("last", last.toString()));
        return map;
    }

    private static Map<String, Object> head(Desk.DeadLetter letter) {
        var map = new LinkedHashMap<String, Object>();
        map.put("id", letter.id());
        map.put("type", letter.type());
        letter.tenant().ifPresent(tenant -> map.put("tenant", tenant));
        letter.request().ifPresent(request -> map.put("request", request));
        map.put("enqueuedAt", letter.enqueuedAt().toString());
        map.put("diedAt", letter.diedAt().toString());
        map.put("attempts", letter.attempts());
        map.put("error", letter.error().lines().findFirst().orElse(""));
        return map;
    }

    @ReadOperation(produces = {"application/json", "text/html"})
    public WebEndpointResponse<Object> letter(@Selector String id) {
        if (id.equals(PAGE)) {
            return new WebEndpointResponse<>(
                    JobPage.of(backend.get().desk(), place.alerts(), instance.id().value()),
                    200,
                    MimeTypeUtils.TEXT_HTML);
        }
        return number(id)
                .flatMap(number -> backend.get().desk().dead(number))
                .map(letter -> json(200, whole(letter)))
                .orElseGet(JobEndpoint::none);
    }

    private static Map<String, Object> whole(Desk.DeadLetter letter) {
        var map = head(letter);
        map.put("payload", letter.payload());
        map.put("error", letter.error());
        return map;
    }

    @WriteOperation
    public WebEndpointResponse<Object> again(@Selector String id) {
        var desk = backend.get().desk();
        int count =
                number(id)
                        .map(number -> desk.requeue(number) ? 1 : 0)
                        .orElseGet(() -> desk.requeue(id));
        if (count == 0) {
            return none();
        }
        place.wake(count);
        return json(200, Map.of("again", count));
    }

    @DeleteOperation
    public WebEndpointResponse<Object> discard(@Selector String id) {
        return number(id).filter(number -> backend.get().desk().discard(number)).isPresent()
                ? json(200, Map.of("discarded", 1))
                : none();
    }

    private static WebEndpointResponse<Object> json(int status, Object body) {
        return new WebEndpointResponse<>(body, status, MimeTypeUtils.APPLICATION_JSON);
    }

    private static WebEndpointResponse<Object> none() {
        return json(404, Map.of("error", "There is no such dead letter."));
    }

    private static Optional<Long> number(String id) {
        try {
            return Optional.of(Long.valueOf(id));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
