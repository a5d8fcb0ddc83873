package dev.pullcord.testkit.broker;

/** A real message broker of a test's own, on the loopback address. */
public interface TaskBroker extends AutoCloseable {
  /** For Celery's broker. */
  String url();

  /** Python statements by which an application {@code app} reaches it; none are needed mostly. */
  default String settings() {
    return "";
  }

  /** Starts it again, with what it had, and waits until it answers. */
  void start();

  /** Ends it, and waits until it has. */
  void stop();

  @Override
  void close();
}
