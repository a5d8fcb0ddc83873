package dev.pullcord.agent.fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdRef;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;
import org.jspecify.annotations.Nullable;

/** Smart HTTP, fetch only, that shows one ref, as the server's agents' port does. */
public final class FakeGit implements HttpHandler, AutoCloseable {
  private final Repository repository;
  private volatile @Nullable String target;
  private volatile int fetches;
  private volatile int deltas;
  private volatile Function<byte[], byte @Nullable []> deltaBytes = _ -> null;
  private volatile boolean givesAll;

  public FakeGit(Path bare) {
    try {
      this.repository = new FileRepository(bare.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the node is to run. */
  public void show(String commit) {
    target = commit;
  }

  /** How many packs were asked for. */
  public int fetches() {
    return fetches;
  }

  /** How many packs for a step were given. */
  public int deltas() {
    return deltas;
  }

  /** Makes packs for steps, and sends what this makes of each; null is 404. */
  public void deltas(Function<byte[], byte @Nullable []> bytes) {
    deltaBytes = bytes;
  }

  /** Gives all of a commit to a node that has nothing, as a pack too. */
  public void giveAll() {
    givesAll = true;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().getPath().endsWith("/delta")) {
      delta(exchange);
      return;
    }
    boolean info = exchange.getRequestURI().getPath().endsWith("/info/refs");
    UploadPack pack = new UploadPack(repository);
    pack.setBiDirectionalPipe(false);
    pack.setAdvertisedRefs(refs());
    String protocol = exchange.getRequestHeaders().getFirst("Git-Protocol");
    if (protocol != null) {
      pack.setExtraParameters(List.of(protocol.split(":")));
    }
    String type = info ? "advertisement" : "result";
    exchange.getResponseHeaders().set("Content-Type", "application/x-git-upload-pack-" + type);
    InputStream in = exchange.getRequestBody();
    if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
      in = new GZIPInputStream(in);
    }
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      if (info) {
        PacketLineOut line = new PacketLineOut(out);
        line.writeString("# service=git-upload-pack\n");
        line.end();
        pack.sendAdvertisedRefs(new RefAdvertiser.PacketLineOutRefAdvertiser(line));
      } else {
        fetches++;
        pack.upload(in, out, null);
      }
    }
  }

  private void delta(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getQuery();
    byte @Nullable [] pack =
        !query.startsWith("want=")
            ? deltaBytes.apply(pack(Set.of(id(query, 5)), id(query, 51)))
            : givesAll ? pack(Set.of(), id(query, 5)) : null;
    if (pack == null) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    deltas++;
    exchange.getResponseHeaders().set("Content-Type", "application/x-git-packed-objects");
    exchange.sendResponseHeaders(200, pack.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(pack);
    }
  }

  private static ObjectId id(String query, int at) {
    return ObjectId.fromString(query.substring(at, at + 40));
  }

  private byte[] pack(Set<ObjectId> have, ObjectId want) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PackWriter writer = new PackWriter(repository)) {
      writer.setThin(true);
      NullProgressMonitor quiet = NullProgressMonitor.INSTANCE;
      writer.preparePack(quiet, Set.of(want), have);
      writer.writePack(quiet, quiet, out);
    }
    return out.toByteArray();
  }

  private Map<String, Ref> refs() {
    Map<String, Ref> refs = new LinkedHashMap<>();
    String commit = target;
    if (commit != null) {
      String name = "refs/pullcord/target";
      refs.put(
          name, new ObjectIdRef.Unpeeled(Ref.Storage.LOOSE, name, ObjectId.fromString(commit)));
    }
    return refs;
  }

  @Override
  public void close() {
    repository.close();
  }
}
