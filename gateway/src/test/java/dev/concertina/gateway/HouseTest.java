package dev.concertina.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class HouseTest {
    private static final JavaClasses HOUSE =
            new ClassFileImporter()
                    .importUrl(
                            GatewayMain.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void theParserKnowsOctetsOnly() {
        classes()
                .that()
                .resideInAPackage("..gateway.http1..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "..gateway.http1..", "java..", "io.netty.buffer..", "org.jspecify..")
                .because("what a message means must not depend on who carries it")
                .check(HOUSE);
    }

    @Test
    void choosingKnowsNoConnections() {
        noClasses()
                .that()
                .resideInAPackage("..gateway.route..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "..gateway.proxy..", "..gateway.http1..")
                .because("a choice is arithmetic on a table and must be testable as such")
                .check(HOUSE);
    }

    @Test
    void whatIsDoneToRequestsKnowsNotWhoCarriesThem() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..gateway.path..",
                        "..gateway.limit..",
                        "..gateway.content..",
                        "..gateway.observe..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..gateway.proxy..",
                        "..gateway.route..",
                        "..gateway.http1..",
                        "..gateway.http2..",
                        "..gateway.control..")
                .because("every protocol uses it, and it must be testable alone")
                .check(HOUSE);
        noClasses()
                .that()
                .resideInAnyPackage("..gateway.path..", "..gateway.limit..", "..gateway.observe..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .because("octets, time and counts need no buffers")
                .check(HOUSE);
    }

    @Test
    void theLeashKnowsNoRequests() {
        noClasses()
                .that()
                .resideInAnyPackage("..gateway.proxy..", "..gateway.route..", "..gateway.http1..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..gateway.control..")
                .because("requests go on whatever becomes of the fleet")
                .check(HOUSE);
        noClasses()
                .that()
                .resideInAnyPackage("..gateway.control..", "..gateway.handover..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..gateway.proxy..", "..gateway.route..")
                .because("the leash asks the engine and touches nothing itself")
                .check(HOUSE);
    }

    @Test
    void nobodyOnTheWayOfARequestBlocks() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..gateway.proxy..",
                        "..gateway.route..",
                        "..gateway.http1..",
                        "..gateway.http2..",
                        "..gateway.path..",
                        "..gateway.limit..",
                        "..gateway.content..")
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(java.util.concurrent.CompletableFuture.class, "join")
                .orShould()
                .callMethod(java.util.concurrent.CompletableFuture.class, "get")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent.locks..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.CountDownLatch")
                .because("an event loop that waits stops every request it owns")
                .check(HOUSE);
    }

    @Test
    void certificatesKnowNoRequests() {
        noClasses()
                .that()
                .resideInAPackage("..gateway.tls..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..gateway.proxy..",
                        "..gateway.http1..",
                        "..gateway.http2..",
                        "..gateway.route..",
                        "..gateway.control..")
                .because("they are files and handshakes, whatever is said over them")
                .check(HOUSE);
    }

    @Test
    void oneProtocolInFrontIsNotTheOther() {
        noClasses()
                .that()
                .resideInAnyPackage("..gateway.proxy..", "..gateway.http1..", "..gateway.route..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..gateway.http2..", "io.netty.handler.codec.http2..")
                .because("HTTP/2 is translated in front of the gate, never behind it")
                .check(HOUSE);
        noClasses()
                .that()
                .resideInAPackage("..gateway.http2..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..gateway.route..",
                        "..gateway.control..",
                        "..gateway.tls..",
                        "io.netty.handler.ssl..")
                .because("a stream gives its request to an exchange and knows nothing behind it")
                .check(HOUSE);
    }
}
