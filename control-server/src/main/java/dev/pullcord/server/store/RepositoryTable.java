package dev.pullcord.server.store;

import java.util.List;
import java.util.Optional;

/**
 * The git repository, in a store that keeps it ({@link Store#keepsRepository}): refs by name, and
 * packs whose bytes are in chunks. In other stores these tables are empty.
 */
public interface RepositoryTable {
  /** The name under which HEAD is kept. */
  String HEAD = "HEAD";

  /** What the repository is called; empty until it has been copied into the store. */
  Optional<String> name();

  /** From now on the store has the repository. */
  void begin(String name);

  /** All refs, HEAD as well, in order of name. */
  List<KeptRef> refs();

  /** What the store says of one ref. */
  Optional<KeptRef> ref(String name);

  /** Keeps a ref. */
  void putRef(KeptRef ref);

  /** Forgets a ref. */
  void removeRef(String name);

  /** All packs that are whole, in order of name. */
  List<KeptPack> packs();

  /** Forgets the chunks of a pack that was kept by halves. */
  void beginPack(String name);

  /** Keeps a piece of a pack or of its index, counted from 0. */
  void putChunk(String pack, Part part, int number, byte[] content);

  /** A piece; empty when there is none of that number, or the pack is gone. */
  Optional<byte[]> chunk(String pack, Part part, int number);

  /** All its chunks are there: from now on it is a pack. */
  void putPack(KeptPack pack);

  /** Forgets these packs, and chunks that belong to none. */
  void removePacks(Iterable<String> names);

  /** Which of the two files of a pack. */
  enum Part {
    /** Objects. */
    PACK,
    /** Where in the pack each object is. */
    INDEX
  }

  /**
   * A ref.
   *
   * @param name in full
   * @param target an object's id; of HEAD a branch, {@code refs/heads/main}
   * @param movedBy who moved it there
   */
  record KeptRef(String name, String target, String movedBy) {}

  /**
   * A pack.
   *
   * @param name {@code pack-} and 40 hex digits
   * @param packBytes the length of the pack
   * @param indexBytes the length of its index
   */
  record KeptPack(String name, long packBytes, long indexBytes) {}
}
