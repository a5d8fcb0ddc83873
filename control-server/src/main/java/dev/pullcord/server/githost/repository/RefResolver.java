package dev.pullcord.server.githost.repository;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.DidYouMean;
import dev.pullcord.server.desired.CommitSource.Resolution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Finds the branch, tag or commit that a person means by a name, and says why there is none. Only
 * what some branch or tag contains can be named: objects that were pushed and refused, or forgotten
 * by a deleted branch, cannot.
 */
final class RefResolver {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{7,40}");
  private static final int NAMED_MAX = 10;

  private final RepositoryStore store;
  private final Repository repository;

  RefResolver(RepositoryStore store) {
    this.store = store;
    this.repository = store.repository();
  }

  Resolution resolve(String name) {
    if (name.startsWith(Constants.R_HEADS)) {
      return branch(name.substring(Constants.R_HEADS.length())).orElseGet(() -> missing(name));
    }
    if (name.startsWith(Constants.R_TAGS)) {
      return tag(name.substring(Constants.R_TAGS.length())).orElseGet(() -> missing(name));
    }
    Optional<Resolution> branch = branch(name);
    Optional<Resolution> tag = tag(name);
    if (branch.isPresent() && tag.isPresent()) {
      return ambiguous(name, "a branch and a tag; write refs/heads/… or refs/tags/…");
    }
    return branch.or(() -> tag).or(() -> commit(name)).orElseGet(() -> missing(name));
  }

  private Optional<Resolution> branch(String name) {
    return Optional.ofNullable(store.heads().get(name))
        .map(commit -> new Resolution.Branch(name, commit));
  }

  private Optional<Resolution> tag(String name) {
    return find(store.refs(Constants.R_TAGS), Constants.R_TAGS + name)
        .flatMap(ref -> Optional.ofNullable(ref.getObjectId()))
        .flatMap(this::peeled)
        .map(commit -> new Resolution.Fixed(RepositoryStore.commitId(commit)));
  }

  private static Optional<Ref> find(Collection<Ref> refs, String name) {
    return refs.stream().filter(r -> r.getName().equals(name)).findFirst();
  }

  private Optional<ObjectId> peeled(ObjectId id) {
    try (RevWalk walk = new RevWalk(repository)) {
      return Optional.of(walk.parseCommit(id).copy());
    } catch (IncorrectObjectTypeException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read object " + id.name(), e);
    }
  }

  private Optional<Resolution> commit(String name) {
    if (!HEX.matcher(name).matches()) {
      return Optional.empty();
    }
    List<ObjectId> found;
    try (ObjectReader reader = repository.newObjectReader()) {
      found =
          reader.resolve(AbbreviatedObjectId.fromString(name)).stream()
              .flatMap(id -> peeled(id, name).stream())
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look up " + name, e);
    }
    List<ObjectId> contained = found.stream().filter(this::isContained).toList();
    if (contained.size() > 1) {
      String all = contained.stream().map(ObjectId::name).collect(Collectors.joining(", "));
      return Optional.of(ambiguous(name, "several commits: " + all + "; write more digits"));
    }
    return contained.stream()
        .findFirst()
        .map(id -> new Resolution.Fixed(RepositoryStore.commitId(id)));
  }

  /** Only commits themselves: a tag's own id is not what anybody means by digits. */
  private Optional<ObjectId> peeled(ObjectId id, String prefix) {
    return peeled(id).filter(commit -> commit.name().startsWith(prefix));
  }

  /** Whether history leads from one commit to the other; not when one is not here. */
  boolean isContained(CommitId commit, CommitId in) {
    try (RevWalk walk = new RevWalk(repository)) {
      return walk.isMergedInto(
          walk.parseCommit(RepositoryStore.objectId(commit)),
          walk.parseCommit(RepositoryStore.objectId(in)));
    } catch (MissingObjectException | IncorrectObjectTypeException _) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot walk from " + in, e);
    }
  }

  /** Whether history leads to that commit from some branch or tag. */
  boolean isContained(ObjectId id) {
    try (RevWalk walk = new RevWalk(repository)) {
      RevCommit commit = walk.parseCommit(id);
      List<Ref> refs =
          Stream.concat(
                  store.refs(Constants.R_HEADS).stream(), store.refs(Constants.R_TAGS).stream())
              .toList();
      return walk.isMergedIntoAny(commit, refs);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot walk from " + id.name(), e);
    }
  }

  private Resolution missing(String name) {
    String branches =
        store.heads().keySet().stream().limit(NAMED_MAX).collect(Collectors.joining(", "));
    Set<String> known = new TreeSet<>(store.heads().keySet());
    store.refs(Constants.R_TAGS).forEach(r -> known.add(Repository.shortenRefName(r.getName())));
    return new Resolution.None(
        "REF_MISSING",
        Quoted.of(name)
            + " is no branch, no tag, and no commit of at least 7 digits that one of them contains"
            + (branches.isEmpty() ? "; nothing was pushed yet" : "; branches: " + branches)
            + DidYouMean.of(Repository.shortenRefName(name), known));
  }

  private static Resolution ambiguous(String name, String what) {
    return new Resolution.None("REF_AMBIGUOUS", Quoted.of(name) + " is " + what);
  }
}
