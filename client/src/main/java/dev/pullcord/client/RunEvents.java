package dev.pullcord.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.action.RunView;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Reads the lines of a run's event stream. One that cannot be read ends the reading. */
final class RunEvents implements Predicate<String> {
  private static final String TYPE = "event: ";
  private static final String DATA = "data: ";

  private final Consumer<RunView.Change> change;
  private final Consumer<RunView> end;
  private final BooleanSupplier more;
  private String type = "";

  RunEvents(Consumer<RunView.Change> change, Consumer<RunView> end, BooleanSupplier more) {
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
        RunView.Change read =
            PullcordJson.wire().readValue(line.substring(DATA.length()), RunView.Change.class);
        change.accept(read);
      } else if (line.startsWith(DATA) && type.equals("end")) {
        end.accept(PullcordJson.wire().readValue(line.substring(DATA.length()), RunView.class));
        return false;
      }
    } catch (JsonProcessingException e) {
      return false;
    }
    return more.getAsBoolean();
  }
}
