package dev.pullcord.demo;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.pullcord.demo",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule onlyTheLauncherStartsProcesses =
      noClasses()
          .that()
          .resideOutsideOfPackage("..demo.process..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.lang.ProcessBuilder");

  @ArchTest
  static final ArchRule theDemoKnowsOnlyWhatCrossesTheWire =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.pullcord.agent..", "dev.pullcord.server..", "dev.pullcord.cli..");

  @ArchTest
  static final ArchRule packagesFormNoCycle =
      slices().matching("dev.pullcord.demo.(*)..").should().beFreeOfCycles();
}
