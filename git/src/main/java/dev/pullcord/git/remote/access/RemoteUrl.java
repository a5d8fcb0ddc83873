package dev.pullcord.git.remote.access;

import dev.pullcord.protocol.id.Quoted;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.eclipse.jgit.transport.URIish;

/**
 * The address of a repository, without a secret.
 *
 * @param text as it is configured: {@code https://HOST/PATH}, {@code ssh://USER@HOST:PORT/PATH},
 *     {@code USER@HOST:PATH} or {@code file:///PATH}
 */
public record RemoteUrl(String text) {
  private static final Pattern SHORT_SSH =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[^\\s:-]\\S*");
  private static final String EXPECTED =
      "https://HOST/PATH, ssh://USER@HOST/PATH, USER@HOST:PATH or file:///PATH expected";

  /** Refuses everything else with an {@link IllegalArgumentException}. */
  public RemoteUrl {
    if (!SHORT_SSH.matcher(text).matches()) {
      check(text);
    }
  }

  private static void check(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      // The cause is left out: it has the text, where a password may be.
      throw new IllegalArgumentException(
          (text.contains("@") ? "no address" : Quoted.of(text)) + "; " + EXPECTED);
    }
    String user = uri.getRawUserInfo();
    boolean ssh = "ssh".equals(uri.getScheme());
    if (user != null && (!ssh || user.contains(":"))) {
      // Not shown: it is a secret, and this goes into a log.
      throw new IllegalArgumentException(
          (ssh ? "a password in the URL" : "a user name or a password in the URL")
              + "; credentials: "
              + (ssh ? "{key-file, known-hosts-file}" : "{username, password-file}")
              + " expected");
    }
    boolean path = uri.getPath() != null && uri.getPath().length() > 1;
    boolean good =
        switch (String.valueOf(uri.getScheme())) {
          case "https" -> uri.getHost() != null;
          case "ssh" -> uri.getHost() != null && user != null && path;
          case "file" -> uri.getHost() == null;
          default -> false;
        };
    if (!good) {
      throw new IllegalArgumentException(Quoted.of(text) + "; " + EXPECTED);
    }
  }

  /** Whether it is reached over SSH. */
  public boolean ssh() {
    return text.startsWith("ssh:") || SHORT_SSH.matcher(text).matches();
  }

  /** Whether it is a directory of this host. */
  public boolean file() {
    return text.startsWith("file:");
  }

  public URIish forGit() {
    try {
      return new URIish(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(Quoted.of(text) + "; " + EXPECTED, e);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
