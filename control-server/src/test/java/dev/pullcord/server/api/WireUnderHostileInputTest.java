package dev.pullcord.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.channel.LogLines;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.report.ReportMessages;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.testkit.hostile.HostileInputs;
import dev.pullcord.testkit.hostile.ParserTrial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever an agent, or what calls itself one, sends: it is read or refused as malformed. */
class WireUnderHostileInputTest {
  private static final Path GOLDEN =
      Path.of(System.getProperty("pullcord.root"), "protocol/src/test/resources/golden");

  /** A message and a right example of it. */
  record Message(Class<? extends Record> type, String golden) {}

  static List<Message> messages() {
    return List.of(
        new Message(ReportMessages.Batch.class, "report-batch.json"),
        new Message(ReportMessages.SessionRequest.class, "session-request.json"),
        new Message(EnrollRequest.class, "enroll-request.json"),
        new Message(LogLines.class, "log-lines.json"));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aBodyIsReadOrRefused(Message message) throws IOException {
    HostileInputs inputs =
        new HostileInputs(8, List.of(Files.readAllBytes(GOLDEN.resolve(message.golden()))));
    List<String> harm =
        new ParserTrial(Set.of(Refusal.class))
            .run(inputs, ParserTrial.inputs(), input -> WireBody.parse(input, message.type()));
    assertThat(harm).isEmpty();
  }
}
