package dev.pullcord.protocol;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What crosses the wire knows JSON, YAML and nothing of the programs that speak. */
@AnalyzeClasses(
    packages = "dev.pullcord.protocol",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ProtocolRulesTest {
  @ArchTest
  static final ArchRule ONLY_JSON_AND_YAML =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.pullcord.protocol..",
              "dev.pullcord.base.text..",
              "java..",
              "com.fasterxml.jackson..",
              "org.snakeyaml.engine..",
              "org.jspecify.annotations..");

  @ArchTest
  static final ArchRule ONLY_ONE_PACKAGE_READS_YAML =
      classes()
          .that()
          .resideOutsideOfPackage("..protocol.yaml..")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackage("org.snakeyaml.engine..");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("dev.pullcord.protocol.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NOTHING_TOUCHES_THE_HOST =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages("java.nio.file..", "java.net..", "java.sql..");
}
