package dev.pullcord.agent;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.testkit.ThreadRule;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.time.Clock;
import java.time.Instant;

/** The arrows between the agent's rooms, and who alone may do what. */
@AnalyzeClasses(
    packages = "dev.pullcord.agent",
    importOptions = ImportOption.DoNotIncludeTests.class)
class AgentArchitectureTest {
  private static final String AGENT = "dev.pullcord.agent.";

  @ArchTest
  static final ArchRule roomsDoNotDependOnEachOtherInCircles =
      slices().matching(AGENT + "(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyHostForks =
      noClasses()
          .that()
          .resideOutsideOfPackages(AGENT + "host.process", AGENT + "host.command")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ProcessBuilder.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(ProcessHandle.class);

  @ArchTest
  static final ArchRule onlyHostRenamesAndLinks =
      noClasses()
          .that()
          .resideOutsideOfPackage(AGENT + "host..")
          .should()
          .callMethod(Files.class, "move", Path.class, Path.class, CopyOption[].class)
          .orShould()
          .callMethod(
              Files.class, "createSymbolicLink", Path.class, Path.class, FileAttribute[].class);

  @ArchTest
  static final ArchRule onlyHostReadsTheClock =
      noClasses()
          .that()
          .resideOutsideOfPackage(AGENT + "host..")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule onlyTheRoomsOfGitKnowGit =
      noClasses()
          .that()
          .resideOutsideOfPackages(AGENT + "source..", AGENT + "stage..", AGENT + "http..")
          .should()
          .dependOnClassesThat(resideInAPackage("org.eclipse.jgit.."));

  @ArchTest
  static final ArchRule onlyTheScheduleKnowsQuartz =
      noClasses()
          .that()
          .haveNameNotMatching(".*\\.main\\.PollSchedule(\\$.*)?")
          .should()
          .dependOnClassesThat(resideInAPackage("org.quartz.."));

  @ArchTest
  static final ArchRule onlyTheOneClientAndItsUsersKnowOkHttp =
      noClasses()
          .that()
          .resideOutsideOfPackages(AGENT + "http..")
          .should()
          .dependOnClassesThat(resideInAPackage("okhttp3.."));

  @ArchTest
  static final ArchRule thePlannerIsPure =
      noClasses()
          .that()
          .resideInAPackage(AGENT + "plan..")
          .should()
          .dependOnClassesThat(resideInAPackage("java.nio.."))
          .orShould()
          .dependOnClassesThat(resideInAPackage("java.io.."))
          .orShould()
          .dependOnClassesThat(resideInAPackage(AGENT + "host.."));

  @ArchTest
  static final ArchRule theHostKnowsNoOtherRoom =
      noClasses()
          .that()
          .resideInAPackage(AGENT + "host..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.pullcord.agent..")
                  .and(not(resideInAPackage(AGENT + "host.."))));

  @ArchTest
  static final ArchRule stepsDoNotKnowTheLoop =
      noClasses()
          .that()
          .resideInAnyPackage(
              AGENT + "source..",
              AGENT + "plan..",
              AGENT + "stage..",
              AGENT + "worker..",
              AGENT + "health..",
              AGENT + "activate..",
              AGENT + "history..",
              AGENT + "state..",
              AGENT + "journal..",
              AGENT + "retire..",
              AGENT + "retention..",
              AGENT + "report..")
          .should()
          .dependOnClassesThat(resideInAnyPackage(AGENT + "loop..", AGENT + "pass.."));

  @ArchTest
  static final ArchRule noKindOfWorkerKnowsAnother =
      slices().matching(AGENT + "worker.kind.(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule whatAllKindsShareKnowsNoKind =
      noClasses()
          .that()
          .resideInAnyPackage(AGENT + "worker", AGENT + "worker.systemd")
          .should()
          .dependOnClassesThat(resideInAPackage(AGENT + "worker.kind.."));

  /** What differs from kind to kind, any other room asks of {@link Work}. */
  @ArchTest
  static final ArchRule onlyTheRoomsOfKindsKnowOneOfThem =
      noClasses()
          .that()
          .resideOutsideOfPackage(AGENT + "worker.kind..")
          .and()
          .doNotHaveSimpleName("CoreAssembly")
          .should()
          .dependOnClassesThat(assignableTo(Work.class).and(not(type(Work.class))));

  @ArchTest
  static final ArchRule theListsOfAReleaseDoNotKnowWhoBuildsIt =
      noClasses()
          .that()
          .resideInAPackage(AGENT + "stage.tree")
          .should()
          .dependOnClassesThat(resideInAPackage(AGENT + "stage"));

  @ArchTest
  static final ArchRule theServerIsNeverSeen =
      classes().should().onlyDependOnClassesThat(not(resideInAPackage("dev.pullcord.server..")));

  @ArchTest static final ArchRule threadsAreMadeInOnePlace = ThreadRule.threadsAreMadeInOnePlace();
}
