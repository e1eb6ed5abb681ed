package io.raftboot;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/** The arrows between the packages, and what keeps the consensus replayable. */
@AnalyzeClasses(packages = "io.raftboot", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String JDK = "java..";
    private static final String NULLNESS = "org.jspecify.annotations";

    @ArchTest
    static final ArchRule theModelKnowsNothingElse = classes()
            .that()
            .resideInAPackage("io.raftboot.model")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.raftboot.model", JDK, NULLNESS);

    @ArchTest
    static final ArchRule theSpiKnowsTheModelOnly = classes()
            .that()
            .resideInAPackage("io.raftboot.spi")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.raftboot.spi", "io.raftboot.model", JDK, NULLNESS);

    @ArchTest
    static final ArchRule theInMemoryPartsKnowTheSpiAndTheModelOnly = classes()
            .that()
            .resideInAPackage("io.raftboot.memory")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.raftboot.memory", "io.raftboot.spi", "io.raftboot.model", JDK, NULLNESS)
            .allowEmptyShould(true);

    @ArchTest // no clock, no thread, no I/O: java.time, java.util.concurrent, java.io, java.nio and java.net are not in
    // the list
    static final ArchRule theConsensusKnowsTheModelAndThePlainJdkOnly = classes()
            .that()
            .resideInAPackage("io.raftboot.consensus")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.raftboot.consensus",
                    "io.raftboot.model",
                    "java.lang",
                    "java.lang.invoke",
                    "java.lang.runtime",
                    "java.util",
                    "java.util.function",
                    "java.util.random",
                    "java.util.stream",
                    NULLNESS);

    @ArchTest
    static final ArchRule theConsensusHasNoThreadAndNoProcess = noClasses()
            .that()
            .resideInAPackage("io.raftboot.consensus")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(
                    Thread.class,
                    ThreadLocal.class,
                    Process.class,
                    ProcessBuilder.class,
                    Runtime.class,
                    java.util.Timer.class,
                    java.util.TimerTask.class);

    @ArchTest
    static final ArchRule theConsensusReadsNoClockAndNothingElseOfTheSystem = noClasses()
            .that()
            .resideInAPackage("io.raftboot.consensus")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(System.class, java.util.Date.class, java.util.Calendar.class);

    @ArchTest
    static final ArchRule theConsensusIsGivenItsRandomness = noClasses()
            .that()
            .resideInAPackage("io.raftboot.consensus")
            .should()
            .callMethodWhere(target(owner(describe("Math", (JavaClass owner) -> owner.isEquivalentTo(Math.class))))
                    .and(target(nameMatching("random"))))
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Random.class, SplittableRandom.class, java.util.UUID.class)
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.random.RandomGeneratorFactory");

    @ArchTest
    static final ArchRule theConsensusHasNoHashOrder = noClasses()
            .that()
            .resideInAPackage("io.raftboot.consensus")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(
                    java.util.HashMap.class,
                    java.util.HashSet.class,
                    java.util.Hashtable.class,
                    LinkedHashMap.class,
                    LinkedHashSet.class,
                    IdentityHashMap.class,
                    WeakHashMap.class)
            .orShould()
            .callMethodWhere(target(owner(describe(
                            "Map or Set",
                            (JavaClass owner) -> owner.isEquivalentTo(Map.class) || owner.isEquivalentTo(Set.class))))
                    .and(target(nameMatching("of|ofEntries|copyOf"))))
            .orShould()
            .callMethodWhere(target(
                            owner(describe("Collectors", (JavaClass owner) -> owner.isEquivalentTo(Collectors.class))))
                    .and(target(
                            nameMatching("to(Unmodifiable)?(Set|Map)|toConcurrentMap|groupingBy.*|partitioningBy"))));

    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses classes) {
        List<JavaPackage> packages =
                classes.stream().map(JavaClass::getPackage).distinct().toList();

        assertThat(packages)
                .extracting(JavaPackage::getName)
                .contains("io.raftboot", "io.raftboot.model", "io.raftboot.spi", "io.raftboot.consensus");
        assertThat(packages).allMatch(javaPackage -> javaPackage.isAnnotatedWith(NullMarked.class));
    }
}
