package dev.pullcord.server.store.sqlite;

import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoredNode;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The child that {@link StoreKillTest} kills: it writes report numbers as fast as it can and prints
 * each one that was acknowledged. With {@code early} it has the bug that must be caught: it says so
 * before the commit.
 */
final class KilledWriter {
  static final long NODE = 1;

  private KilledWriter() {}

  public static void main(String[] args) {
    try {
      writeUntilKilled(args);
    } finally {
      // The writer's thread would keep a child alive that failed.
      Runtime.getRuntime().halt(3);
    }
  }

  private static void writeUntilKilled(String[] args) {
    boolean early = args.length > 2 && args[2].equals("early");
    long epoch = Long.parseLong(args[1]);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    Store store = SqliteStore.open(Path.of(args[0]));
    store.write(tables -> {
      if (tables.nodes().find(NODE).isEmpty()) {
        tables.nodes().insert(node());
      }
      return 0;
    });
    out.println("ready");
    CompletableFuture<?>[] window = new CompletableFuture<?>[64];
    for (long n = 1; ; n++) {
      ReportNumber number = new ReportNumber(epoch, n);
      int slot = (int) (n % window.length);
      if (window[slot] != null) {
        window[slot].join();
      }
      CompletableFuture<Boolean> stored =
          store.submit(tables -> {
            boolean fresh = tables.reports().accept(NODE, number);
            if (early) {
              out.println(number.n());
            }
            return fresh;
          });
      window[slot] = early ? stored : stored.thenAccept(_ -> out.println(number.n()));
    }
  }

  private static StoredNode node() {
    return StoredNode.joining(
        NODE,
        new NodeName("a"),
        new NodeKeyId("ab".repeat(32)),
        new StoredNode.Joined("token", Instant.EPOCH),
        Map.of(),
        "main");
  }
}
