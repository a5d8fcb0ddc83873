package dev.pullcord.server.store.postgres;

import dev.pullcord.base.host.ProcessEnd;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** The child of {@link PostgresLossTest} that loses its store: it writes once, and then again. */
final class StaleServer {
  private StaleServer() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    ProcessEnd.arm("stale", 70);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    Store store = PostgresStore.open(new PostgresAddress(args[0], null), "one", null);
    store.write(PostgresLossTest.note("before"));
    out.println("before is written");
    if (System.in.read() < 0) {
      return;
    }
    while (true) {
      try {
        store.write(PostgresLossTest.note("stale"));
        out.println("kept");
        return;
      } catch (StoreException e) {
        if (!e.code().equals(StoreException.AWAY)) {
          out.println(e.code() + " " + e.getMessage());
          new CountDownLatch(1).await();
        }
      }
    }
  }
}
