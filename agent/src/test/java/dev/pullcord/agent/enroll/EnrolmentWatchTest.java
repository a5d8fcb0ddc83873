package dev.pullcord.agent.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.base.tls.PinnedTrust.ServerPins;
import dev.pullcord.protocol.enroll.EnrollReply;
import dev.pullcord.protocol.id.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes a running agent begin again, which ends the actions that it runs. */
class EnrolmentWatchTest {
  private static final String URL = "https://server:8421";
  private static final String A = "a".repeat(64);
  private static final String B = "b".repeat(64);
  private static final String C = "c".repeat(64);

  @TempDir Path state;
  private long seconds;

  @BeforeEach
  void joined() throws IOException {
    NodeKeyFiles.readOrCreate(state);
    write("sea-01", URL, new ServerPins(A, null));
  }

  /** Each at a second of its own, as far as the file says. */
  private void write(String node, String url, ServerPins pins) throws IOException {
    Membership.of(new EnrollReply(new NodeName(node), "fleet", "main"), url, pins).write(state);
    Files.setLastModifiedTime(state.resolve("node.json"), FileTime.fromMillis(1000 * ++seconds));
  }

  @Test
  void aServerThatRotatesItsKeyIsNoReasonToBeginAgain() throws IOException {
    EnrolmentWatch watch = new EnrolmentWatch(state);
    assertThat(watch.changed()).isFalse();

    write("sea-01", URL, new ServerPins(A, B));
    assertThat(watch.changed()).as("it vouches for the next one").isFalse();
    write("sea-01", URL, new ServerPins(B, null));
    assertThat(watch.changed()).as("it has the next one").isFalse();
  }

  @Test
  void whoeverHasJoinedAnewBeginsAgain() throws IOException {
    EnrolmentWatch watch = new EnrolmentWatch(state);

    write("sea-01", URL, new ServerPins(C, null));
    assertThat(watch.changed()).as("another server there").isTrue();
    write("sea-01", "https://other:8421", new ServerPins(A, B));
    assertThat(watch.changed()).as("elsewhere").isTrue();
    write("sea-02", URL, new ServerPins(A, B));
    assertThat(watch.changed()).as("another node").isTrue();
    write("sea-01", URL, new ServerPins(A, null));
    assertThat(watch.changed()).as("the same again").isTrue();
  }

  @Test
  void anotherKeyOfTheNodeBeginsAgain() throws IOException {
    EnrolmentWatch watch = new EnrolmentWatch(state);
    Files.delete(state.resolve("key.pem"));
    NodeKeyFiles.readOrCreate(state);
    write("sea-01", URL, new ServerPins(A, B));

    assertThat(watch.changed()).isTrue();
  }
}
