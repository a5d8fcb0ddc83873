package dev.pullcord.server.commands;

import dev.pullcord.base.disk.DirectoryLock;
import dev.pullcord.base.disk.Ownership;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.server.host.FileMark;
import dev.pullcord.server.host.OsUser;
import dev.pullcord.server.host.ServerClock;
import dev.pullcord.server.host.StateFiles;
import dev.pullcord.server.host.StoreFile;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes an admin token for whoever may write the state directory. */
@Command(
    name = "admin-token",
    description = {
      "Make a new admin token, when the last one is lost. Run it as root, or as the server's user.",
      "",
      "The server may be running: it takes the token at once. The audit log names the user of this"
          + " host who made it. Tokens that are there stay; revoke a lost one with pullcord tokens"
          + " revoke NAME."
    },
    mixinStandardHelpOptions = true)
public final class AdminTokenCommand implements Callable<Integer> {
  /** The file of a state directory by which the running server learns of a new token. */
  public static final String MARK = "token-made";

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  @Mixin private StateOption state = new StateOption();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What to call the token; default: admin-TIME.")
  private @Nullable String name;

  @Option(
      names = "-o",
      paramLabel = "FORMAT",
      description = "text, or json: {\"adminToken\", \"name\"}.")
  private OutputFormat output = OutputFormat.TEXT;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    Path directory = state.ofServer();
    TokenView.Made made = make(directory);
    PrintWriter out = spec.commandLine().getOut();
    if (output == OutputFormat.JSON) {
      Map<String, String> shown = new LinkedHashMap<>();
      shown.put("adminToken", made.token());
      shown.put("name", made.name());
      out.println(PullcordJson.write(shown));
    } else {
      out.println("admin token " + made.name() + " (shown only now): " + made.token());
      out.println("sign in with it: pullcord login https://HOST:8420");
      out.println(
          "then revoke what was lost: pullcord tokens revoke NAME; pullcord tokens lists all");
    }
    out.flush();
    return ExitCode.DONE.code();
  }

  private TokenView.Made make(Path directory) throws IOException {
    Ownership owner = ServerService.ownerOf(directory);
    Optional<DirectoryLock> lock = StateFiles.tryLock(directory);
    try (Store store = open(directory, lock.isPresent())) {
      TokenView.Made made = create(new ApiTokens(store, ServerClock.system()));
      Path mark = directory.resolve(MARK);
      FileMark.set(mark);
      owner.applyToFile(mark);
      return made;
    } finally {
      if (lock.isPresent()) {
        owner.applyToFile(directory.resolve("lock"));
        lock.get().close();
      }
    }
  }

  private static Store open(Path directory, boolean alone) {
    // A database may be in use by a server of another host, which takes the token, too.
    return alone && !StoreFile.isShared(directory)
        ? StoreFile.open(directory)
        : StoreFile.openBesideServer(directory);
  }

  private TokenView.Made create(ApiTokens tokens) {
    String called = name == null ? "admin-" + STAMP.format(ServerClock.now()) : name;
    TokenView.Request request = new TokenView.Request(called, Principal.Role.ADMIN.word(), null);
    try {
      return tokens.create(new Principal(OsUser.acting(), Principal.Role.ADMIN), request);
    } catch (Refusal e) {
      throw new IllegalArgumentException(e.code() + "  " + e.getMessage(), e);
    }
  }
}
