package dev.pullcord.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.client.ServerClient.Done;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.action.ActionView;
import dev.pullcord.protocol.action.RunView;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of actions and their runs.
 *
 * @param server asked
 */
public record RunCalls(ServerClient server) {
  private static final String RUNS = "runs";

  /** The actions of the commits that nodes run. */
  public ServerReply<ActionView.All> actions() {
    return server.get(ActionView.All.class, "actions");
  }

  /** Starts a run of an action. */
  public ServerReply<RunView.Started> start(RunView.Request request) {
    return server.send("POST", request, RunView.Started.class, RUNS);
  }

  /** A run with its output. */
  public ServerReply<RunView> one(long id) {
    return server.get(RunView.class, RUNS, Long.toString(id));
  }

  /** Cancels a run; the answer is the run without output. */
  public ServerReply<RunView> cancel(long id) {
    return server.http.send(
        "POST",
        null,
        server.http.request(Map.of(), RUNS, Long.toString(id), "cancel"),
        text -> ApiCalls.read(RunView.class, text));
  }

  /** One page of the runs, newest first, without output. */
  public ServerReply<RunView.Page> page(@Nullable String cursor) {
    return server.get(RunView.Page.class, ApiCalls.query("cursor", cursor), RUNS);
  }

  /**
   * A run as it goes on, until it has ended or nobody wants more.
   *
   * @param change takes what has changed on a node
   * @param end takes the run when it has ended
   * @param more asked after each event
   */
  public ServerReply<Done> events(
      long id, Consumer<RunView.Change> change, Consumer<RunView> end, BooleanSupplier more) {
    return server.http.lines(
        server.http.request(Map.of(), RUNS, Long.toString(id), "events"),
        new Events(change, end, more),
        Done.DONE);
  }

  /** Reads the lines of a run's event stream. One that cannot be read ends the reading. */
  private static final class Events implements Predicate<String> {
    private static final String TYPE = "event: ";
    private static final String DATA = "data: ";

    private final Consumer<RunView.Change> change;
    private final Consumer<RunView> end;
    private final BooleanSupplier more;
    private String type = "";

    Events(Consumer<RunView.Change> change, Consumer<RunView> end, BooleanSupplier more) {
      this.change = change;
      this.end = end;
      this.more = more;
    }

    /** Whether another line is wanted. */
    @Override
    public boolean test(String line) {
      try {
        if (line.startsWith(TYPE)) {
          type = line.substring(TYPE.length());
        } else if (line.startsWith(DATA) && type.equals("node")) {
          change.accept(read(RunView.Change.class, line));
        } else if (line.startsWith(DATA) && type.equals("end")) {
          end.accept(read(RunView.class, line));
          return false;
        }
      } catch (JsonProcessingException e) {
        return false;
      }
      return more.getAsBoolean();
    }

    private static <T> T read(Class<T> type, String line) throws JsonProcessingException {
      return PullcordJson.wire().readValue(line.substring(DATA.length()), type);
    }
  }
}
