package dev.concertina.starter.job;

import dev.concertina.starter.instance.BadSetting;
import dev.concertina.starter.request.Tenant;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils;

/** The methods of the application's beans that do jobs, by the name of the job. */
final class Handlers {
    private static final List<Class<? extends Annotation>> ANNOTATIONS =
            List.of(JobHandler.class, RecurringJob.class);

    private final ConfigurableListableBeanFactory beans;
    private final JobSettings settings;
    private final Map<String, Handler> byType = new LinkedHashMap<>();

    Handlers(ConfigurableListableBeanFactory beans, JobSettings settings) {
        this.beans = beans;
        this.settings = settings;
    }

    Optional<Handler> of(String type) {
        return Optional.ofNullable(byType.get(type));
    }

    Collection<Handler> all() {
        return byType.values().stream().distinct().toList();
    }

    /**
     * Whether there are any, as far as can be told before a bean is made: not where a bean's class
     * is only known with the bean.
     */
    boolean areDeclared() {
        return Arrays.stream(beans.getBeanNamesForType(Object.class, false, false))
                .map(name -> beans.getType(name, false))
                .anyMatch(type -> type != null && !methods(type).isEmpty());
    }

    private static Set<Method> methods(Class<?> type) {
        return AnnotationUtils.isCandidateClass(type, ANNOTATIONS)
                ? MethodIntrospector.selectMethods(
                        type,
                        (ReflectionUtils.MethodFilter)
                                method ->
                                        ANNOTATIONS.stream()
                                                .anyMatch(annotation ->
                                                        AnnotatedElementUtils.hasAnnotation(
                                                                method, annotation)))
                : Set.of();
    }

    /**
     * Finds them; called once, when all beans can be made.
     *
     * @throws BadSetting naming the method, if one cannot be a handler
     */
    void find() {
        for (var name : beans.getBeanNamesForType(Object.class, false, false)) {
            var type = type(name);
            if (type != null && AnnotationUtils.isCandidateClass(type, ANNOTATIONS)) {
                scan(name, type);
            }
        }
        for (var queue : settings.queues().keySet()) {
            if (!byType.isEmpty()
                    && byType.values().stream().noneMatch(h -> h.queue().equals(queue))) {
                throw new BadSetting(
                        JobSettings.PREFIX
                                + "queues."
                                + queue
                                + " is a queue of no handler; there are "
                                + byType.values().stream().map(Handler::queue).distinct().toList()
                                + ".",
                        "Correct its name, or name it at a handler: @JobHandler(queue = \""
                                + queue
                                + "\").");
            }
        }
    }

    private @Nullable Class<?> type(String bean) {
        try {
            return AutoProxyUtils.determineTargetClass(beans, bean);
        } catch (RuntimeException e) {
            // A bean that only says at its creation what it is has no handlers we could find.
            return null;
        }
    }

    private void scan(String bean, Class<?> type) {
        MethodIntrospector.selectMethods(
                        type,
                        (MethodIntrospector.MetadataLookup<JobHandler>)
                                method ->
                                        AnnotatedElementUtils.findMergedAnnotation(
                                                method, JobHandler.class))
                .forEach((method, said) -> add(handler(bean, method, said)));
        MethodIntrospector.selectMethods(
                        type,
                        (MethodIntrospector.MetadataLookup<RecurringJob>)
                                method ->
                                        AnnotatedElementUtils.findMergedAnnotation(
                                                method, RecurringJob.class))
                .forEach((method, said) -> add(recurring(bean, type, method, said)));
    }

    private void add(Handler handler) {
        for (var type : handler.types()) {
            var other = byType.putIfAbsent(type, handler);
            if (other != null) {
                throw new BadSetting(
                        "Jobs named '"
                                + type
                                + "' have two handlers, "
                                + place(other.method())
                                + " and "
                                + place(handler.method())
                                + ".",
                        "Take one away, or give one payload another name with @JobType.");
            }
        }
    }

