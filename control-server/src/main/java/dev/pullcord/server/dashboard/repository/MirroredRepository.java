package dev.pullcord.server.dashboard.repository;

import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.server.config.HostLinks;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.MirrorTable.Delivery;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A repository that lives elsewhere, as its page needs it. */
public interface MirroredRepository {
  /** How the mirror stands. */
  UpstreamView view();

  /** Looks now. */
  UpstreamView fetch();

  /** Lets a ref go where the upstream took it. */
  UpstreamView acceptRewind(Principal who, UpstreamView.Accept asked);

  /** Where its host shows a commit, with a hole for the id; null for nowhere. */
  @Nullable String commitUrl();

  /** By which webhook its host says that something was pushed; null where it does not. */
  HostLinks.@Nullable Webhook webhook();

  /** The newest deliveries of it, also those that were refused. */
  List<Delivery> deliveries();
}
