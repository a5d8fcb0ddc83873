package dev.pullcord.server.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FollowersTest {
  @Test
  void namesTheNodesInTheOrderInWhichPeopleCountWithTheWholeCommand() {
    assertThat(new Followers(List.of("web-10", "web-2", "db"), List.of()).wayOn())
        .isEqualTo(
            "3 nodes follow it (db, web-2, web-10): first let them follow another branch: pullcord"
                + " follow db web-2 web-10 BRANCH");
  }

  @Test
  void aPinIsEndedByItsOwnCommand() {
    assertThat(new Followers(List.of("a"), List.of("b")).wayOn())
        .isEqualTo(
            "1 node follows it (a): first let it follow another branch: pullcord follow a BRANCH;"
                + " 1 node is pinned to it (b): first end the pin: pullcord unpin b");
  }

  @Test
  void foldsTheNamesPastEight() {
    List<String> many = IntStream.rangeClosed(1, 40).mapToObj(i -> "web-" + i).toList();
    assertThat(new Followers(many, List.of()).wayOn())
        .startsWith("40 nodes follow it (web-1, web-2, ")
        .contains("web-8 and 32 more; all of them: pullcord nodes): ")
        .endsWith("pullcord follow NODE… BRANCH");
    assertThat(new Followers(List.of(), many).wayOn())
        .contains("web-8 and 32 more; all of them: pullcord pins): ")
        .endsWith("pullcord unpin NODE…");
  }
}
