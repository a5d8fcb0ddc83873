package dev.pullcord.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.source.Rehearsal;
import dev.pullcord.agent.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class PassRehearsalTest {
  @TempDir Path temporary;

  @Test
  void leavesNothingBehind() throws IOException {
    PassRehearsal.run(temporary, HostClock.system());

    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
  }

  /** Its commits are nobody's: its lines would read as if the node had run them. */
  @Test
  void saysNothingInTheAgentsOwnLog() {
    Logger all = (Logger) LoggerFactory.getLogger("dev.pullcord");
    Level level = all.getLevel();
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    appender.start();
    all.setLevel(Level.INFO);
    all.addAppender(appender);
    try {
      PassRehearsal.run(temporary, HostClock.system());
    } finally {
      all.detachAppender(appender);
      all.setLevel(level);
    }

    assertThat(appender.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
  }

  @Test
  void bringsEachCommitToItsEnd() {
    Path place = temporary.resolve("rehearsal");
    List<String> active = new ArrayList<>();
    List<String> wanted = new ArrayList<>();

    Rehearsal.run(
        place,
        (source, commit) -> {
          Path state = place.resolve("state");
          try (StateDirectory directory = StateDirectory.open(state)) {
            new PassRehearsal(directory, HostClock.system()).pass(source, commit);
          }
          wanted.add(commit.value().substring(0, 12));
          active.add(release(state));
        });

    assertThat(wanted).hasSize(3);
    assertThat(active).isEqualTo(wanted);
  }

  private static String release(Path state) {
    try {
      String name = Files.readSymbolicLink(state.resolve("current")).getFileName().toString();
      return name.substring(name.indexOf('-') + 1);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
