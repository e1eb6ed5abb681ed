package io.raftboot;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What is shipped of the tests, as the module's POM says, stands on its own. */
@AnalyzeClasses(packages = "io.raftboot")
class TestKitTest {

    private static final DescribedPredicate<JavaClass> SHIPPED =
            describe("shipped in the test kit", type -> isShipped(type.getBaseComponentType()));

    private static final DescribedPredicate<JavaClass> MAIN =
            describe("in the main jar", type -> isInMain(type.getBaseComponentType()));

    @ArchTest
    static final ArchRule theTestKitNeedsOnlyItselfTheMainJarJUnitAndAssertJ = classes()
            .that(SHIPPED)
            .should()
            .onlyDependOnClassesThat(SHIPPED.or(MAIN)
                    .or(resideInAnyPackage(
                            "java..",
                            "org.junit.jupiter.api..",
                            "org.junit.jupiter.params..",
                            "org.assertj..",
                            "org.jspecify..")));

    private static boolean isShipped(JavaClass type) {
        boolean isPartOfATest = type.getName().replaceFirst("\\$.*", "").endsWith("Test");
        return type.getName().startsWith("io.raftboot.NodeInHand")
                || (type.getPackageName().equals("io.raftboot.testkit") && !isPartOfATest);
    }

    private static boolean isInMain(JavaClass type) {
        return type.getPackageName().startsWith("io.raftboot")
                && type.getSource()
                        .filter(source -> !source.getUri().getPath().contains("/test-classes/"))
                        .isPresent();
    }
}
