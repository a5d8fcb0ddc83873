package dev.pullcord.cli.command.access;

import dev.pullcord.cli.output.Failure;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a new host gets the agent's package, as commands of a shell that root runs there. Only
 * characters that mean nothing to a shell between apostrophes get in.
 *
 * @param where a URL, a path on the new host, or the name of a package
 * @param sha256 of the file behind a URL; null where its maker did not say
 */
record PackageSource(String where, @Nullable String sha256) {
  /** As it lies beside whoever copied it there. */
  static final PackageSource COPIED = new PackageSource("./pullcord-agent_*.deb", null);

  private static final Pattern URL = Pattern.compile("https?://[A-Za-z0-9._~:/?&=%@+\\[\\]-]+");
  private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9._~/+-]+\\.deb");
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.+-]+");
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
  private static final String FETCHED = "/var/cache/apt/archives/pullcord-agent.deb";

  /** What was given on the command line; a {@link Failure} says what is wrong with it. */
  static PackageSource parse(String where, @Nullable String sha256) {
    boolean url = URL.matcher(where).matches();
    if (!url && !PATH.matcher(where).matches() && !NAME.matcher(where).matches()) {
      throw Failure.usage(
          "--package "
              + where
              + ": expected the https:// address of pullcord-agent_*.deb, its path on the new host"
              + " (/…/x.deb), or the name of a package in that host's apt sources");
    }
    if (sha256 != null && !SHA_256.matcher(sha256).matches()) {
      throw Failure.usage(
          "--sha256 " + sha256 + ": 64 hex digits expected, as SHA256SUMS beside the package has");
    }
    if (sha256 != null && !url) {
      throw Failure.usage(
          "--sha256 is compared with what is downloaded, and --package " + where + " is no URL");
    }
    if (where.startsWith("http:") && sha256 == null) {
      throw Failure.usage(
          "--package "
              + where
              + ": whoever is between could change what root installs; use https://, or give"
              + " --sha256 from SHA256SUMS");
    }
    return new PackageSource(where, sha256);
  }

  /** The commands, in this order; each has to end well. */
  List<String> commands() {
    if (this.equals(COPIED)) {
      return List.of("apt install " + where);
    }
    String install =
        "DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y ";
    if (where.startsWith("http")) {
      String hash = sha256 == null ? "" : " SHA256:" + sha256;
      return List.of(
          "/usr/lib/apt/apt-helper download-file '" + where + "' " + FETCHED + hash,
          "apt-get update",
          install + FETCHED,
          "rm -f " + FETCHED);
    }
    return List.of("apt-get update", install + "'" + where + "'");
  }
}
