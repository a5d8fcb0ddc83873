package dev.pullcord.server.enroll;

import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Tables;

/** What has to happen in the transaction that lets a node in: deciding what it is to run. */
@FunctionalInterface
public interface Admission {
  /** Does it; an exception undoes the enrolment. */
  void admit(Tables tables, StoredNode node);
}
