package dev.concertina.fleet.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said about each key of the gateway that is written wrongly. */
class GatewayMessagesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // protocols
                "http2: yes|gateway.http2 'yes' is neither true nor false. Write true or false.",
                "engine: ngnix|gateway.engine 'ngnix' is not one of embedded, nginx. Did you mean 'nginx'?",
                "metrics: here|gateway.metrics 'here' is not an address. Write a port from 0 to 65535 (9180: on 127.0.0.1) or host:port (127.0.0.1:9180).",
                "tls: true|gateway.tls 'true' is not a mapping. Indent its keys below 'tls:'.",
                "tls: { key: k.pem }|gateway.tls.certificate is missing. Write 'certificate: fullchain.pem', a PEM file.",
                "tls: { certificate: c.pem }|gateway.tls.key is missing. Write 'key: key.pem', a PEM file.",
                "tls: { certificate: c, key: k, more: [ { key: l } ] }|gateway.tls.more[0].certificate is missing. Write 'certificate: fullchain.pem', a PEM file.",
                "tls: { certificate: c, key: k, hsts: 180 }|gateway.tls.hsts '180' has no unit. Write 180s, or ms, m, h, d.",
                "tls: { certificate: c, key: k, hsts: 900d }|gateway.tls.hsts '900d' is not in 0s to 730d. Write one in that range.",
                "tls: { certificate: c, key: k, redirect: http }|gateway.tls.redirect 'http' is not an address. Write a port from 0 to 65535 (8080: on every address) or host:port (127.0.0.1:8080).",
                "tls: { certificate: c, key: k, redirct: 80 }|unknown key 'gateway.tls.redirct'. Did you mean 'redirect'?",
                "trusted-proxies: [10.0.0.0/8, 10.0.0/8]|gateway.trusted-proxies '10.0.0/8' is not an address or a block of addresses. Write one such as 10.0.0.0/8, 192.168.1.7 or fd00::/8.",
                "trusted-proxies: [10.0.0.0/33]|gateway.trusted-proxies '10.0.0.0/33' is not an address or a block of addresses. Write one such as 10.0.0.0/8, 192.168.1.7 or fd00::/8.",
                "trusted-proxies: ['fd00::1::/8']|gateway.trusted-proxies 'fd00::1::/8' is not an address or a block of addresses. Write one such as 10.0.0.0/8, 192.168.1.7 or fd00::/8.",
                // balance
                "affinity: { cookie: 'a b' }|gateway.affinity.cookie 'a b' is not a cookie's name. Use letters, digits, '-' and '_'.",
                "affinity: sticky|gateway.affinity 'sticky' is not a mapping. Indent its keys below 'affinity:'.",
                "sticky: true|unknown key 'gateway.sticky'. It is called 'gateway.affinity'.",
                "slow-start: 30|gateway.slow-start '30' has no unit. Write 30s, or ms, m, h, d.",
                // limits, timeouts, bounds
                "limits: { path: / }|gateway.limits is not a list. Begin each element with '- '.",
                "limits: [ { path: /api/**, rate: 10 } ]|gateway.limits[0].rate '10' is not a rate. Write requests in a second, a minute or an hour: 10/s, 30/m, 500/h.",
                "limits: [ { path: /api/**, rate: 0/s } ]|gateway.limits[0].rate '0/s' is not a rate. Write requests in a second, a minute or an hour: 10/s, 30/m, 500/h.",
                "limits: [ { path: /api/** } ]|gateway.limits[0].rate is missing. Write 'rate: 10/s', or /m, /h.",
                "limits: [ { rate: 10/s } ]|gateway.limits[0].path is missing. Write 'path: /api/**'.",
                "limits: [ { path: api, rate: 10/s } ]|gateway.limits[0].path 'api' does not begin with '/'. Write /api.",
                "limits: [ { path: /a/**/b, rate: 10/s } ]|gateway.limits[0].path '/a/**/b' has '**' elsewhere than as its last segment. Write /a/**, or '*'.",
                "limits: [ { path: '/a?b', rate: 10/s } ]|gateway.limits[0].path '/a?b' can match no path. Write it as it is sent, without a query, '.' and '..'.",
                "limits: [ { path: /a/../b, rate: 10/s } ]|gateway.limits[0].path '/a/../b' can match no path. Write it as it is sent, without a query, '.' and '..'.",
                "limits: [ { path: /a, rate: 10/s, burst: -1 } ]|gateway.limits[0].burst '-1' is not in 0 to 1048576. Write one in that range.",
                "limits: [ { path: /a, rate: 10/s, brust: 1 } ]|unknown key 'gateway.limits[0].brust'. Did you mean 'burst'?",
                "timeouts: { response: 60 }|gateway.timeouts.response '60' has no unit. Write 60s, or ms, m, h, d.",
                "timeouts: { read: 60s }|unknown key 'gateway.timeouts.read'. Did you mean 'head'?",
                "timeouts: { connect: 0s }|gateway.timeouts.connect '0s' is not in 1ms to 1h. Write one in that range.",
                "bounds: { head-size: 16k }|gateway.bounds.head-size '16k' is not a size. Write 16Ki: units are Ki, Mi, Gi.",
                "bounds: { head-size: 1Mi }|gateway.bounds.head-size '1Mi' is above 64Ki. Write at most 64Ki.",
                "bounds: { body-size: 100MB }|gateway.bounds.body-size '100MB' is not a size. Write 100Mi: units are Ki, Mi, Gi.",
                "bounds: { connections: many }|gateway.bounds.connections 'many' is not a whole number. Write 1 or more.",
                // paths and content
                "paths: [ { path: /a } ]|gateway.paths[0] changes nothing for its path. Write 'response: 5m' or 'body-size: 1Gi', or remove it.",
                "paths: [ { path: /a, body-size: none } ]|gateway.paths[0].body-size 'none' is not a size. Write the largest that may come here, such as 10Gi.",
                "static: [ { path: /assets, folder: p } ]|gateway.static[0].path '/assets' does not end with '/'. Write /assets/.",
                "static: [ { path: '/a/*', folder: p } ]|gateway.static[0].path '/a/*' has a '*'; a folder is everything below its path. Write /a/.",
                "static: [ { path: /assets/ } ]|gateway.static[0].folder is missing. Write 'folder: public'.",
                "static: [ { path: /a/, folder: p, cache: 1 } ]|gateway.static[0].cache '1' has no unit. Write 1s, or ms, m, h, d.",
                "static: [ { path: /a/, folder: p, fall-through: maybe } ]|gateway.static[0].fall-through 'maybe' is neither true nor false. Write true or false.",
                "compression: gzip|gateway.compression 'gzip' is not a mapping. Indent its keys below 'compression:'.",
                "compression: { encodings: [gzp] }|gateway.compression.encodings 'gzp' is not one of zstd, br, gzip. Did you mean 'gzip'?",
                "compression: { types: [json] }|gateway.compression.types 'json' is not a media type. Write one such as application/json, or text/ for all of a kind.",
                "gzip: true|unknown key 'gateway.gzip'. It is called 'gateway.compression'.",
                "headers: { 'X Y': a }|gateway.headers.X Y is not a field's name. Use letters, digits and '-'.",
                "headers: { Content-Length: 1 }|gateway.headers.Content-Length is told by whoever sends the message. Remove it.",
                "headers: { X: é }|gateway.headers.X has characters that a field cannot carry. Use printable ASCII on one line.",
                "security-headers: no|gateway.security-headers 'no' is neither true nor false. Write true or false.",
                // what nginx cannot honour
                "engine: nginx, slow-start: 30s|gateway.slow-start '30s' is not what 'engine: nginx' can do: nginx gives a new instance its full share at once. Remove it, or write 'engine: embedded'.",
                "engine: nginx, timeouts: { hold: 5s }|gateway.timeouts.hold '5s' is not what 'engine: nginx' can do: nginx answers 503 at once when no instance is ready. Remove it, or write 'engine: embedded'.",
                "engine: nginx, bounds: { held: 5 }|gateway.bounds.held '5' is not what 'engine: nginx' can do: nginx holds no request back. Remove it, or write 'engine: embedded'.",
                "engine: nginx, bounds: { head-fields: 50 }|gateway.bounds.head-fields '50' is not what 'engine: nginx' can do: nginx counts octets, not fields. Remove it, or write 'engine: embedded'.",
                "engine: nginx, limits: [ { path: /a, rate: 7/h } ]|gateway.limits[0].rate '7/h' is not what 'engine: nginx' can do: it counts in seconds and minutes. Write a number that 60 divides, requests per minute, or write 'engine: embedded'.",
                "engine: nginx, metrics: 9180|gateway.metrics '9180' is not what 'engine: nginx' can do: nginx has no such figures. Remove it, or write 'engine: embedded'.",
                "engine: nginx, compression: { encodings: [gzip, br] }|gateway.compression.encodings 'br' is not what 'engine: nginx' can do: nginx has no module for it. Write [gzip], or write 'engine: embedded'.",
            })
    void everyMessage(String yaml, String says) {
        String messages =
                ManifestMessagesTest.messages("app: { jar: a.jar }\ngateway: { " + yaml + " }");
        assertThat(messages.replaceFirst("^c.yaml:2:\\d+  ", "")).isEqualTo(says);
    }

    @Test
    void thePlaceIsThatOfTheValue() {
        assertThat(
                        ManifestMessagesTest.messages(
                                """
                                app: { jar: a.jar }
                                gateway:
                                  limits:
                                    - path: /api/**
                                      rate: 10
                                """))
                .startsWith("c.yaml:5:13  gateway.limits[0].rate '10'");
    }
}
