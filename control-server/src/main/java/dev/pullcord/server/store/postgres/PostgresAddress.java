package dev.pullcord.server.store.postgres;

import dev.pullcord.base.disk.SecretText;
import dev.pullcord.server.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where the store's database is. It has no secret, so it can be shown.
 *
 * @param url {@code postgresql://USER@HOST:PORT/DATABASE}, with the driver's parameters
 * @param passwordFile a file with the user's password; null where none is asked for
 */
public record PostgresAddress(String url, @Nullable Path passwordFile) {
  private static final String EXPECTED =
      "; postgresql://USER@HOST:PORT/DATABASE expected, without a password";
  private static final Pattern QUERY = Pattern.compile("(sslmode|sslrootcert)=[A-Za-z0-9/._-]+");
  private static final int CONNECT_SECONDS = 5;
  private static final int ANSWER_SECONDS = 30;

  /** Both ends find out within 20 s that the other is gone; a commit is on disk. */
  private static final String SESSION =
      "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
          + " -c tcp_user_timeout=20000 -c lock_timeout=5000"
          + " -c idle_in_transaction_session_timeout=60000";

  /**
   * Refuses what is no such address, and one with a password, whose text is in no message.
   *
   * @throws IllegalArgumentException with what was expected
   */
  public PostgresAddress {
    URI uri = uri(url);
    String user = uri.getUserInfo();
    if (user != null && user.contains(":")) {
      throw new IllegalArgumentException(
          "a password in the address of the store; write it into a file that"
              + " store-password-file names");
    }
    boolean whole =
        "postgresql".equals(uri.getScheme())
            && user != null
            && uri.getHost() != null
            && uri.getPath().length() > 1
            && uri.getFragment() == null;
    if (!whole) {
      throw new IllegalArgumentException("no address of a database" + EXPECTED);
    }
    for (String one : uri.getQuery() == null ? new String[0] : uri.getQuery().split("&")) {
      if (!QUERY.matcher(one).matches()) {
        throw new IllegalArgumentException(
            "of parameters the store's address takes sslmode and sslrootcert only");
      }
    }
  }

  private static URI uri(String url) {
    try {
      return new URI(url);
    } catch (URISyntaxException _) {
      throw new IllegalArgumentException("no address of a database" + EXPECTED);
    }
  }

  /** Connections to it; the password is read anew at each call. */
  PGSimpleDataSource source() {
    PGSimpleDataSource source = migrating();
    source.setSocketTimeout(ANSWER_SECONDS);
    source.setOptions(SESSION);
    return source;
  }

  /** The same without bounds of time. */
  PGSimpleDataSource migrating() {
    URI uri = uri(url);
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(
        "jdbc:postgresql://"
            + uri.getRawAuthority().replaceFirst("^.*@", "")
            + uri.getRawPath()
            + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
    source.setUser(uri.getUserInfo());
    source.setApplicationName("pullcord-server");
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setTcpKeepAlive(true);
    if (passwordFile != null) {
      try {
        source.setPassword(SecretText.read(passwordFile));
      } catch (IOException e) {
        throw new StoreException("DB_PASSWORD", "store-password-file: " + e.getMessage(), e);
      }
    }
    return source;
  }

  @Override
  public String toString() {
    return url;
  }
}
