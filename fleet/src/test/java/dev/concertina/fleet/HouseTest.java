package dev.concertina.fleet;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** The walls of the house, each with its reason. */
class HouseTest {
    private static final String FLEET = "dev.concertina.fleet";
    private static final String CONTROL = FLEET + ".control..";

    private static final JavaClasses HOUSE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(FLEET);

    @Test
    void controlKnowsOnlyItself() {
        classes()
                .that()
                .resideInAPackage(CONTROL)
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(
                                CONTROL,
                                "java.lang..",
                                "java.util",
                                "java.util.function..",
                                "java.util.stream..",
                                "java.time..",
                                "org.jspecify.."))
                .because(
                        "a decision that reads a clock, a file, a lock or a process cannot be"
                                + " simulated from a seed")
                .check(HOUSE);
    }

    @Test
    void controlTakesTimeAndChanceAsArguments() {
        noClasses()
                .that()
                .resideInAPackage(CONTROL)
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Clock.class, Random.class, ThreadLocalRandom.class, Thread.class)
                .because("the same state, event and moment must give the same step")
                .check(HOUSE);
    }

    @Test
    void theThreeDecidersDoNotKnowEachOther() {
        for (String decider : new String[] {"scale", "rollout", "supervise"}) {
            noClasses()
                    .that()
                    .resideInAPackage(FLEET + ".control." + decider + "..")
                    .should()
                    .dependOnClassesThat(otherDeciders(decider))
                    .because("they are called in order inside one step; none calls another")
                    .check(HOUSE);
        }
    }

    private static DescribedPredicate<JavaClass> otherDeciders(String decider) {
        return resideInAnyPackage(
                        FLEET + ".control.scale..",
                        FLEET + ".control.rollout..",
                        FLEET + ".control.supervise..")
                .and(
                        DescribedPredicate.not(
                                resideInAPackage(FLEET + ".control." + decider + "..")));
    }

    @Test
    void processesProbesAndTrafficDoNotKnowControl() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        FLEET + ".host..",
                        FLEET + ".probe..",
                        FLEET + ".traffic..",
                        FLEET + ".time..",
                        FLEET + ".manifest..",
                        FLEET + ".console..",
                        FLEET + ".wire..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(CONTROL, FLEET + ".runtime.."))
                .because("runtime alone knows both sides, so that either can be replaced")
                .check(HOUSE);
    }

    @Test
    void nothingBelowImportsTheFacade() {
        noClasses()
                .that()
                .resideInAPackage(FLEET + ".*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(FLEET)
                .because("arrows point down only")
                .check(HOUSE);
    }

    @Test
    void roomsAreFreeOfCycles() {
        slices().assignedFrom(new Rooms())
                .should()
                .beFreeOfCycles()
                .because("a cycle is one room with a wall drawn through it")
                .check(HOUSE);
    }

    @Test
    void theClockIsReadInOnePlace() {
        noClasses()
                .that()
                .resideInAnyPackage(CONTROL, FLEET + ".runtime..", FLEET)
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .because(
                        "a clock that is injected but bypassed once is worse than none: tests stop"
                                + " meaning what they say")
                .check(HOUSE);
    }

    @Test
    void theFleetNeedsNoFramework() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "io.netty..", "picocli..")
                .because("the fleet runs programs of any kind, and starts in a blink")
                .check(HOUSE);
    }

    /** The packages right below the fleet; the services are a room above manifest and host. */
    private static final class Rooms implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            if (!name.startsWith(FLEET + ".")) {
                return SliceIdentifier.ignore();
            }
            String room = name.substring(FLEET.length() + 1);
            return SliceIdentifier.of(
                    room.startsWith("host.services") ? "host.services" : room.split("\\.")[0]);
        }

        @Override
        public String getDescription() {
            return "rooms";
        }
    }
}
