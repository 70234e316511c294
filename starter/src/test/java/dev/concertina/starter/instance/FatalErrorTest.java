package dev.concertina.starter.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.contract.InstanceId;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class FatalErrorTest {
    @Test
    void anErrorNobodyRecoversFromEndsTheProcessOnce() throws Exception {
        var told = new ArrayList<String>();
        var status = new CompletableFuture<Integer>();
        var fatal = new FatalError(() -> told.add("broken"), status::complete);
        try {
            fatal.seen(new IllegalStateException("not this"));
            fatal.seen(new StackOverflowError());
            fatal.seen(new IllegalStateException(new StackOverflowError()));
            assertThat(status.isDone()).isFalse();
            fatal.seen(new IllegalStateException(new OutOfMemoryError("as if")));
            assertThat(status.get(30, TimeUnit.SECONDS)).isEqualTo(3);
            assertThat(told).containsExactly("broken");
        } finally {
            fatal.destroy();
        }
    }

    @Test
    void itIsSeenInRequestsAndInThreads() throws Exception {
        for (var where : List.of("request", "thread")) {
            var status = new CompletableFuture<Integer>();
            var fatal = new FatalError(() -> {}, status::complete);
            try {
                if (where.equals("thread")) {
                    var thread =
                            new Thread(() -> {
                                throw new OutOfMemoryError("as if");
                            });
                    thread.start();
                    thread.join();
                } else {
                    request(fatal);
                }
                assertThat(status.get(30, TimeUnit.SECONDS)).as(where).isEqualTo(3);
            } finally {
                fatal.destroy();
            }
        }
    }

    private static void request(FatalError fatal) {
        var instance = new Instance(new InstanceId("web-1"), "h", 1, Instant.EPOCH, "");
        var filter = new InstanceFilter(instance, new Traffic(), Optional.of(fatal));
        var chain =
                new MockFilterChain(
                        new HttpServlet() {
                            @Override
                            public void service(ServletRequest request, ServletResponse response) {
                                throw new OutOfMemoryError("as if");
                            }
                        });
        assertThatThrownBy(() ->
                        filter.doFilter(
                                new MockHttpServletRequest(), new MockHttpServletResponse(), chain))
                .isInstanceOf(OutOfMemoryError.class);
    }
}
