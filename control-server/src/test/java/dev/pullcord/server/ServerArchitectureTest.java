package dev.pullcord.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.server.security.Credentials;
import dev.pullcord.server.security.PeerKeys;
import dev.pullcord.testkit.ThreadRule;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.jetty.server.Request;

/** Holds the server's rooms to their walls. */
@AnalyzeClasses(
    packages = "dev.pullcord.server",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ServerArchitectureTest {
  @ArchTest
  static final ArchRule knowsNeitherAgentNorCommand =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.pullcord.agent..", "dev.pullcord.cli..", "dev.pullcord.demo..");

  @ArchTest
  static final ArchRule roomsHaveNoCycles =
      slices().matching("dev.pullcord.server.(**)").should().beFreeOfCycles();

  /** What differs from kind to kind, the server asks of {@link Work}. */
  @ArchTest
  static final ArchRule knowsNoKindOfWorker =
      noClasses().should().dependOnClassesThat(assignableTo(Work.class).and(not(type(Work.class))));

  /** The way of an order, and back to what is shown of it; nobody looks up. */
  private static final List<String> INNER =
      List.of("operations", "view", "deployment", "desired", "fleet", "store");

  @ArchTest
  static void innerRoomsUseOnlyThoseAfterThem(JavaClasses classes) {
    for (int i = 1; i < INNER.size(); i++) {
      noClasses()
          .that()
          .resideInAPackage("dev.pullcord.server." + INNER.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              INNER.subList(0, i).stream()
                  .map("dev.pullcord.server."::concat)
                  .toArray(String[]::new))
          .check(classes);
    }
  }

  @ArchTest
  static final ArchRule storeKnowsOnlyTheProtocol =
      noClasses()
          .that()
          .resideInAPackage("dev.pullcord.server.store..")
          .should()
          .dependOnClassesThat(
              are(
                  JavaClass.Predicates.resideInAPackage("dev.pullcord.server..")
                      .and(
                          JavaClass.Predicates.resideOutsideOfPackage(
                              "dev.pullcord.server.store.."))));

  @ArchTest
  static final ArchRule onlyTheStoreSpeaksSql =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.pullcord.server.store..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.sql..",
              "javax.sql..",
              "org.jdbi..",
              "com.zaxxer..",
              "org.flywaydb..",
              "org.postgresql..");

  @ArchTest
  static final ArchRule onlyTheGitHostAndTheDeltasKnowJgit =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.pullcord.server.githost..", "dev.pullcord.server.delta..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.eclipse.jgit..");

  @ArchTest
  static final ArchRule onlyTheHostHasATimer =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.pullcord.server.host")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ScheduledExecutorService.class)
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("org.quartz..")
          .because("host.Timers goes by the monotonic clock; decision 0039 says why it is enough");

  @ArchTest
  static final ArchRule refusalsBecomeAnswersInOneTable =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.pullcord.server.refusal")
          .should()
          .callConstructorWhere(target(owner(JavaClass.Predicates.type(Problem.class))))
          .because("refusal.ProblemMapping has the status, type and title of every refusal");

  @ArchTest
  static final ArchRule callersAreFoundInOneRoom =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.pullcord.server.security")
          .should()
          .callMethod(PeerKeys.class, "of", Request.class)
          .orShould()
          .callMethod(Credentials.class, "person", String.class)
          .because("security.AccessControl and NodeAccess find who calls");

  @ArchTest
  static final ArchRule onlyTheHostReadsTheClock =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.pullcord.server.host")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule onlyTheHostForksAndRenames =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.pullcord.server.host")
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(ProcessBuilder.class)
          .orShould()
          .callMethodWhere(
              target(owner(JavaClass.Predicates.type(Files.class)))
                  .and(target(nameMatching("move|createSymbolicLink|createLink"))));

  @ArchTest static final ArchRule threadsAreMadeInOnePlace = ThreadRule.threadsAreMadeInOnePlace();
}
