package dev.pullcord.server.githost.push;

import static dev.pullcord.server.TestFleet.ADA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.TestFleet;
import dev.pullcord.server.githost.push.output.PushTerminal;
import dev.pullcord.server.githost.repository.RepositoryStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceiveCommand.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PushRefusalsTest {
  private static final ObjectId NEW = ObjectId.fromString("1".repeat(40));

  @TempDir Path directory;

  @Test
  void whatTheDatabaseDoesNotTakeIsASentenceBehindTheRefAndALineWithItsCode() throws IOException {
    try (TestFleet fleet = new TestFleet(directory);
        RepositoryStore store = RepositoryStore.create(directory.resolve("repository"), "fleet")) {
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      PushRefusals refusals =
          new PushRefusals(
              store,
              new QuietReceivePack(store),
              new PushTrail(fleet.auditLog, ADA),
              new PushTerminal(said, () -> true));
      ReceiveCommand command = new ReceiveCommand(ObjectId.zeroId(), NEW, "refs/heads/main");
      command.setResult(Result.REJECTED_OTHER_REASON, "DB_AWAY  the database does not answer");

      refusals.afterwards(List.of(command));

      assertThat(command.getMessage()).isEqualTo("the database does not answer");
      assertThat(said.toString(StandardCharsets.UTF_8))
          .isEqualTo("DB_AWAY  the database does not answer\n");
    }
  }
}
