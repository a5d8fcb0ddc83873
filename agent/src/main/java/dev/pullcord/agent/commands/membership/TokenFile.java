package dev.pullcord.agent.commands.membership;

import dev.pullcord.agent.commands.Exit;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.error.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Reads a join token from the file that {@code --token-file} names. A file that cannot hold one is
 * refused with what to do; of one that others of the host could read the person is warned.
 */
final class TokenFile {
  private static final int BYTES_MAX = 4096;

  private TokenFile() {}

  /** The token, or a {@link Exit.Refused} that says what is wrong with the file. */
  static String read(Path file, PrintWriter err) {
    String token;
    try {
      if (Files.isDirectory(file)) {
        throw refused(file + " is a directory; name the file that holds the token");
      }
      try (InputStream in = Files.newInputStream(file)) {
        token = bounded(in.readNBytes(BYTES_MAX + 1));
      }
      warn(file, err);
    } catch (IOException e) {
      throw refused(sentence(e, file));
    }
    if (token.isBlank()) {
      throw refused(file + " is empty; write the token into it, which is from: pullcord invite");
    }
    return token;
  }

  /** What keeps a file from being read, and what to do. */
  static String sentence(IOException e, Path file) {
    String remedy =
        e instanceof NoSuchFileException
            ? "; write the token into it, or give it on standard input"
            : "; run join as a user who may read it, or give the token on standard input";
    return FileFault.of(e, file) + remedy;
  }

  /** The token of those bytes, of which there are more than fit if it is too long. */
  static String bounded(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new Exit.Refused(ExitCode.USAGE, "that is no join token: it is too long");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** So many bytes tell a token from something else. */
  static int enough() {
    return BYTES_MAX + 1;
  }

  private static void warn(Path file, PrintWriter err) throws IOException {
    Set<PosixFilePermission> modes = Files.getPosixFilePermissions(file);
    if (modes.contains(PosixFilePermission.OTHERS_READ)
        || modes.contains(PosixFilePermission.GROUP_READ)) {
      err.printf(
          "TOKEN_EXPOSED  --token-file %s can be read by others of this host (%s), who can join"
              + " with it too; chmod 0600 %s, or make a new token: pullcord invite%n",
          file, PosixFilePermissions.toString(modes), file);
      err.flush();
    }
  }

  private static Exit.Refused refused(String why) {
    return new Exit.Refused(ExitCode.USAGE, "--token-file " + why);
  }
}
