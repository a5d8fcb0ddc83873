package dev.pullcord.cli.config;

import dev.pullcord.base.tls.Pem;
import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerUrl;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Keeps in the logins of a server which keys it has, when it rotates them: for us the fingerprints,
 * for git the certificates.
 */
public final class LoginKeys {
  private final LoginStore store;

  /** Keeps them in this store. */
  public LoginKeys(LoginStore store) {
    this.store = store;
  }

  /**
   * Keeps what a handshake with that server has shown. Says what a person has to do, if anything.
   */
  public Optional<String> keep(ServerUrl address, PinnedTrust.Learned learned) {
    boolean stored =
        store.read().contexts().values().stream().anyMatch(l -> has(l, address, learned));
    if (!stored) {
      boolean other = !learned.now().pin().equals(learned.before().pin());
      return other
          ? Optional.of(
              "%s has its next key now: set PULLCORD_FINGERPRINT to %s"
                  .formatted(address, learned.now().pin()))
          : Optional.empty();
    }
    try {
      store.change(logins -> changed(logins, address, learned));
      return Optional.empty();
    } catch (Failure e) {
      return Optional.of("the next key of " + address + " is learned again: " + e.line());
    }
  }

  private Logins changed(Logins logins, ServerUrl address, PinnedTrust.Learned learned) {
    TreeMap<String, Login> contexts = new TreeMap<>(logins.contexts());
    contexts.replaceAll(
        (_, login) -> has(login, address, learned) ? login.with(learned.now()) : login);
    String pem = learned.certificates().stream().map(Pem::of).collect(Collectors.joining());
    contexts.values().stream()
        .filter(login -> isAt(login, address))
        .map(Login::certificate)
        .filter(Objects::nonNull)
        .distinct()
        .forEach(certificate -> store.rewriteCertificate(Path.of(certificate), pem));
    return new Logins(logins.current(), contexts);
  }

  private static boolean isAt(Login login, ServerUrl address) {
    return login.url().equals(address.url());
  }

  private static boolean has(Login login, ServerUrl address, PinnedTrust.Learned learned) {
    return isAt(login, address)
        && Objects.equals(login.fingerprint(), learned.before().pin())
        && Objects.equals(login.nextFingerprint(), learned.before().next())
        && learned.before().others().equals(new TreeSet<>(login.fingerprints()));
  }
}
