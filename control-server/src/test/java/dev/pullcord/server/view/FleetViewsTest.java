package dev.pullcord.server.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.DeploymentView.State;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.Store;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetViewsTest {
  @TempDir Path directory;

  /** The same store; after the first time that it was read, something else happens. */
  private static Store readBefore(Store store, Runnable happens) {
    AtomicBoolean happened = new AtomicBoolean();
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (_, method, arguments) -> {
              Object answer = method.invoke(store, arguments);
              if (method.getName().equals("read") && !happened.getAndSet(true)) {
                happens.run();
              }
              return answer;
            });
  }

  @Test
  void aDeploymentThatIsSupersededWhileItIsReadIsWhole() {
    try (TestFleet fleet = new TestFleet(directory)) {
      fleet.join("a", "b");
      fleet.start("a", "b");
      fleet.commits.push("main", 1);
      fleet.deployments.reconcile();
      long id = fleet.deployment("a");
      Store store =
          readBefore(
              fleet.store,
              () -> {
                fleet.commits.push("main", 2);
                fleet.deployments.reconcile();
              });

      DeploymentView view =
          new FleetViews(fleet.model, store, fleet.clock).deployment(id).orElseThrow();

      assertThat(view.state()).isEqualTo(State.SUPERSEDED);
      assertThat(view.present()).hasSize(2);
    }
  }

  @Test
  void anOldDeploymentIsShownByItsCountsAlone() {
    try (TestFleet fleet = new TestFleet(directory)) {
      fleet.join("a", "b");
      fleet.start("a", "b");
      fleet.commits.push("main", 1);
      fleet.deployments.reconcile();
      fleet.converge("a");
      long id = fleet.deployment("a");
      for (int n = 2; n <= DeploymentTable.WITH_MEMBERS + 1; n++) {
        fleet.commits.push("main", n);
        fleet.deployments.reconcile();
      }

      DeploymentView view = fleet.views.deployment(id).orElseThrow();

      assertThat(view.members()).isEmpty();
      assertThat(view.told()).startsWith("superseded 1/2");
      assertThat(fleet.views.deployments(null, id + 1, 1).getFirst().told()).isEqualTo(view.told());
      assertThat(fleet.views.rollout(id)).as("how it spread is not kept").isEmpty();
      assertThat(fleet.views.rollout(id + 1)).isPresent();
    }
  }
}
