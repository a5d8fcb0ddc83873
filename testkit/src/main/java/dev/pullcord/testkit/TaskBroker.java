package dev.pullcord.testkit;

/** A real message broker of a test's own, on the loopback address. */
public interface TaskBroker extends AutoCloseable {
  /** For Celery's broker. */
  String url();

  /** Starts it again, with what it had, and waits until it answers. */
  void start();

  /** Ends it, and waits until it has. */
  void stop();

  @Override
  void close();
}
