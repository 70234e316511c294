package dev.concertina.starter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;

/** The walls of this house. */
class HouseTest {
    private static final String ROOT = "dev.concertina.starter";

    /** What every feature may use; none of these knows a feature. */
    private static final Set<String> GROUND = Set.of("instance", "request", "codec", "seal");

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(ROOT);

    private static String room(JavaClass type) {
        var name = type.getPackageName();
        if (!name.startsWith(ROOT + ".")) {
            return "";
        }
        var rest = name.substring(ROOT.length() + 1);
        return rest.contains(".") ? rest.substring(0, rest.indexOf('.')) : rest;
    }

    @Test
    void featuresDoNotSeeEachOther() {
        classes()
                .should(
                        new ArchCondition<JavaClass>("know only their own room and the ground") {
                            @Override
                            public void check(JavaClass type, ConditionEvents events) {
                                type.getDirectDependenciesFromSelf().stream()
                                        .filter(d -> !room(d.getTargetClass()).isEmpty())
                                        .filter(d -> !room(type).equals(room(d.getTargetClass())))
                                        .filter(d -> !GROUND.contains(room(d.getTargetClass())))
                                        .forEach(d ->
                                                events.add(
                                                        SimpleConditionEvent.violated(
                                                                type, d.getDescription())));
                            }
                        })
                .because("a feature can be read, tested and left out without the others")
                .check(CLASSES);
    }

    @Test
    void roomsHaveNoCycles() {
        slices().matching(ROOT + ".(*)..")
                .should()
                .beFreeOfCycles()
                .because("arrows point down only")
                .check(CLASSES);
    }

    @Test
    void onlyTheGroundTalksToLettuce() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".request..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.lettuce..")
                .because("every command goes through one connection with one timeout")
                .check(CLASSES);
    }

    @Test
    void nothingIsSerialisedTheJavaWay() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .because("stored bytes never choose which class runs")
                .check(CLASSES);
    }

    @Test
    void autoConfigurationsAreFinal() {
        classes()
                .that()
                .areAnnotatedWith(AutoConfiguration.class)
                .should()
                .bePublic()
                .andShould()
                .haveSimpleNameEndingWith("AutoConfiguration")
                .because("they are entry points for Boot, not for inheritance")
                .check(CLASSES);
    }
}
