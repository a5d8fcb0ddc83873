package dev.pullcord.server.dashboard;

import java.util.List;

/** Some pages of one subject, in a room of their own. */
@FunctionalInterface
public interface Pages {
  /** Their routes; each needs a line in the table of permissions too. */
  List<Dashboard.Route> routes(PageSupport support);
}
