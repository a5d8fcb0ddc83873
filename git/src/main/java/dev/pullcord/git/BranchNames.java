package dev.pullcord.git;

import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;

/** Which names branches can have. */
public final class BranchNames {
  private BranchNames() {}

  /** Whether git allows a branch of that short name, such as {@code feature/#12}. */
  public static boolean isBranch(String name) {
    return Repository.isValidRefName(Constants.R_HEADS + name) && !name.startsWith("-");
  }
}
