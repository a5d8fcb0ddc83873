package dev.pullcord.server.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What receivers of alerts were told of, as long as it is so. */
public interface AlertTable {
  /** All stories that are open. */
  List<Story> stories();

  /** Keeps one; replaces what was kept of it. */
  void put(Story story);

  /** Closes one. */
  void remove(Key key);

  /** Since when a receiver is known: that moment, when it is not known yet. */
  Instant since(String receiver, Instant now);

  /**
   * What tells stories apart.
   *
   * @param receiver the name of the receiver
   * @param event the name of the event
   * @param subject what it is about: a node, the number of a deployment
   */
  record Key(String receiver, String event, String subject) {}

  /**
   * Something that a receiver was told of.
   *
   * @param key what it is
   * @param cause what was told; equal causes are one message
   * @param toldAt when the last message of it was made
   * @param clearedAt since when it is not so any more; null while it is
   */
  record Story(Key key, String cause, Instant toldAt, @Nullable Instant clearedAt) {}
}
