package dev.concertina.starter.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EventListener;
import java.util.List;
import java.util.stream.Stream;
import org.apache.catalina.core.StandardContext;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.WebServer;

/** The listeners that an embedded Tomcat was given, by whatever way. */
final class TomcatListeners {
    private TomcatListeners() {}

    static List<EventListener> of(WebServer server) {
        var found = new ArrayList<EventListener>();
        if (server instanceof TomcatWebServer tomcat) {
            for (var child : tomcat.getTomcat().getHost().findChildren()) {
                if (child instanceof StandardContext context) {
                    Stream.concat(
                                    Arrays.stream(context.getApplicationLifecycleListeners()),
                                    Arrays.stream(context.getApplicationEventListeners()))
                            .filter(EventListener.class::isInstance)
                            .map(EventListener.class::cast)
                            .forEach(found::add);
                }
            }
        }
        return found;
    }
}
