package dev.pullcord.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;

@AnalyzeClasses(
    packages = "dev.pullcord.client",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ClientArchitectureTest {
  @ArchTest
  static final ArchRule knowsOnlyTheProtocolAndTheBase =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.pullcord.agent..",
              "dev.pullcord.server..",
              "dev.pullcord.cli..",
              "dev.pullcord.demo..",
              "dev.pullcord.git..");

  @ArchTest
  static final ArchRule leavesClockAndFilesToItsCallers =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(Files.class, ProcessBuilder.class);

  @ArchTest
  static final ArchRule answersArePlainRecords =
      noClasses()
          .that()
          .haveSimpleNameStartingWith("Server")
          .and()
          .arePublic()
          .and()
          .doNotHaveSimpleName("ServerClient")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("okhttp3..", "okio..");
}
