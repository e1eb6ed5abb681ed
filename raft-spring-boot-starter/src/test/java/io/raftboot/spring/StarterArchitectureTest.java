package io.raftboot.spring;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the starter's packages, as ARCHITECTURE.md draws them. */
@AnalyzeClasses(packages = "io.raftboot.spring", importOptions = ImportOption.DoNotIncludeTests.class)
class StarterArchitectureTest {

    @ArchTest
    static final ArchRule thePackagesKnowEachOtherAsDrawn = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("spring")
            .definedBy("io.raftboot.spring")
            .layer("typed")
            .definedBy("io.raftboot.spring.typed")
            .layer("h2")
            .definedBy("io.raftboot.spring.h2")
            .layer("http")
            .definedBy("io.raftboot.spring.http")
            .layer("admin")
            .definedBy("io.raftboot.spring.admin")
            .layer("actuate")
            .definedBy("io.raftboot.spring.actuate")
            .layer("autoconfigure")
            .definedBy("io.raftboot.spring.autoconfigure")
            .whereLayer("typed")
            .mayNotAccessAnyLayer()
            .whereLayer("h2")
            .mayNotAccessAnyLayer()
            .whereLayer("spring")
            .mayOnlyAccessLayers("typed")
            .whereLayer("http")
            .mayOnlyAccessLayers("spring")
            .whereLayer("admin")
            .mayOnlyAccessLayers("spring")
            .whereLayer("actuate")
            .mayOnlyAccessLayers("spring", "admin");
}
