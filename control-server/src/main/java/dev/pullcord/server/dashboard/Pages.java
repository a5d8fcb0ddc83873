package dev.pullcord.server.dashboard;

import java.util.List;
import java.util.Optional;

/** Some pages of one subject, in a room of their own. */
@FunctionalInterface
public interface Pages extends AutoCloseable {
  /** Their routes; each needs a line in the table of permissions too. Asked for once. */
  List<Dashboard.Route> routes(PageSupport support);

  /** Where all pages lead to outside of this server, if these know. */
  default Optional<UpstreamLinks> links() {
    return Optional.empty();
  }

  /** Begins what runs beside requests; {@link #routes} was called before. */
  default void start() {}

  /** Sessions may have ended: what is open looks whether its own is among them. */
  default void sessionsEnded() {}

  @Override
  default void close() {}
}
