package dev.concertina.starter.observe;

import dev.concertina.starter.instance.RequestId;
import org.slf4j.MDC;
import org.springframework.core.task.TaskDecorator;

/** Lets a task say in its log lines which request it was begun for. */
final class RequestIdDecorator implements TaskDecorator {
    @Override
    public Runnable decorate(Runnable task) {
        var id = MDC.get(RequestId.MDC);
        if (id == null) {
            return task;
        }
        return () -> {
            var before = MDC.get(RequestId.MDC);
            MDC.put(RequestId.MDC, id);
            try {
                task.run();
            } finally {
                if (before == null) {
                    MDC.remove(RequestId.MDC);
                } else {
                    MDC.put(RequestId.MDC, before);
                }
            }
        };
    }
}
