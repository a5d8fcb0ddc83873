package dev.pullcord.server.alert.status;

import dev.pullcord.base.disk.SecretText;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.server.alert.outbox.Receiver;
import dev.pullcord.server.alert.receiver.AlertMessage;
import dev.pullcord.server.alert.receiver.HttpPost;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/** A git host that is told statuses. */
public final class StatusReceiver implements Receiver {
  /** What a success is answered with that has ceased to be true. */
  static final Delivery NO_LONGER = new Delivery.Later("it is not so any more");

  private final StatusSettings settings;
  private final HttpPost http;
  private final Function<CommitId, Optional<CommitStatus>> present;

  /**
   * That host.
   *
   * @param present how a commit is at this moment
   */
  public StatusReceiver(
      StatusSettings settings, HttpPost http, Function<CommitId, Optional<CommitStatus>> present) {
    this.settings = settings;
    this.http = http;
    this.present = present;
  }

  @Override
  public Delivery deliver(NewMessage message) throws InterruptedException {
    try {
      String token = SecretText.read(settings.tokenFile(), "token-file");
      if (message.event().equals(AlertMessage.TEST)) {
        return http.send(settings.host().look(settings, token));
      }
      CommitStatus status = CommitStatus.of(message);
      if (!isSo(status, present)) {
        return NO_LONGER;
      }
      HttpPost.Answer answer = http.ask(settings.host().call(settings, status, token));
      boolean same = answer.status() == 400 && answer.body().contains("Cannot transition status");
      if (!same && !(answer.delivery() instanceof Delivery.Done)) {
        return answer.delivery();
      }
      return settings.environment() == null
          ? new Delivery.Done() // GitLab refuses to set a status that it has
          : new GithubDeployment(settings, http).tell(status, token);
    } catch (IOException e) {
      return new Delivery.Later("token-file: " + e.getMessage());
    }
  }

  /**
   * Whether it may be sent. A success that waited here and has ceased to be true may not: it waits
   * on, until the next look puts what is so in its place.
   */
  static boolean isSo(CommitStatus status, Function<CommitId, Optional<CommitStatus>> present) {
    return status.state() != CommitStatus.State.SUCCESS
        || present
            .apply(status.commit())
            .filter(now -> now.state() != CommitStatus.State.SUCCESS)
            .isEmpty();
  }
}
