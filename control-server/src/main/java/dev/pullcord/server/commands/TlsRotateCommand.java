package dev.pullcord.server.commands;

import dev.pullcord.base.disk.Ownership;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.unit.NameList;
import dev.pullcord.server.host.ServerClock;
import dev.pullcord.server.host.StoreFile;
import dev.pullcord.server.security.tls.CertificateNames;
import dev.pullcord.server.security.tls.KeyRotation;
import dev.pullcord.server.security.tls.TlsKeys;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoredNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Replaces the keys of both ports, in steps that lock nobody out. */
@Command(
    name = "rotate",
    description = {
      "Replace the server's keys, in two steps.",
      "",
      "Restart the server after each step:",
      "1. tls rotate makes the next keys. The server shows them to whoever connects, signed by the"
          + " present keys. Agents and pullcord then trust both.",
      "2. tls rotate --switch puts the next keys in the place of the present ones. The signature"
          + " stays: an agent that was away meanwhile trusts the new keys by it.",
      "",
      "tls rotate --forget removes the signature. Use it if you do not trust the old keys any more."
    },
    mixinStandardHelpOptions = true)
final class TlsRotateCommand implements Callable<Integer> {
  private static final List<String> PORTS = List.of("people", "agents");
  private static final int NAMED_MAX = 10;
  private static final String RESTART = "systemctl restart pullcord-server.service";

  @Mixin private StateOption state = new StateOption();

  @Option(
      names = "--host",
      paramLabel = "NAME",
      arity = "1..*",
      description =
          "In the first step: names or addresses to add to the certificates. Git checks them.")
  private List<String> hosts = List.of();

  @Option(names = "--switch", description = "The second step: use the next keys.")
  private boolean over;

  @Option(
      names = "--forget",
      description = "Remove the signatures by older keys, and the next keys if there are any.")
  private boolean forget;

  @Option(
      names = "--anyway",
      description = "Do it even if some nodes have not been in contact since the step before.")
  private boolean anyway;

  @Option(
      names = "-o",
      paramLabel = "FORMAT",
      description = "text, or json: {\"people\": {\"fingerprint\", \"next\"}, \"agents\": …}.")
  private OutputFormat output = OutputFormat.TEXT;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    if (over && forget) {
      throw new IllegalArgumentException("--switch and --forget: one of them expected");
    }
    if (!hosts.isEmpty() && (over || forget)) {
      throw new IllegalArgumentException(
          "--host goes with the first step alone, which makes the next certificates: leave out "
              + (over ? "--switch" : "--forget"));
    }
    CertificateNames.check(hosts);
    Path directory = state.ofServer();
    Path tls = directory.resolve("tls");
    Ownership owner = ServerService.ownerOf(directory);
    try {
      if (over) {
        switchOver(directory, tls);
      } else if (forget) {
        forget(directory, tls);
      } else {
        for (String port : PORTS) {
          new KeyRotation(tls, port).announce(ServerClock.now(), hosts);
        }
      }
    } finally {
      owner.apply(tls);
    }
    print(tls);
    return ExitCode.DONE.code();
  }

  private void switchOver(Path directory, Path tls) throws IOException {
    List<KeyRotation> left = new ArrayList<>();
    for (String port : PORTS) {
      KeyRotation rotation = new KeyRotation(tls, port);
      if (rotation.next().isPresent()) { // else this port was switched, and the other cut off
        left.add(rotation);
      }
    }
    if (left.isEmpty()) {
      throw new IllegalArgumentException(
          "NO_NEXT_KEY  there are no next keys to switch to; make them:"
              + " pullcord-server tls rotate");
    }
    refuseIfAway(
        directory,
        shownSince(left),
        "do not know the next key yet; start them, or go on with --anyway: they find the signature"
            + " of the key before when they come back. Agents older than this server do not look"
            + " for it, and have to join again");
    for (KeyRotation rotation : left) {
      rotation.switchOver();
    }
  }

  private void forget(Path directory, Path tls) throws IOException {
    KeyRotation agents = new KeyRotation(tls, "agents");
    refuseIfAway(
        directory,
        agents.vouches() ? shownSince(List.of(agents)) : Instant.MIN,
        "may not know the present key; start them, or go on with --anyway: they then have to join"
            + " again");
    for (String port : PORTS) {
      new KeyRotation(tls, port).forget();
    }
  }

  private Instant shownSince(List<KeyRotation> rotations) throws IOException {
    Instant latest = Instant.MIN;
    for (KeyRotation rotation : rotations) {
      Instant since = rotation.shownSince().orElse(anyway ? Instant.MIN : null);
      if (since == null) {
        throw new IllegalArgumentException(
            "NOT_SHOWN  the server has shown these keys to nobody yet; restart it first: "
                + RESTART);
      }
      latest = since.isAfter(latest) ? since : latest;
    }
    return latest;
  }

  private void refuseIfAway(Path directory, Instant since, String remedy) throws IOException {
    List<String> away = anyway ? List.of() : away(directory, since);
    if (!away.isEmpty()) {
      throw new IllegalArgumentException(
          "NODES_AWAY  "
              + NameList.folded(away, NAMED_MAX)
              + " have not been in contact since "
              + since
              + " and "
              + remedy);
    }
  }

  private static List<String> away(Path directory, Instant since) {
    try (Store store = StoreFile.openBesideServer(directory)) {
      return store.read(tables -> tables.nodes().all()).stream()
          .filter(node -> !isAfter(node, since))
          .map(node -> node.name().value())
          .toList();
    }
  }

  private static boolean isAfter(StoredNode node, Instant since) {
    Instant seen = Optional.ofNullable(node.agent().lastSeen()).orElse(node.joined().at());
    return seen.isAfter(since);
  }

  private void print(Path tls) throws IOException {
    Map<String, Map<String, String>> ports = new LinkedHashMap<>();
    for (String port : PORTS) {
      Map<String, String> shown = new LinkedHashMap<>();
      shown.put("fingerprint", TlsKeys.load(tls, port).pin());
      new KeyRotation(tls, port).next().ifPresent(next -> shown.put("next", next));
      ports.put(port, shown);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (output == OutputFormat.JSON) {
      out.println(PullcordJson.write(ports));
    } else {
      ports.forEach((port, shown) -> {
        out.println(port + "  " + shown.get("fingerprint"));
        if (shown.containsKey("next")) {
          out.println(port + "  " + shown.get("next") + "  next");
        }
      });
      after().forEach(out::println);
    }
    out.flush();
  }

  private List<String> after() {
    if (over) {
      return List.of(
          "the server uses these keys when it is restarted: " + RESTART,
          "then take a backup: one from before has the old keys. Join tokens that were made before"
              + " still work.");
    }
    if (forget) {
      return List.of("nothing vouches for these keys any more after a restart: " + RESTART);
    }
    return List.of(
        "restart the server, so that it shows the next keys beside the present ones: " + RESTART,
        "when nodes and people have been in contact: pullcord-server tls rotate --switch");
  }
}
