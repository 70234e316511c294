package dev.concertina.starter.job;

import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Settings as an application writes them. */
final class JobTexts {
    private JobTexts() {}

    static JobSettings settings(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("concertina.job", JobSettings.class);
    }
}
