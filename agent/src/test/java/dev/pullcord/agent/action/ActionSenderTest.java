package dev.pullcord.agent.action;

import dev.pullcord.agent.fake.FakeServer;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Backoff;
import dev.pullcord.agent.http.NodeKey;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.action.ActionOrder;
import dev.pullcord.protocol.action.ActionReports;
import dev.pullcord.protocol.action.ActionReports.Have;
import dev.pullcord.protocol.action.ActionReports.Item;
import dev.pullcord.protocol.action.ActionReports.Taken;
import dev.pullcord.protocol.channel.ServerEvent.ActionsWanted;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActionSenderTest {
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(60));

  @TempDir Path temp;
  private final Set<String> taken = ConcurrentHashMap.newKeySet();

  /** One was sent for ever together with the others, and none of them got through. */
  @Test
  void anItemThatTheServerWillNeverTakeHoldsUpNoneOfTheOthers() throws IOException {
    NodeKey key = NodeKey.generate();
    HostClock clock = HostClock.system();
    try (FakeServer server = FakeServer.start();
        Rig rig = new Rig(temp);
        AgentHttp http = new AgentHttp(server.address(), key, clock);
        NodeActions actions = new NodeActions(rig.home.resolve("actions"), clock, new Masks());
        ActionSender sender =
            new ActionSender(actions, http, clock, new Backoff(new SplittableRandom(1)))) {
      server.knows(key, "edge-1");
      takesAllBut(server, "2-b");
      CommitId commit = rig.first();
      rig.push(commit);
      actions.begin(rig.agent().actions());
      List<ActionOrder> orders =
          List.of("1-a", "2-b", "3-c").stream()
              .map(order -> new ActionOrder(order, "none", commit, Map.of(), 0, "ann"))
              .toList();
      actions.accept(new ActionsWanted(orders));
      SOON.isTrue("all have ended", () -> actions.due(ActionReports.PIECE_MAX).size() == 3);

      sender.start();
      sender.online();

      SOON.isTrue("the others are told", () -> taken.equals(Set.of("1-a", "3-c")));
    }
  }

  private void takesAllBut(FakeServer server, String bad) {
    server.answer(
        "/agent/v1/actions",
        exchange -> {
          List<Item> items =
              PullcordJson.wire().readValue(exchange.getRequestBody(), ActionReports.class).items();
          if (items.stream().anyMatch(item -> item.key().equals(bad))) {
            FakeServer.problem(exchange, 422, "ACTION_BAD");
            return;
          }
          items.forEach(item -> taken.add(item.key()));
          FakeServer.json(
              exchange,
              new Taken(items.stream().map(item -> new Have(item.key(), 0, true)).toList()));
        });
  }
}