    private static String place(Method method) {
        return method.getDeclaringClass().getName() + "." + method.getName();
    }

    private Handler handler(String bean, Method method, JobHandler said) {
        var arguments = arguments(method);
        if (arguments.stream().filter(Handler.Argument.PAYLOAD::equals).count() != 1) {
            throw new BadSetting(
                    "@JobHandler " + place(method) + " does not take one payload.",
                    "Let it take one record of the application's own, and a JobContext or Tenant if"
                            + " it wants them.");
        }
        var payload = method.getParameterTypes()[arguments.indexOf(Handler.Argument.PAYLOAD)];
        if (payload.isPrimitive()
                || payload.isInterface()
                || payload.isArray()
                || Modifier.isAbstract(payload.getModifiers())
                || payload.getName().startsWith("java.")) {
            throw new BadSetting(
                    "@JobHandler " + place(method) + " takes a " + payload.getName() + ".",
                    "Let it take a record of the application's own, whose name says what to do.");
        }
        return new Handler(
                JobNames.all(payload),
                Optional.of(payload),
                queue(said.queue(), method),
                said.transactional(),
                attempts(said.attempts()),
                Optional.empty(),
                beans.getBean(bean),
                invocable(bean, method),
                arguments);
    }

    private Handler recurring(String bean, Class<?> type, Method method, RecurringJob said) {
        var arguments = arguments(method);
        if (!arguments.stream().allMatch(Handler.Argument.CONTEXT::equals)) {
            throw new BadSetting(
                    "@RecurringJob " + place(method) + " takes something nobody can give it.",
                    "Let it take nothing, or a JobContext.");
        }
        var name =
                said.name().isEmpty()
                        ? JobNames.dashed(type) + "-" + JobNames.dashed(method.getName())
                        : said.name();
        JobNames.check(name, "@RecurringJob " + place(method));
        return new Handler(
                List.of(JobNames.RECURRING + name),
                Optional.empty(),
                queue(said.queue(), method),
                said.transactional(),
                attempts(said.attempts()),
                recurrence(method, said),
                beans.getBean(bean),
                invocable(bean, method),
                arguments);
    }

    private Optional<Recurrence> recurrence(Method method, RecurringJob said) {
        var cron = resolved(said.cron());
        if (cron.equals("-")) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Recurrence.of(
                            cron,
                            resolved(said.zone()),
                            resolved(said.every()),
                            resolved(said.pause())));
        } catch (BadRecurrence e) {
            throw new BadSetting("@RecurringJob " + place(method) + " " + e.getMessage(), e.next());
        }
    }

    private String resolved(String text) {
        var value = beans.resolveEmbeddedValue(text);
        return value == null ? "" : value;
    }

    private String queue(String name, Method method) {
        var queue = resolved(name);
        JobNames.check(queue, "the queue of " + place(method));
        return queue;
    }

    private int attempts(int said) {
        return said > 0 ? said : settings.attempts();
    }

    private Method invocable(String bean, Method method) {
        var invocable = AopUtils.selectInvocableMethod(method, beans.getBean(bean).getClass());
        invocable.setAccessible(true);
        return invocable;
    }

    private static List<Handler.Argument> arguments(Method method) {
        var arguments = new ArrayList<Handler.Argument>();
        for (int i = 0; i < method.getParameterCount(); i++) {
            var type = ResolvableType.forMethodParameter(method, i);
            if (type.resolve() == JobContext.class) {
                arguments.add(Handler.Argument.CONTEXT);
            } else if (type.resolve() == Tenant.class) {
                arguments.add(Handler.Argument.TENANT);
            } else if (type.resolve() == Optional.class && type.resolveGeneric(0) == Tenant.class) {
                arguments.add(Handler.Argument.TENANT_IF_ANY);
            } else {
                arguments.add(Handler.Argument.PAYLOAD);
            }
        }
        return arguments;
    }
}
