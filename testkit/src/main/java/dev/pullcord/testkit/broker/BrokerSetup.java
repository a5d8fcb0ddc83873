package dev.pullcord.testkit.broker;

import java.util.List;
import java.util.Optional;

/**
 * How a test's broker is set up.
 *
 * @param debian whose programs it is; this machine's own where there is none
 * @param secured whether it speaks TLS alone and wants a password
 */
public record BrokerSetup(Optional<Debian13> debian, boolean secured) {
  /** With characters that an address must escape. */
  static final String PASSWORD = "s3cret/of@grep";

  static final String PASSWORD_IN_URL = "s3cret%2Fof%40grep";

  /** This machine's own, without TLS and password. */
  public static final BrokerSetup PLAIN = new BrokerSetup(Optional.empty(), false);

  /** Debian 13's, without TLS and password. */
  public static BrokerSetup of(Debian13 debian) {
    return new BrokerSetup(Optional.of(debian), false);
  }

  /** The same with TLS and a password. */
  public BrokerSetup withSecurity() {
    return new BrokerSetup(debian, true);
  }

  List<String> command(List<String> run) {
    return debian.map(root -> root.command(run)).orElse(run);
  }
}
