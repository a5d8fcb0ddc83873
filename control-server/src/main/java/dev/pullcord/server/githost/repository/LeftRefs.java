package dev.pullcord.server.githost.repository;

import java.io.IOException;
import java.util.List;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;

/**
 * Names for commits that only this disk has, while the database is the truth. People can fetch
 * them; nothing follows them, and nothing deletes them.
 */
public final class LeftRefs {
  private static final String PREFIX = "refs/pullcord/left/";
  private static final String REFS = "refs/";

  private LeftRefs() {}

  /**
   * Keeps what a ref names.
   *
   * @return the name under which it is kept
   */
  public static String keep(Repository repository, String ref, ObjectId id) throws IOException {
    String name = PREFIX + ref.substring(REFS.length()) + "/" + id.name();
    RefUpdate update = repository.updateRef(name);
    update.setNewObjectId(id);
    RefUpdate.Result result = update.forceUpdate();
    if (result != RefUpdate.Result.NEW && result != RefUpdate.Result.NO_CHANGE) {
      throw new IOException(name + " could not be made: " + result);
    }
    return name;
  }

  /** Their names. */
  public static List<String> of(Repository repository) throws IOException {
    return repository.getRefDatabase().getRefsByPrefix(PREFIX).stream().map(Ref::getName).toList();
  }
}
