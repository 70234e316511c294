package dev.concertina.fleet.manifest;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The messages are part of what users rely on: place, key and value, next move. */
class ManifestMessagesTest {
    private static final String APP = "app: { jar: a.jar }\n";

    private static final String SCALED = APP + "instances: { min: 1, max: 3 }\n";

    record Row(String says, String yaml) {}

    static final List<Row> ROWS =
            List.of(
                    new Row(
                            "c.yaml:1:1  app is missing. Write 'app:' with 'jar:' or 'command:' below it.",
                            ""),
                    new Row(
                            "c.yaml:2:1  unknown key 'instnaces'. Did you mean 'instances'?",
                            APP + "instnaces: 3"),
                    new Row(
                            "c.yaml:1:21  unknown key 'app.heatlh'. Did you mean 'health'?",
                            "app: { jar: a.jar,  heatlh: /x }"),
                    new Row(
                            "c.yaml:2:1  unknown key 'drain'. It is called 'app.drain'.",
                            APP + "drain: 30s"),
                    new Row(
                            "c.yaml:2:1  unknown key 'replicas'. It is called 'instances'.",
                            APP + "replicas: 3"),
                    new Row(
                            "c.yaml:1:20  unknown key 'app.zzzzzz'. Known here: jar, command, jvm, arguments, directory, name, java, env, health, drain, memory, limits, restart, start.",
                            "app: { jar: a.jar, zzzzzz: 1 }"),
                    new Row(
                            "c.yaml:1:30  app.start.aot 'true' needs the jar unpacked: the JVM archives no classes of jars inside a jar. Remove 'unpack: false', or write 'aot: false'.",
                            "app: { jar: a, start: { aot: true, unpack: false } }"),
                    new Row(
                            "c.yaml:1:37  app.start.unpack 'true' belongs to 'app.jar'. Remove it.",
                            "app: { command: x, start: { unpack: true } }"),
                    new Row(
                            "c.yaml:1:34  app.start.warm-up 'index' is not a path. Write /index.",
                            "app: { jar: a, start: { warm-up: index } }"),
                    new Row(
                            "c.yaml:1:43  app.start.warm-up.count '0' is not in 1 to 10000. Write one in that range.",
                            "app: { jar: a, start: { warm-up: { count: 0 } } }"),
                    new Row(
                            "c.yaml:1:16  unknown key 'app.warmup'. It is called 'app.start.warm-up'.",
                            "app: { jar: a, warmup: true }"),
                    new Row(
                            "c.yaml:1:16  unknown key 'app.aot'. It is called 'app.start.aot'.",
                            "app: { jar: a, aot: true }"),
                    new Row(
                            "c.yaml:1:36  app.restart.crashes '1' is not in 2 to 1000. Write one in that range.",
                            "app: { jar: a, restart: { crashes: 1 } }"),
                    new Row(
                            "c.yaml:1:26  unknown key 'app.limits.fils'. Did you mean 'files'?",
                            "app: { jar: a, limits: { fils: 100 } }"),
                    new Row(
                            "c.yaml:1:34  app.limits.memory '400Mi' is not above app.memory.restart-above, which is 500Mi. Write more than 500Mi, so that it is replaced before it fails.",
                            "app: { jar: a, limits: { memory: 400Mi }, memory: { restart-above: 500Mi } }"),
                    new Row(
                            "c.yaml:2:15  logs.size '10MB' is not a size. Write 10Mi: units are Ki, Mi, Gi.",
                            APP + "logs: { size: 10MB }"),
                    new Row(
                            "c.yaml:3:1  'instances' is written twice, first at c.yaml:2:1. Keep one of them.",
                            APP + "instances: 2\ninstances: 3"),
                    new Row(
                            "c.yaml:1:27  app.drain '30' has no unit. Write 30s, or ms, m, h, d.",
                            "app: { jar: a.jar, drain: 30 }"),
                    new Row(
                            "c.yaml:1:27  app.drain '30 sec' is not a duration. Write a number and a unit: 30s, 500ms, 5m.",
                            "app: { jar: a.jar, drain: 30 sec }"),
                    new Row(
                            "c.yaml:1:27  app.drain '2h' is not in 0s to 1h. Write one in that range.",
                            "app: { jar: a.jar, drain: 2h }"),
                    new Row(
                            "c.yaml:1:45  app.memory.restart-above '500MB' is not a size. Write 500Mi: units are Ki, Mi, Gi.",
                            "app: { jar: a.jar, memory: { restart-above: 500MB } }"),
                    new Row(
                            "c.yaml:1:45  app.memory.restart-above '500' is not a size. Write 500Mi: units are Ki, Mi, Gi.",
                            "app: { jar: a.jar, memory: { restart-above: 500 } }"),
                    new Row(
                            "c.yaml:1:45  app.memory.restart-above '1Mi' is below 16Mi. Write at least 16Mi.",
                            "app: { jar: a.jar, memory: { restart-above: 1Mi } }"),
                    new Row(
                            "c.yaml:2:12  instances 'three' is not a whole number. Write 1 or more.",
                            APP + "instances: three"),
                    new Row(
                            "c.yaml:2:12  instances '0' is not in 1 to 1000. Write one in that range.",
                            APP + "instances: 0"),
                    new Row(
                            "c.yaml:2:22  instances.max is 2 but instances.min is 4. Raise max to 4 or more, or lower min.",
                            APP + "instances: { min: 4, max: 2 }"),
                    new Row(
                            "c.yaml:1:6  app has neither 'jar' nor 'command'. Write 'jar: target/app.jar' or 'command: node server.js'.",
                            "app: { name: x }"),
                    new Row(
                            "c.yaml:1:29  app.command 'node x' stands beside app.jar. Keep one of the two.",
                            "app: { jar: a.jar, command: node x }"),
                    new Row(
                            "c.yaml:1:6  app 'a.jar' is not a mapping. Indent its keys below 'app:'.",
                            "app: a.jar"),
                    new Row(
                            "c.yaml:1:13  app.jar is a list where one value belongs. Write a single text or number.",
                            "app: { jar: [a.jar] }"),
                    new Row(
                            "c.yaml:1:13  app.jar is empty. Write a value or remove the key.",
                            "app: { jar: '' }"),
                    new Row(
                            "c.yaml:1:17  app.command 'node a && node b' contains '&&', but no shell runs it. Write sh -c '…' around it, with exec before the server.",
                            "app: { command: node a && node b }"),
                    new Row(
                            "c.yaml:1:17  app.command 'node \"a' has a quote (\") that is not closed. Close it, or write a list of words.",
                            "app: { command: node \"a }"),
                    new Row(
                            "c.yaml:2:20  gateway.listen 'http' is not an address. Write a port from 0 to 65535 (8080: on every address) or host:port (127.0.0.1:8080).",
                            APP + "gateway: { listen: http }"),
                    new Row(
                            "c.yaml:2:20  gateway.listen '70000' is not an address. Write a port from 0 to 65535 (8080: on every address) or host:port (127.0.0.1:8080).",
                            APP + "gateway: { listen: 70000 }"),
                    new Row(
                            "c.yaml:2:21  gateway.balance 'least-conections' is not one of round-robin, least-connections, random-two. Did you mean 'least-connections'?",
                            APP + "gateway: { balance: least-conections }"),
                    new Row(
                            "c.yaml:2:1  unknown key 'limits'. It is called 'gateway.limits'.",
                            APP + "limits: []"),
                    new Row(
                            "c.yaml:2:1  unknown key 'tls'. It is called 'gateway.tls'.",
                            APP + "tls: {}"),
                    new Row(
                            "c.yaml:2:12  autoscale has no room: instances is 1. Write 'instances: { min: 1, max: 2 }'.",
                            APP + "autoscale: { cpu: 70% }"),
                    new Row(
                            "c.yaml:3:19  autoscale.cpu '70' is not a part. Write percents: 2%, 0.5%.",
                            SCALED + "autoscale: { cpu: 70 }"),
                    new Row(
                            "c.yaml:3:22  autoscale.memory '80%' is a part of an allowance that is not written. Write 'request: { memory: 512Mi }', what one instance may use.",
                            SCALED + "autoscale: { memory: 80% }"),
                    new Row(
                            "c.yaml:3:30  autoscale.request.cpu 'half' is not an amount of CPU. Write cores: 1, 0.5, or 500m.",
                            SCALED + "autoscale: { request: { cpu: half } }"),
                    new Row(
                            "c.yaml:3:53  autoscale.behavior.scaleUp.selectPolicy 'Most' is not one of Max, Min, Disabled. Choose one of them.",
                            SCALED
                                    + "autoscale: { behavior: { scaleUp: { selectPolicy:   Most } } }"),
                    new Row(
                            "c.yaml:3:51  autoscale.behavior.scaleUp.policies[0].value is missing. Write { type: Pods, value: 4, periodSeconds: 15 } or type: Percent.",
                            SCALED
                                    + "autoscale: { behavior: { scaleUp: { policies:   [ { type: Pods, periodSeconds: 15 } ] } } }"),
                    new Row(
                            "c.yaml:2:34  rollout.by names header 'X_User', which nginx drops. Use letters, digits and '-', or write 'engine: embedded'.",
                            APP
                                    + "rollout: { strategy: canary, by: { header: X_User } }\ngateway: { engine: nginx }"),
                    new Row(
                            "c.yaml:2:38  rollout.steps '0%' is not a share. Write whole percents from 1% to 100%: 5%.",
                            APP + "rollout: { strategy: canary, steps: [0%, 50%] }"),
                    new Row(
                            "c.yaml:2:43  rollout.steps '25%' is not above the step before it, 50%. Write rising shares: [5%, 25%, 100%].",
                            APP + "rollout: { strategy: canary, steps: [50%, 25%] }"),
                    new Row(
                            "c.yaml:2:19  rollout.steps belongs to 'strategy: canary'. Remove it, or write that strategy.",
                            APP + "rollout: { steps: [5%] }"),
                    new Row(
                            "c.yaml:2:35  rollout.by 'user' is not one of cookie, request. Choose one of them, or write { cookie: NAME } or { header: NAME }.",
                            APP + "rollout: { strategy: canary,  by: user }"),
                    new Row(
                            "c.yaml:2:49  rollout.judge.errors '2' is not a part. Write percents: 2%, 0.5%.",
                            APP + "rollout: { strategy: canary, judge: { errors:   2 } }"),
                    new Row(
                            "c.yaml:2:41  rollout.promote 'manual' is not one of auto, by-hand. Choose one of them.",
                            APP + "rollout: { strategy: canary,  promote:  manual }"),
                    new Row(
                            "c.yaml:2:23  services.redis 'localhost:6379' is neither 'embedded' nor a URL. Write 'embedded' or redis://host:6379.",
                            APP + "services:    { redis: localhost:6379 }"),
                    new Row(
                            "c.yaml:2:23  services.redis 'http://x' has a scheme other than redis, rediss, redis-sentinel, redis-cluster. Write 'embedded' or redis://host:6379.",
                            APP + "services:    { redis: http://x }"),
                    new Row(
                            "c.yaml:1:33  app.env.PORT fixes the port ('PORT=8081'), and 2 instances cannot share one. Remove it: each instance is given its own in PORT and SERVER_PORT.",
                            "app: { jar: a.jar, env: { PORT: 8081 } }\ninstances: 2"),
                    new Row(
                            "c.yaml:1:31  app.arguments fixes the port ('--server.port=8081'), and 3 instances cannot share one. Remove it: each instance is given its own in PORT and SERVER_PORT.",
                            "app: { jar: a.jar, arguments: --server.port=8081 }\ninstances: 3"),
                    new Row(
                            "c.yaml:1:17  app.command fixes the port ('--port 3000'), and 3 instances cannot share one. Write {port} instead of the number: each instance is given its own.",
                            "app: { command: next start --port 3000 }\ninstances: 3"),
                    new Row(
                            "c.yaml:1:41  app.env.INSTANCE_ID is set by the fleet for each instance. Remove it.",
                            "app: { jar: a.jar, env: {  INSTANCE_ID: one } }"),
                    new Row(
                            "c.yaml:1:29  app.env.A is empty. Write a value, '' for an empty text, or remove the key.",
                            "app: { jar: a.jar, env: { A: } }"),
                    new Row(
                            "c.yaml:1:30  app.env.A '${secret:a/b}' is not a secret's name. Use letters, digits, '.', '-' and '_'.",
                            "app: { jar: a.jar, env: { A: \"${secret:a/b}\" } }"),
                    new Row(
                            "c.yaml:1:28  app.health 'ready' is not a path. Write /ready.",
                            "app: { jar: a.jar, health: ready }"),
                    new Row(
                            "c.yaml:1:37  app.health.ready 'http://h:1/up' is not a path. Write /up.",
                            "app: { jar: a.jar, health: { ready: http://h:1/up } }"),
                    new Row(
                            "c.yaml:2:1  this is not YAML: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation). Indent with spaces, never with tabs.",
                            "app:\n\tjar: a.jar"),
                    new Row(
                            "c.yaml:1:23  this is not YAML: expected ',' or '}', but got {. Put quotes"
                                    + " around a value that contains { or }, such as '{port}'.",
                            "app: { command: serve {port} }"),
                    new Row(
                            "c.yaml:3:1  a second YAML document begins here. Keep one document a file.",
                            APP + "---\n" + APP),
                    new Row(
                            "c.yaml:1:1  the file is not a mapping of keys to values. Begin with 'app:' on a line of its own.",
                            "- app"));

    @TestFactory
    Stream<DynamicTest> everyMessage() {
        return ROWS.stream()
                .map(row ->
                        DynamicTest.dynamicTest(
                                row.says(),
                                () -> assertThat(messages(row.yaml())).isEqualTo(row.says())));
    }

    @Test
    void allProblemsAreReportedInTheOrderOfTheFile() {
        assertThat(messages("app:\n  jar: a.jar\n  drain: 30\n  heatlh: 1\ninstances: x\n"))
                .isEqualTo(
                        """
                        c.yaml:3:10  app.drain '30' has no unit. Write 30s, or ms, m, h, d.
                        c.yaml:4:3  unknown key 'app.heatlh'. Did you mean 'health'?
                        c.yaml:5:12  instances 'x' is not a whole number. Write 1 or more.\
                        """);
    }

    static String messages(String yaml) {
        return switch (ManifestReader.read(Path.of("c.yaml"), yaml)) {
            case Reading.Read read -> "no problem: " + read.manifest();
            case Reading.Refused refused ->
                    refused.problems().stream().map(Problem::toString).collect(joining("\n"));
        };
    }
}
