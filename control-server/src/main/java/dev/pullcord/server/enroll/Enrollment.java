package dev.pullcord.server.enroll;

import dev.pullcord.protocol.enroll.EnrollReply;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.server.audit.AuditTrail;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.token.Secrets;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.JoinTokenTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Lets nodes in. One transaction checks the token, adds the node under a new random id, takes one
 * use off the token, decides what the node is to run, and writes the audit entry.
 *
 * <p>A wrong, a used, an expired and a revoked token are refused alike, so that nobody learns which
 * tokens exist. The same key with the same token gets the same answer again while the token lasts,
 * so that a node which lost the answer can repeat the question.
 */
public final class Enrollment {
  private final Store store;
  private final InstantSource clock;
  private final String repository;
  private final Admission admission;
  private final AuditTrail trail;
  private final LongAdder refused = new LongAdder();

  /**
   * Enrolment.
   *
   * @param repository the repository that the nodes follow
   * @param admission runs within the transaction
   * @param trail told of refusals; it bounds them, so that guessing does not fill the disk
   */
  public Enrollment(
      Store store, InstantSource clock, String repository, Admission admission, AuditTrail trail) {
    this.store = store;
    this.clock = clock;
    this.repository = repository;
    this.admission = admission;
    this.trail = trail;
  }

  /** How many requests were refused since the start. */
  public long refused() {
    return refused.sum();
  }

  /**
   * Enrols the node that has this key.
   *
   * @param from where the request comes from
   * @throws Refusal 401 {@code JOIN_REFUSED} for a token that does not count; 409 {@code
   *     NAME_TAKEN} or {@code KEY_ENROLLED}; 422 {@code NAME_NOT_ALLOWED} or {@code
   *     REF_NOT_ALLOWED}
   */
  public EnrollReply enroll(NodeKeyId key, EnrollRequest request, AuditTable.Source from) {
    try {
      return store.write(tables -> enroll(tables, key, request, from));
    } catch (Refusal e) {
      refused.increment();
      String why = e.code() + "  " + e.getMessage() + "; the key is " + key;
      trail.refused(AuditTrail.UNKNOWN, from, "join.refused", request.name().value(), why);
      throw e;
    }
  }

  private EnrollReply enroll(
      Tables tables, NodeKeyId key, EnrollRequest request, AuditTable.Source from) {
    Instant now = clock.instant();
    Optional<JoinTokenTable.StoredInvitation> found = tables.joinTokens().find(request.tokenId());
    String hash = found.map(JoinTokenTable.StoredInvitation::secretHash).orElse(Secrets.NO_HASH);
    boolean right = Secrets.matches(request.secret(), hash);
    JoinTokenTable.StoredInvitation token =
        found.filter(t -> right && now.isBefore(t.expiresAt())).orElseThrow(Enrollment::refusal);
    Optional<StoredNode> holder = tables.nodes().findByKey(key);
    if (holder.isPresent()) {
      return again(holder.get(), token);
    }
    if (token.usesLeft() < 1) {
      throw refusal();
    }
    String ref = check(tables, token, request);
    StoredNode node =
        StoredNode.joining(
            Secrets.id(),
            request.name(),
            key,
            new StoredNode.Joined(token.id(), now),
            token.labels(),
            ref);
    tables.nodes().insert(node);
    tables.joinTokens().use(token.id());
    tables
        .audit()
        .append(
            new AuditTable.Act(
                now,
                node.name().value(),
                from,
                "node.join",
                node.name().value(),
                null,
                ref
                    + ", invited by "
                    + token.createdBy()
                    + " with invitation "
                    + token.id()
                    + ", key "
                    + key,
                false,
                1));
    admission.admit(tables, node);
    return new EnrollReply(node.name(), repository, ref);
  }

  private EnrollReply again(StoredNode node, JoinTokenTable.StoredInvitation token) {
    if (!node.joined().token().equals(token.id())) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "KEY_ENROLLED",
          "this key is node "
              + node.name()
              + " already; to enrol it anew: pullcord node remove "
              + node.name(),
          null);
    }
    return new EnrollReply(node.name(), repository, node.settings().ref());
  }

  private static String check(
      Tables tables, JoinTokenTable.StoredInvitation token, EnrollRequest request) {
    String name = request.name().value();
    if (!Glob.matches(token.namePattern(), name)) {
      throw new Refusal(
          Refusal.Kind.INVALID,
          "NAME_NOT_ALLOWED",
          "the token is for names like " + token.namePattern() + ", not " + name,
          "name");
    }
    String ref = request.ref() == null ? token.refs().getFirst() : request.ref();
    if (!token.refs().contains(ref)) {
      throw new Refusal(
          Refusal.Kind.INVALID,
          "REF_NOT_ALLOWED",
          "the token allows " + String.join(", ", token.refs()) + ", not " + Quoted.of(ref),
          "ref");
    }
    if (tables.nodes().findByName(request.name()).isPresent()) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "NAME_TAKEN",
          "there is a node " + name + " already; choose another name, or pullcord node remove it",
          "name");
    }
    return ref;
  }

  private static Refusal refusal() {
    return new Refusal(
        Refusal.Kind.UNAUTHENTICATED,
        "JOIN_REFUSED",
        "the join token does not count: it is wrong, used up, expired or revoked; ask for a new"
            + " one: pullcord invite",
        null);
  }

  /**
   * {@code *} for any text and {@code ?} for any character. It is asked within a transaction, so it
   * takes no longer than pattern times name: only the last star is ever tried again.
   */
  static final class Glob {
    private Glob() {}

    static boolean matches(@Nullable String glob, String name) {
      if (glob == null) {
        return true;
      }
      int at = 0;
      int star = -1;
      int from = 0;
      for (int i = 0; i < name.length(); ) {
        char wanted = at < glob.length() ? glob.charAt(at) : 0;
        if (wanted == '*') {
          star = at++;
          from = i;
        } else if (wanted == '?' || wanted == name.charAt(i)) {
          at++;
          i++;
        } else if (star >= 0) {
          at = star + 1;
          i = ++from;
        } else {
          return false;
        }
      }
      return glob.substring(at).chars().allMatch(c -> c == '*');
    }
  }
}
