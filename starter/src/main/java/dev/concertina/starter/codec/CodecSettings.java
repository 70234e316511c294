package dev.concertina.starter.codec;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which classes may be read from stored bytes.
 *
 * @param packages packages, with all below them, allowed besides the application's own; default
 *     none
 */
@ConfigurationProperties("concertina.codec")
public record CodecSettings(@DefaultValue List<String> packages) {
    public CodecSettings {
        packages = List.copyOf(packages);
    }
}
