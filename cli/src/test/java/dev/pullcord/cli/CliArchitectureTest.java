package dev.pullcord.cli;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.pullcord.cli.command.Verb;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import picocli.CommandLine;

@AnalyzeClasses(packages = "dev.pullcord.cli", importOptions = ImportOption.DoNotIncludeTests.class)
class CliArchitectureTest {
  @ArchTest
  static final ArchRule knowsOnlyTheProtocol =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.pullcord.agent..", "dev.pullcord.server..");

  @ArchTest
  static final ArchRule roomsHaveNoCycles =
      slices().matching("dev.pullcord.cli.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule speaksHttpOnlyThroughTheClient =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("okhttp3..", "okio..", "javax.net.ssl..");

  @ArchTest
  static final ArchRule onlyTheHostStartsPrograms =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.pullcord.cli.host")
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(ProcessBuilder.class, Runtime.class);

  @ArchTest
  static final ArchRule onlyTheHostReadsTheClock =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.pullcord.cli.host")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime");

  @ArchTest
  static final ArchRule onlyTheHostRenamesFiles =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.pullcord.cli.host")
          .should()
          .callMethodWhere(
              target(owner(type(Files.class)))
                  .and(target(nameMatching("move|createSymbolicLink|createLink"))));

  @ArchTest
  static final ArchRule outputGoesThroughTheConsole =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.pullcord.cli.host")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .orShould()
          .accessField(System.class, "in");

  @ArchTest
  static final ArchRule viewsAskNobody =
      noClasses()
          .that()
          .resideInAnyPackage("dev.pullcord.cli.command.view", "dev.pullcord.cli.output")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.pullcord.client");

  @ArchTest
  static final ArchRule verbsAreVerbs =
      classes()
          .that()
          .areAnnotatedWith(CommandLine.Command.class)
          .and()
          .resideInAPackage("dev.pullcord.cli.command..")
          .should()
          .beAssignableTo(Verb.class);
}
