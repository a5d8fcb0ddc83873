package dev.pullcord.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.util.Timer;
import java.util.concurrent.Executors;

/** Holds both daemons to one way of making threads, so that none of them dies unseen. */
public final class ThreadRule {
  private ThreadRule() {}

  /** No class makes a thread by itself. */
  public static ArchRule threadsAreMadeInOnePlace() {
    return noClasses()
        .should()
        .callConstructor(Thread.class, Runnable.class)
        .orShould()
        .callConstructor(Thread.class, Runnable.class, String.class)
        .orShould()
        .callMethod(Thread.class, "ofPlatform")
        .orShould()
        .callMethod(Thread.class, "ofVirtual")
        .orShould()
        .callMethod(Thread.class, "startVirtualThread", Runnable.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Executors.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Timer.class)
        .because("base.host.LastingThreads ends the process when one of them dies");
  }
}
