package dev.pullcord.server.store;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who did what, when, from where, and what it was before and after; also what was refused. Never
 * holds a secret. Bounded: the newest {@link #DONE_KEPT} acts and, apart from them, the newest
 * {@link #REFUSED_KEPT} refusals, so that whoever is refused often cannot push out what was done.
 */
public interface AuditTable {
  /** How many acts are kept. */
  int DONE_KEPT = 100_000;

  /** How many refusals are kept. */
  int REFUSED_KEPT = 20_000;

  /** Adds an entry. */
  void append(Act entry);

  /**
   * The newest first.
   *
   * @param before only those with an id below this one
   * @param limit at most so many
   */
  List<StoredAct> page(Filter filter, long before, int limit);

  /** The newest entries. */
  default List<Act> newest(int limit) {
    return page(Filter.ALL, Long.MAX_VALUE, limit).stream().map(StoredAct::entry).toList();
  }

  /** By which way something came. */
  enum Way {
    /** A browser. */
    DASHBOARD,
    /** The people's API, which the command line uses too. */
    API,
    /** A push or a fetch. */
    GIT,
    /** The agents' port. */
    AGENTS;

    /** As the store and the API call it: {@code dashboard}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * From where.
   *
   * @param way by which way
   * @param address the other end of the connection; behind a proxy that is the proxy
   */
  record Source(Way way, String address) {}

  /**
   * One act, or one that was refused. Texts are cut to a bound, and what looks like a token is
   * taken out of them, wherever it may come from.
   *
   * @param at by the server's clock
   * @param who the owner of the token, the node, {@code server}, or {@code unknown}
   * @param from null for what the server did by itself, and where it was not kept yet
   * @param what {@code pin}, {@code node.remove}, {@code join.refused}, …
   * @param subject what it was done to
   * @param before null where there was nothing
   * @param after null where there is nothing now; why, for what was refused
   * @param refused whether it was refused
   * @param times how often, 1 but for those that were counted together
   */
  record Act(
      Instant at,
      String who,
      @Nullable Source from,
      String what,
      String subject,
      @Nullable String before,
      @Nullable String after,
      boolean refused,
      int times) {
    private static final int SUBJECT_MAX = 256;
    private static final int TEXT_MAX = 1000;
    private static final Pattern SECRET = Pattern.compile("(pct|pcj1)_[A-Za-z0-9_-]{12,}");

    /** Cuts, and takes tokens out. */
    public Act {
      who = clean(who, SUBJECT_MAX);
      subject = clean(subject, SUBJECT_MAX);
      before = before == null ? null : clean(before, TEXT_MAX);
      after = after == null ? null : clean(after, TEXT_MAX);
    }

    /** An act of the server itself. */
    public Act(
        Instant at,
        String who,
        String what,
        String subject,
        @Nullable String before,
        @Nullable String after) {
      this(at, who, null, what, subject, before, after, false, 1);
    }

    private static String clean(String text, int max) {
      String open = SECRET.matcher(text).replaceAll("$1_…");
      return open.length() <= max ? open : open.substring(0, max - 1) + "…";
    }
  }

  /**
   * An entry as it is kept.
   *
   * @param id counts up
   * @param entry the entry
   */
  record StoredAct(long id, Act entry) {}

  /**
   * Which entries. Null stands for any.
   *
   * @param who exactly this one
   * @param what this action and those below it: {@code token} is {@code token.create} too
   * @param subject exactly this one
   * @param since not before
   * @param refused only refusals, or only what was done
   */
  record Filter(
      @Nullable String who,
      @Nullable String what,
      @Nullable String subject,
      @Nullable Instant since,
      @Nullable Boolean refused) {
    /** All of them. */
    public static final Filter ALL = new Filter(null, null, null, null, null);
  }
}
